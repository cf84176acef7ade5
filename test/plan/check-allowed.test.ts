import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { checkAllowed, checkKnownCodes, optionsToGoOn } from '../../scripts/plan/check-allowed.ts';
import { confirm } from '../../scripts/command/confirm.ts';
import { SECURITY_CODES } from '../../scripts/plan/ratings/security-codes.ts';
import { safe } from '../../scripts/base/safe-text.ts';
import { problemsOf, problemsOfAsync } from '../problems-of.ts';

const CODES = ['endpoint_host', 'grant_scopes'];

/** What the command has to be given, as the remedy says it: `--yes --allow one two`. */
const optionsIn = (remedy = ''): readonly string[] =>
  (/--yes.*$/.exec(remedy)?.[0] ?? '').split(' ').filter((word) => !word.startsWith('--'));

describe('changes that a security reviewer must see', () => {
  test('are let through when each is named', () => {
    expect(() => {
      checkAllowed(CODES, ['grant_scopes', 'endpoint_host', 'pkce_off']);
    }).not.toThrow();
  });

  test.each([[[]], [['grant_scopes']]])(
    'stop a deploy with %j, and the remedy names all that it takes to go on',
    (allowed) => {
      const [problem] = problemsOf(() => {
        checkAllowed(CODES, allowed);
      });
      expect(problem?.code).toBe('SECURITY_CHANGE_NOT_ALLOWED');
      expect(() => {
        checkAllowed(CODES, optionsIn(problem?.remedy));
      }).not.toThrow();
    },
  );

  test('are named at once where there is no terminal to ask on', async () => {
    const nowhere = { input: new PassThrough(), output: new PassThrough() };
    const [problem] = await problemsOfAsync(() => confirm(safe`Change it?`, nowhere, optionsToGoOn(CODES)));
    expect(problem?.code).toBe('CONFIRMATION_NEEDED');
    expect(() => {
      checkAllowed(CODES, optionsIn(problem?.remedy));
    }).not.toThrow();
  });

  test('need no --allow where there are none', () => {
    expect(optionsToGoOn([])).toBe('--yes');
  });
});

describe('codes behind --allow', () => {
  test('are known, needed or not', () => {
    expect(() => {
      checkKnownCodes(Object.keys(SECURITY_CODES));
    }).not.toThrow();
  });

  test.each([
    ['didit_clint', 'Write "didit_client"'],
    ['DIDIT_CLIENT', 'docs/review.md'],
    ['endpoint_host,grant_scopes', 'Separate several with blanks'],
    ['', 'docs/review.md'],
    ['toString', 'docs/review.md'],
  ])('are refused where there is no such code ("%s")', (code, remedy) => {
    const [problem, ...others] = problemsOf(() => {
      checkKnownCodes(['endpoint_host', code]);
    });
    expect(others).toEqual([]);
    expect(problem?.code).toBe('SECURITY_CODE_UNKNOWN');
    expect(problem?.message).toContain(`"${code}"`);
    expect(problem?.remedy).toContain(remedy);
  });
});
