import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { SignedIn, SignInRefused } from '../../../scripts/login/local/sign-in.ts';
import { matching } from '../../matchers.ts';
import { endOf, OURS, startWholeTenant } from './whole-tenant.ts';
import type { WholeTenant } from './whole-tenant.ts';

/** Sends people to a page of its own where that is possible, and notes how old the federated step is when they come back. */
const STEP_OF_ANOTHER_TEAM = {
  name: 'consent',
  code: `exports.onExecutePostLogin = async (event, api) => {
    if (api.redirect.canRedirect()) api.redirect.sendUserTo('https://consent.example.com/');
  };
  exports.onContinuePostLogin = async (event, api) => {
    const { timestamp } = event.authentication.methods.find(({ name }) => name === 'federated');
    api.user.setAppMetadata('held_seconds', Math.round((Date.now() - Date.parse(timestamp)) / 1_000));
  };`,
};

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

let tenant: WholeTenant;

beforeAll(async () => {
  tenant = await startWholeTenant();
});
beforeEach(() => {
  tenant.beginAnew();
  tenant.bind([STEP_OF_ANOTHER_TEAM, ...OURS]);
});
afterAll(async () => {
  await tenant.close();
});

const signedIn = (result: SignedIn | SignInRefused): SignedIn => {
  if (result.kind === 'denied') throw new Error(`expected a sign-in, got ${result.errorDescription}`);
  return result;
};

/** Comes back from the other team's page after so many seconds. */
const after = (seconds: number) => () => {
  tenant.backdate(seconds * 1_000);
  return {};
};

describe('a person whose verification Didit has taken back, with a record that says verified', () => {
  const persona = 'no-longer-verified';

  for (const [seconds, options] of [
    [0, LONG],
    [59, LONG],
    [61, {}],
    [300, LONG],
  ] as const)
    test(
      `is denied in every kind of run once another Action holds the login for ${seconds} s`,
      options,
      async () => {
        const first = signedIn(await tenant.signIn({ persona, visitElsewhere: after(0) }));
        expect(first.idTokenClaims).toMatchObject({ 'https://example.com/didit/verified': true });
        expect(tenant.metadataOf(persona)).toMatchObject({ didit: { verified: true } });

        const browser = createBrowser();
        const again = await tenant.signIn({ persona, browser, visitElsewhere: after(seconds) });
        expect(endOf(again)).toBe('didit_not_verified');
        const { didit, held_seconds: held } = tenant.metadataOf(persona);
        expect(didit).toMatchObject({ verified: false });
        expect(held).toBeGreaterThanOrEqual(seconds);

        const session = { persona, browser, visitElsewhere: after(0) };
        expect(endOf(await tenant.signIn(session))).toBe('didit_not_verified');
        expect(endOf(await tenant.signIn({ ...session, parameters: { prompt: 'none' } }))).toBe(
          'didit_not_verified',
        );
        const refreshed = await tenant.refresh(first.refreshToken ?? '');
        expect(refreshed).toMatchObject({
          error: 'access_denied',
          error_description: matching(/^didit_not_verified: /),
        });
        expect(tenant.metadataOf(persona)).toMatchObject({ didit: { verified: false } });
      },
    );
});

describe('a person whom Didit has just verified, with a record that says otherwise', () => {
  test('is let in although another Action holds the login for 75 seconds', async () => {
    const persona = 'newly-verified';
    const first = await tenant.signIn({ persona, visitElsewhere: after(0) });
    expect(endOf(first)).toBe('didit_not_verified');
    expect(tenant.metadataOf(persona)).toMatchObject({ didit: { verified: false } });

    const again = signedIn(await tenant.signIn({ persona, visitElsewhere: after(75) }));
    expect(again.idTokenClaims).toMatchObject({ 'https://example.com/didit/verified': true });
    const { didit, held_seconds: held } = tenant.metadataOf(persona);
    expect(didit).toMatchObject({ verified: true });
    expect(held).toBeGreaterThanOrEqual(75);
    expect(await tenant.refresh(again.refreshToken ?? '')).toHaveProperty('id_token');
  });
});
