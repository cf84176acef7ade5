import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideClaims } from '../../../actions/didit/claims.ts';
import type { LoginProfile } from '../../../actions/didit/knowledge.ts';
import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { everything, loginProfile } from './login-profiles.ts';
import { anyFields } from './sync-arbitraries.ts';
import { verifiedClaimsSchema } from './verified-claims-schema.ts';

interface Login {
  readonly settings: string;
  readonly profile?: LoginProfile;
  readonly scopes?: readonly string[];
}

/** The two tokens of a Didit login, by the names of their claims. */
function decide({ settings, profile = loginProfile(everything), scopes = [] }: Login): {
  readonly idToken: object;
  readonly accessToken: object;
} {
  const decision = decideClaims({
    settings: readClaimsSettings({ client: settings }),
    throughDidit: true,
    profile,
    requestedScopes: scopes,
  });
  const [idToken = {}, accessToken = {}] = [decision.idToken, decision.accessToken].map((claims) =>
    Object.fromEntries(claims.map(({ name, value }) => [name, value])),
  );
  return { idToken, accessToken };
}

describe('verified_claims', () => {
  const settings = 'id_token=verified_claims verified_claims=age_over_18,given_name,birthdate,phone_number';
  const NAMES = { name: 'John Doe', given_name: 'John', family_name: 'Doe' };
  const valid = new Ajv({ strict: true, strictRequired: false }).compile(verifiedClaimsSchema);

  test('holds what Didit verified, under a trust framework', () => {
    expect(decide({ settings, scopes: ['profile', 'phone'] }).idToken).toEqual({
      verified_claims: {
        verification: { trust_framework: 'didit' },
        claims: {
          age_over_18: true,
          given_name: 'John',
          birthdate: '1990-05-15',
          phone_number: '+34123456789',
        },
      },
    });
  });

  test.each([
    {
      flags: { names_verified: false, phone_verified: true },
      claims: { age_over_18: true, birthdate: '1990-05-15', phone_number: '+34123456789' },
    },
    {
      flags: { names_verified: true, phone_verified: false },
      claims: { age_over_18: true, ...NAMES, birthdate: '1990-05-15' },
    },
    {
      flags: { names_verified: false, phone_verified: false },
      claims: { age_over_18: true, birthdate: '1990-05-15' },
    },
    {
      flags: { names_verified: undefined, phone_verified: undefined },
      claims: { age_over_18: true, birthdate: '1990-05-15' },
    },
    {
      flags: { names_verified: true, phone_verified: true, email_verified: false },
      claims: { age_over_18: true, ...NAMES, birthdate: '1990-05-15', phone_number: '+34123456789' },
    },
  ])('holds no value that Didit did not verify: $flags', ({ flags, claims }) => {
    const all =
      'id_token=verified_claims verified_claims=age_over_18,name,given_name,family_name,birthdate,phone_number';
    const profile = loginProfile({ ...everything, ...flags });
    expect(decide({ settings: all, profile, scopes: ['profile', 'phone'] }).idToken).toEqual({
      verified_claims: { verification: { trust_framework: 'didit' }, claims },
    });
  });

  test('is absent where nothing that it may hold is left', () => {
    const none = 'id_token=verified_claims verified_claims=given_name,phone_number';
    const profile = loginProfile({ ...everything, names_verified: false, phone_verified: false });
    expect(decide({ settings: none, profile, scopes: ['profile', 'phone'] }).idToken).toEqual({});
    expect(decide({ settings: none, scopes: ['openid'] }).idToken).toEqual({});
  });

  test('holds an age that is false as such, and one that is not known not at all', () => {
    const ages = 'id_token=verified_claims verified_claims=age_over_18,age_over_21';
    const profile = loginProfile({ verified: true, age_over_21: false });
    expect(decide({ settings: ages, profile }).idToken).toEqual({
      verified_claims: { verification: { trust_framework: 'didit' }, claims: { age_over_21: false } },
    });
  });

  test('stands under the trust framework that the settings name', () => {
    expect(decide({ settings: `${settings} trust_framework=eidas:high.1_x-y` }).idToken).toMatchObject({
      verified_claims: { verification: { trust_framework: 'eidas:high.1_x-y' } },
    });
  });

  test('holds no personal value without its scope, nor in the access token without the second word', () => {
    const inBoth = `${settings} access_token=verified_claims`;
    const decision = decide({ settings: inBoth, scopes: ['profile'] });
    expect(decision.idToken).toEqual({
      verified_claims: {
        verification: { trust_framework: 'didit' },
        claims: { age_over_18: true, given_name: 'John', birthdate: '1990-05-15' },
      },
    });
    expect(decision.accessToken).toEqual({
      verified_claims: { verification: { trust_framework: 'didit' }, claims: { age_over_18: true } },
    });
  });

  test.each([false, undefined])('is absent for a person whose verified is %s', (verified) => {
    const profile = loginProfile({ ...everything, verified });
    expect(decide({ settings, profile, scopes: ['profile'] }).idToken).toEqual({});
  });

  test('holds to the rules of the specification, whoever logs in', () => {
    fc.assert(
      fc.property(anyFields, fc.subarray(['profile', 'phone']), (fields, scopes) => {
        const profile = loginProfile({ ...fields, verified: true });
        const { idToken } = decide({ settings, profile, scopes });
        if (Object.keys(idToken).length > 0) expect(valid(idToken), JSON.stringify(valid.errors)).toBe(true);
      }),
    );
  });

  test.each([
    { verification: {}, claims: { age_over_18: true } },
    { verification: { trust_framework: 'didit' }, claims: {} },
    { verification: { trust_framework: 'didit' } },
    { verification: { trust_framework: 'didit' }, claims: { age_over_18: true }, extra: 1 },
  ])('(the rules themselves refuse %j)', (value) => {
    expect(valid({ verified_claims: value })).toBe(false);
  });
});
