import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLAIMS,
  MAX_CLAIMS_BYTES,
  PERSONAL_CLAIM_NAMES,
  VERIFIABLE_NAMES,
} from '../../../actions/didit/claims-contract.ts';
import type { ClaimContract } from '../../../actions/didit/claims-contract.ts';
import { decideClaims } from '../../../actions/didit/claims.ts';
import type { Claim, ClaimsDecision } from '../../../actions/didit/claims.ts';
import { jsonBytes } from '../../../actions/didit/json.ts';
import type { LoginProfile } from '../../../actions/didit/knowledge.ts';
import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { loginProfile } from './login-profiles.ts';
import { anyFields } from './sync-arbitraries.ts';
import { verifiedClaimsSchema } from './verified-claims-schema.ts';

const NAMESPACE = 'https://example.com/didit/';

const everything = {
  verified: true,
  age_over_18: true,
  age_over_21: false,
  email_verified: true,
  phone_verified: true,
  names_verified: true,
  name: 'John Doe',
  given_name: 'John',
  family_name: 'Doe',
  email: 'john@example.com',
  phone_number: '+34123456789',
  birthdate: '1990-05-15',
  gender: 'M',
  address: '1 Example Street',
};

interface Login {
  readonly settings?: string;
  readonly profile?: LoginProfile | undefined;
  readonly scopes?: readonly string[];
  readonly throughDidit?: boolean;
}

const decide = ({
  settings = '',
  profile = loginProfile(everything),
  scopes = [],
  throughDidit = true,
}: Login): ClaimsDecision =>
  decideClaims({
    settings: readClaimsSettings({ connection: `namespace=${NAMESPACE}`, client: settings }),
    throughDidit,
    profile,
    requestedScopes: scopes,
  });

const asObject = (claims: readonly Claim[]): Record<string, unknown> =>
  Object.fromEntries(claims.map(({ name, value }) => [name, value]));

test('by default both tokens say verified and age_over_18, in less than 1 kB, and nothing else', () => {
  const { idToken, accessToken } = decide({ scopes: ['openid', 'profile', 'phone', 'address', 'email'] });
  const expected = { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true };
  expect(asObject(idToken)).toEqual(expected);
  expect(asObject(accessToken)).toEqual(expected);
  expect(jsonBytes(asObject(idToken))).toBeLessThan(1_000);
});

test('what is not known is absent, never false', () => {
  expect(decide({ profile: loginProfile({ verified: true }) }).idToken).toEqual([
    { name: `${NAMESPACE}verified`, value: true },
  ]);
});

test('a login of which nothing is known gets no claims', () => {
  const settings = readClaimsSettings({ connection: `namespace=${NAMESPACE}` });
  expect(decideClaims({ settings, throughDidit: true, profile: undefined, requestedScopes: [] })).toEqual({
    idToken: [],
    accessToken: [],
    codes: ['no_profile'],
  });
});

test('all answers, times and the source can be named', () => {
  const settings =
    'id_token=subject,verified,verified_at,age_over_18,age_over_21,email_verified,phone_verified,names_verified,synced_at,source';
  expect(asObject(decide({ settings }).idToken)).toEqual({
    [`${NAMESPACE}subject`]: 'someone',
    [`${NAMESPACE}verified`]: true,
    [`${NAMESPACE}verified_at`]: '2026-01-02T03:04:05Z',
    [`${NAMESPACE}age_over_18`]: true,
    [`${NAMESPACE}age_over_21`]: false,
    [`${NAMESPACE}email_verified`]: true,
    [`${NAMESPACE}phone_verified`]: true,
    [`${NAMESPACE}names_verified`]: true,
    [`${NAMESPACE}synced_at`]: '2026-06-15T12:00:00Z',
    [`${NAMESPACE}source`]: 'fresh',
  });
  const stale = decide({ settings: 'id_token=source', profile: loginProfile({}, 60_000) });
  expect(stale.idToken).toEqual([{ name: `${NAMESPACE}source`, value: 'stale' }]);
});

test('without a namespace no claim is set under one', () => {
  const decision = decideClaims({
    settings: readClaimsSettings({ client: 'id_token=verified,birthdate' }),
    throughDidit: true,
    profile: loginProfile(everything),
    requestedScopes: ['profile'],
  });
  expect(decision).toEqual({
    idToken: [{ name: 'birthdate', value: '1990-05-15' }],
    accessToken: [],
    codes: ['no_namespace'],
  });
});

describe('a login through another connection', () => {
  test('gets no claims unless the setting says so', () => {
    expect(decide({ throughDidit: false })).toEqual({
      idToken: [],
      accessToken: [],
      codes: ['other_connection'],
    });
    expect(decide({ throughDidit: false, settings: 'linked=on' }).idToken).toHaveLength(2);
  });
});

describe('a personal value', () => {
  const scopeOf = new Map(
    CLAIMS.map((claim: ClaimContract & { readonly name: string }) => [claim.name, claim.scope] as const),
  );

  test.each([...PERSONAL_CLAIM_NAMES])('(%s) enters the ID token by setting and scope together', (name) => {
    const scope = scopeOf.get(name) ?? '';
    const named = decide({ settings: `id_token=${name}`, scopes: ['openid', scope] });
    expect(named.idToken.map((claim) => claim.name)).toEqual([name]);
    expect(decide({ settings: `id_token=${name}`, scopes: ['openid'] }).idToken).toEqual([]);
    expect(decide({ scopes: ['openid', scope] }).idToken.map((claim) => claim.name)).not.toContain(name);
  });

  test.each([...PERSONAL_CLAIM_NAMES])('(%s) enters the access token only when it is named twice', (name) => {
    const scopes = [scopeOf.get(name) ?? ''];
    expect(decide({ settings: `access_token=${name}`, scopes }).accessToken).toEqual([]);
    expect(decide({ settings: `access_token_personal=${name}`, scopes }).accessToken).toHaveLength(2);
    const twice = `access_token=${name} access_token_personal=${name}`;
    expect(decide({ settings: twice, scopes }).accessToken.map((claim) => claim.name)).toEqual([name]);
    expect(decide({ settings: twice, scopes: [] }).accessToken).toEqual([]);
  });

  test('is what the contract calls personal, and nothing else is', () => {
    const personal = CLAIMS.filter(({ sensitivity }) => sensitivity === 'personal').map(({ name }) => name);
    expect(personal.toSorted()).toEqual([...PERSONAL_CLAIM_NAMES, 'verified_claims'].toSorted());
  });

  test('of an address is the standard claim', () => {
    expect(decide({ settings: 'id_token=address', scopes: ['address'] }).idToken).toEqual([
      { name: 'address', value: { formatted: '1 Example Street' } },
    ]);
  });
});

describe('verified_claims', () => {
  const settings = 'id_token=verified_claims verified_claims=age_over_18,given_name,birthdate,phone_number';
  const valid = new Ajv({ strict: true, strictRequired: false }).compile(verifiedClaimsSchema);

  test('holds what Didit verified, under a trust framework', () => {
    expect(decide({ settings, scopes: ['profile', 'phone'] }).idToken).toEqual([
      {
        name: 'verified_claims',
        value: {
          verification: { trust_framework: 'didit' },
          claims: {
            age_over_18: true,
            given_name: 'John',
            birthdate: '1990-05-15',
            phone_number: '+34123456789',
          },
        },
      },
    ]);
  });

  test('holds no value that Didit did not verify', () => {
    const profile = loginProfile({ ...everything, names_verified: false, phone_verified: false });
    expect(asObject(decide({ settings, profile, scopes: ['profile', 'phone'] }).idToken)).toEqual({
      verified_claims: {
        verification: { trust_framework: 'didit' },
        claims: { age_over_18: true, birthdate: '1990-05-15' },
      },
    });
  });

  test('holds no personal value without its scope, nor in the access token without the second word', () => {
    const inBoth = `${settings} access_token=verified_claims`;
    const decision = decide({ settings: inBoth, scopes: ['profile'] });
    expect(asObject(decision.idToken)).toEqual({
      verified_claims: {
        verification: { trust_framework: 'didit' },
        claims: { age_over_18: true, given_name: 'John', birthdate: '1990-05-15' },
      },
    });
    expect(asObject(decision.accessToken)).toEqual({
      verified_claims: { verification: { trust_framework: 'didit' }, claims: { age_over_18: true } },
    });
  });

  test.each([false, undefined])('is absent for a person whose verified is %s', (verified) => {
    const profile = loginProfile({ ...everything, verified });
    expect(decide({ settings, profile, scopes: ['profile'] }).idToken).toEqual([]);
  });

  test('holds to the rules of the specification, whoever logs in', () => {
    fc.assert(
      fc.property(anyFields, fc.subarray(['profile', 'phone']), (fields, scopes) => {
        const profile = loginProfile({ ...fields, verified: true });
        const { idToken } = decide({ settings, profile, scopes });
        if (idToken.length > 0) expect(valid(asObject(idToken)), JSON.stringify(valid.errors)).toBe(true);
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

describe('whatever the settings and the profile', () => {
  const names = CLAIMS.map(({ name }) => name);
  const anySettings: fc.Arbitrary<ClaimsSettings> = fc.record({
    namespace: fc.constantFrom(NAMESPACE, undefined),
    idToken: fc.subarray(names),
    accessToken: fc.subarray(names),
    accessTokenPersonal: fc.subarray([...PERSONAL_CLAIM_NAMES]),
    verifiedClaims: fc.subarray([...VERIFIABLE_NAMES]),
    trustFramework: fc.constantFrom('didit', 'x'.repeat(64)),
    linked: fc.boolean(),
    readable: fc.boolean(),
  });

  test('no claim enters that the settings do not name, and each stays within its contract', () => {
    fc.assert(
      fc.property(
        anySettings,
        anyFields,
        fc.subarray(['profile', 'phone', 'address']),
        (settings, fields, scopes) => {
          const decision = decideClaims({
            settings,
            throughDidit: true,
            profile: loginProfile(fields),
            requestedScopes: scopes,
          });
          for (const [claims, allowed] of [
            [decision.idToken, settings.idToken],
            [decision.accessToken, settings.accessToken],
          ] as const) {
            for (const { name, value } of claims) {
              const bare = name.replace(NAMESPACE, '');
              expect(allowed).toContain(bare);
              const contract = CLAIMS.find((candidate) => candidate.name === bare);
              expect(jsonBytes(value)).toBeLessThanOrEqual(contract?.maxBytes ?? 0);
            }
            expect(jsonBytes(asObject(claims))).toBeLessThanOrEqual(MAX_CLAIMS_BYTES);
          }
          for (const name of PERSONAL_CLAIM_NAMES) {
            if (settings.accessTokenPersonal.includes(name)) continue;
            expect(asObject(decision.accessToken)).not.toHaveProperty(name);
            expect(asObject(decision.accessToken)).not.toHaveProperty(`verified_claims.claims.${name}`);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
