// @module-tag long
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { SignedIn, SignInRefused } from '../../../scripts/login/local/sign-in.ts';
import { existing } from './tenant-under-test.ts';
import { endOf, PASSWORDS, permitLinking, startWholeTenant } from './whole-tenant.ts';
import type { WholeTenant } from './whole-tenant.ts';

const RULES = {
  didit_policy: 'require=verified apply_to=all step_up=on',
  didit_claims: 'namespace=https://example.com/didit/ linked=on',
};
const VERIFIED = { 'https://example.com/didit/verified': true };

let tenant: WholeTenant;

beforeAll(async () => {
  tenant = await startWholeTenant();
});
beforeEach(() => {
  tenant.beginAnew();
  tenant.setApplication(RULES);
  tenant.addUser('ada@example.com', { app_metadata: { plan: 'gold' }, user_metadata: { theme: 'dark' } });
});
afterAll(async () => {
  await tenant.close();
});

const ADA = { connection: PASSWORDS, username: 'ada@example.com', persona: 'adult' };

const signedIn = (result: SignedIn | SignInRefused): SignedIn => {
  if (result.kind === 'denied') throw new Error(`expected a sign-in, got ${result.errorDescription}`);
  return result;
};

const ada = () => existing(tenant.collections.users.get('auth0|ada'));

describe('a person whose Didit identity is linked', () => {
  beforeEach(async () => {
    signedIn(await tenant.signIn(ADA));
    tenant.backdate(31 * 86_400_000);
  });

  test('proves themselves again where the record has grown too old, without any permission to link', async () => {
    permitLinking(tenant.collections, new URL(tenant.url).host, []);
    const before = ada().app_metadata;
    const result = signedIn(await tenant.signIn(ADA));
    expect(result.idTokenClaims).toMatchObject({ sub: 'auth0|ada', ...VERIFIED });
    expect(ada().app_metadata).not.toEqual(before);
    expect(ada().identities).toHaveLength(2);
  });

  test('is denied after signing in as somebody else at Didit, and stays as it was', async () => {
    const before = ada();
    expect(endOf(await tenant.signIn({ ...ADA, persona: 'minor' }))).toBe('didit_step_up_other_identity');
    expect(ada().identities).toEqual(before.identities);
    expect(ada().app_metadata).toEqual(before.app_metadata);
  });

  test('starts anew after an administrator has unlinked it', async () => {
    const { identities } = ada();
    tenant.collections.users.put('auth0|ada', { ...ada(), identities: identities.slice(0, 1) });
    expect(signedIn(await tenant.signIn(ADA)).idTokenClaims).toMatchObject(VERIFIED);
    expect(ada().identities).toHaveLength(2);
  });

  test('and whose Didit session is too old, is asked again as well', async () => {
    tenant.setApplication({ ...RULES, didit_policy: 'require=verified max_age=7d step_up=on' });
    const browser = createBrowser();
    signedIn(await tenant.signIn({ persona: 'adult', browser }));
    tenant.backdate(8 * 86_400_000);
    expect(endOf(await tenant.signIn({ persona: 'adult', browser }))).toBe('signed in');
  });
});

test('who is not verified is linked, stays out, and gets in once Didit has verified them', async () => {
  const person = { ...ADA, persona: 'newly-verified' };
  expect(endOf(await tenant.signIn(person))).toBe('didit_not_verified');
  expect(endOf(await tenant.signIn(person))).toBe('signed in');
});

test.each([
  ['there is no permission to link', []],
  ['there is another permission', ['read:users']],
])('where %s, a new person is told to try later', async (_name, scopes) => {
  permitLinking(tenant.collections, new URL(tenant.url).host, scopes);
  expect(endOf(await tenant.signIn(ADA))).toBe('didit_step_up_failed');
  expect(ada().identities).toHaveLength(1);
});
