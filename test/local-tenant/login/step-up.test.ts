import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { SignedIn, SignInRefused } from '../../../scripts/login/local/sign-in.ts';
import { existing } from './tenant-under-test.ts';
import { endOf, PASSWORDS, startWholeTenant } from './whole-tenant.ts';
import type { WholeTenant } from './whole-tenant.ts';

const RULES = {
  didit_policy: 'require=verified apply_to=all step_up=on',
  didit_claims: 'namespace=https://example.com/didit/ linked=on',
};
const VERIFIED = { 'https://example.com/didit/verified': true };
const SUBJECT = '6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

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

test.each([
  [{ session: 'own', rootAttributes: true }],
  [{ session: 'newest', rootAttributes: false }],
] as const)(
  'a person with a password proves themselves in the same login, and goes on by SSO, silently and by refresh: %j',
  async (leftOpen) => {
    tenant.leaveOpen(leftOpen);
    const browser = createBrowser();
    const first = signedIn(await tenant.signIn({ ...ADA, browser }));
    expect(first.idTokenClaims).toMatchObject({ sub: 'auth0|ada', ...VERIFIED });
    expect(first.accessTokenClaims).toMatchObject({ sub: 'auth0|ada', ...VERIFIED });
    expect(ada().identities.map(({ user_id: id }) => id)).toEqual(['ada', `didit|${SUBJECT}`]);
    expect(ada()).toMatchObject({
      root: { email: 'ada@example.com', name: 'ada' },
      app_metadata: { plan: 'gold', didit: { subject: SUBJECT, verified: true } },
      user_metadata: { theme: 'dark' },
    });
    expect(tenant.collections.users.get(`oauth2|didit|${SUBJECT}`)).toBeUndefined();

    expect(await tenant.refresh(first.refreshToken ?? '')).toHaveProperty('id_token');
    const again = signedIn(await tenant.signIn({ ...ADA, browser }));
    expect(again.idTokenClaims).toMatchObject({ sub: 'auth0|ada', ...VERIFIED });
    const silent = { parameters: { prompt: 'none' }, browser };
    expect(endOf(await tenant.signIn({ ...ADA, ...silent }))).toBe('signed in');
    // Later, with the password alone.
    const later = signedIn(await tenant.signIn({ ...ADA, persona: 'deny' }));
    expect(later.idTokenClaims).toMatchObject({ sub: 'auth0|ada', ...VERIFIED });
  },
);

test('nobody can use the Didit identity of another user', async () => {
  signedIn(await tenant.signIn(ADA));
  tenant.addUser('eve@example.com');
  const eve = { ...ADA, username: 'eve@example.com' };
  expect(endOf(await tenant.signIn(eve))).toBe('didit_step_up_identity_taken');
  expect(existing(tenant.collections.users.get('auth0|eve'))).toMatchObject({
    identities: [{ user_id: 'eve' }],
    app_metadata: {},
  });
  expect(ada().identities).toHaveLength(2);
});

test('nobody can use a Didit account that has other sign-ins', async () => {
  tenant.addUser('ada@example.com', {
    user_id: `oauth2|didit|${SUBJECT}`,
    identities: [
      { connection: 'didit', provider: 'oauth2', user_id: `didit|${SUBJECT}`, isSocial: true },
      { connection: 'google-oauth2', provider: 'google-oauth2', user_id: '1', isSocial: true },
    ],
  });
  expect(endOf(await tenant.signIn(ADA))).toBe('didit_step_up_account_in_use');
  expect(ada().identities).toHaveLength(1);
});

test('a person who turns back at Didit is told so, and nothing is linked', async () => {
  expect(endOf(await tenant.signIn({ ...ADA, persona: 'deny' }))).toBe('didit_step_up_cancelled');
  expect(ada()).toMatchObject({ identities: [{ user_id: 'ada' }], app_metadata: { plan: 'gold' } });
});

test('runs without a browser say that a step-up is needed', async () => {
  tenant.setApplication({ didit_claims: RULES.didit_claims });
  const browser = createBrowser();
  const { refreshToken } = signedIn(await tenant.signIn({ ...ADA, browser }));
  tenant.setApplication(RULES);
  const silent = { parameters: { prompt: 'none' }, browser };
  expect(endOf(await tenant.signIn({ ...ADA, ...silent }))).toBe('didit_step_up_needed');
  const { error_description: description } = await tenant.refresh(refreshToken ?? '');
  expect(description).toMatch(/^didit_step_up_needed: /);
});
