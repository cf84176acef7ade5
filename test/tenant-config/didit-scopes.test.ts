import { describe, expect, test } from 'vitest';
import { sample } from '../plan/sample.ts';
import { problemsOf } from '../problems-of.ts';

const SCOPE = 'scope: openid user_id names email phone picture is_verified is_over_18';

describe('the scopes of a connection to Didit', () => {
  test.each([
    ['misspelt', 'openid is_over_18 is_verfied', 'Didit has no scope "is_verfied"', 'Write "is_verified"'],
    ['made up', 'openid is_verified is_over_18 nationality', 'no scope "nationality"', 'Didit has: openid,'],
    [
      'separated by commas',
      'openid, is_verified,is_over_18',
      'has commas',
      '`scope: openid is_verified is_over_18`',
    ],
    ['without openid', 'is_verified is_over_18', 'lacks openid', 'Write openid first'],
  ])('are refused where one is %s, at their line', (_how, scopes, message, remedy) => {
    const line = sample().tenantFile.text.split(SCOPE)[0]?.split('\n').length;
    const [problem, ...others] = problemsOf(() => sample([SCOPE, `scope: ${scopes}`]));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'TENANT_FILE_VALUE', place: { line } });
    expect(problem?.message).toContain(message);
    expect(problem?.remedy).toContain(remedy);
  });

  test('are those of another provider where the connection leads elsewhere', () => {
    const elsewhere = ['https://auth.didit.me', 'https://id.example.com'] as const;
    expect(() => sample([SCOPE, `${SCOPE} read:something`], elsewhere)).not.toThrow();
  });
});
