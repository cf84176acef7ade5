import { describe, expect, test } from 'vitest';
import { checkOutgoing } from '../../scripts/tenant-access/outgoing.ts';
import type { Outgoing } from '../../scripts/tenant-access/outgoing.ts';
import { describeProblem } from '../../scripts/base/problem.ts';
import { problemsOf } from '../problems-of.ts';

const SECRET = 'marked-secret-of-didit';
const CREDENTIAL = 'marked-secret-of-the-deploy';
const RULES = {
  domain: 'tenant.example.com',
  secrets: [SECRET, CREDENTIAL],
  credentials: [CREDENTIAL],
  onTenant: {},
};

const check = (
  assets: Outgoing['assets'],
  rules: Partial<typeof RULES> = {},
  code: Outgoing['code'] = new Map(),
) => {
  checkOutgoing({ assets, code }, { ...RULES, ...rules });
};
const connection = (more: object, options: object = {}): Outgoing['assets'] => ({
  connections: [{ name: 'didit', ...more, options: { client_secret: SECRET, ...options } }],
});
const action = (secrets: object): Outgoing['assets'] => ({ actions: [{ name: 'ours', secrets }] });

describe('what is about to be sent', () => {
  test('may hold secrets where secrets go', () => {
    expect(() => {
      check(connection({}, { customHeaders: { Authorization: `Bearer ${SECRET}` } }));
    }).not.toThrow();
    expect(() => {
      check(action([{ name: 'KEY', value: SECRET }]));
    }).not.toThrow();
  });

  test.each<[string, Outgoing['assets'], string]>([
    ['a secret in a name', connection({ display_name: `x ${SECRET}` }), 'connections 0 display_name'],
    [
      'a secret in base64',
      connection({}, { icon_url: Buffer.from(SECRET).toString('base64') }),
      'connections 0 options icon_url',
    ],
    ['a secret as a key', connection({ metadata: { [SECRET]: 'x' } }), 'connections 0 metadata [redacted]'],
    [
      'a secret in a script',
      connection({}, { scripts: { fetchUserProfile: `f("${SECRET}")` } }),
      'connections 0 options scripts fetchUserProfile',
    ],
    ['a secret as the name of one', action([{ name: SECRET, value: 'x' }]), 'actions 0 secrets 0 name'],
    [
      'a secret of an application',
      { clients: [{ name: 'App', client_metadata: { api_secret: SECRET } }] },
      'clients 0 client_metadata api_secret',
    ],
    [
      'a credential of the deploy, even there',
      action([{ name: 'KEY', value: CREDENTIAL }]),
      'actions 0 secrets 0 value',
    ],
    ['a placeholder', connection({ display_name: '##STAGE##' }), 'connections 0 display_name'],
    ['what looks like one', { clients: [{ name: 'x ## API ##' }] }, 'clients 0 name'],
    [
      'a placeholder where secrets go',
      action([{ name: 'KEY', value: '@@KEY@@' }]),
      'actions 0 secrets 0 value',
    ],
  ])('cannot be %s', (_what, assets, resource) => {
    const problems = problemsOf(() => {
      check(assets);
    });
    expect(problems).toMatchObject([{ code: 'NOT_SENT', place: { tenant: 'tenant.example.com' } }]);
    expect(problems[0]?.place).toMatchObject({ resource });
    expect(problems.map(describeProblem).join('\n')).not.toContain('marked-');
  });

  test('cannot have a secret in the code of an Action', () => {
    const code = (text: string): Outgoing['code'] => new Map([['ours', text]]);
    expect(
      problemsOf(() => {
        check(action([]), {}, code(`const key = "${SECRET}";`));
      }),
    ).toMatchObject([{ code: 'NOT_SENT', place: { resource: 'code of ours' } }]);
    expect(() => {
      check(action([]), {}, code('// ## a title ##'));
    }).not.toThrow();
  });

  test('may hold what the tenant has there anyway, but no credential of the deploy', () => {
    const texts = { options: { odd: 'x ##OLD##', other: SECRET, third: CREDENTIAL } };
    const { odd, other, third } = texts.options;
    expect(() => {
      check(connection({}, { odd, other }), { onTenant: texts });
    }).not.toThrow();
    expect(() => {
      check(connection({}, { third }), { onTenant: texts });
    }).toThrow();
  });
});
