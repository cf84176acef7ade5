import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLAIMS, PERSONAL_CLAIM_NAMES, VERIFIABLE_NAMES } from '../../../actions/didit/claims-contract.ts';
import type { ClaimContract } from '../../../actions/didit/claims-contract.ts';
import { decideClaims } from '../../../actions/didit/claims.ts';
import type { Claim, ClaimsDecision } from '../../../actions/didit/claims.ts';
import { jsonBytes } from '../../../actions/didit/json.ts';
import type { LoginProfile } from '../../../actions/didit/knowledge.ts';
import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { everything, loginProfile } from './login-profiles.ts';
import { anyFields } from './sync-arbitraries.ts';

const NAMESPACE = 'https://example.com/didit/';

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
  const { record, ...login } = loginProfile({ verified: false });
  const profile = { ...login, record: { ...record, verifiedAt: undefined } };
  expect(decide({ settings: 'id_token=verified,verified_at', profile }).idToken).toEqual([
    { name: `${NAMESPACE}verified`, value: false },
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
    const expected = { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true };
    const linked = decide({ throughDidit: false, settings: 'linked=on' });
    expect(asObject(linked.idToken)).toEqual(expected);
    expect(asObject(linked.accessToken)).toEqual(expected);
    expect(linked.codes).toEqual([]);
  });
});

/** What applications rely on. @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims */
const CONTRACT = [
  ['subject', 'string', 'identifier', 'namespaced', undefined, 130],
  ['verified', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['verified_at', 'date-time', 'answer', 'namespaced', undefined, 22],
  ['age_over_18', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['age_over_21', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['email_verified', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['phone_verified', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['names_verified', 'boolean', 'answer', 'namespaced', undefined, 5],
  ['synced_at', 'date-time', 'answer', 'namespaced', undefined, 22],
  ['source', 'fresh-or-stale', 'answer', 'namespaced', undefined, 7],
  ['name', 'string', 'personal', 'standard', 'profile', 256],
  ['given_name', 'string', 'personal', 'standard', 'profile', 160],
  ['family_name', 'string', 'personal', 'standard', 'profile', 160],
  ['birthdate', 'date', 'personal', 'standard', 'profile', 12],
  ['gender', 'string', 'personal', 'standard', 'profile', 32],
  ['phone_number', 'string', 'personal', 'standard', 'phone', 18],
  ['address', 'address', 'personal', 'standard', 'address', 334],
  ['verified_claims', 'verified-claims', 'personal', 'standard', undefined, 1_000],
] as const;

/** The personal values that can be claims, and the scope that shows each. */
const SCOPES = CONTRACT.flatMap(([name, , , , scope]) =>
  scope === undefined ? [] : [[name, scope] as const],
);

test('claims keep their names, types and limits, and which of them are personal', () => {
  const contract: readonly ClaimContract[] = CLAIMS;
  expect(
    contract.map(({ name, type, sensitivity, naming, scope, maxBytes }) => [
      ...[name, type, sensitivity, naming, scope, maxBytes],
    ]),
  ).toEqual(CONTRACT);
  expect(PERSONAL_CLAIM_NAMES).toEqual(SCOPES.map(([name]) => name));
  // What Didit verifies: no address, and nothing about the e-mail address or the phone but the number.
  const verifiable = ['age_over_18', 'age_over_21', ...SCOPES.map(([name]) => name)];
  expect(VERIFIABLE_NAMES).toEqual(verifiable.filter((name) => name !== 'address'));
});

const ALL_SCOPES = ['openid', 'profile', 'phone', 'address', 'email', 'offline_access'];

describe('a personal value', () => {
  test.each(SCOPES)('(%s) enters the ID token by setting and scope %s together', (name, scope) => {
    const named = decide({ settings: `id_token=${name}`, scopes: ['openid', scope] });
    expect(named.idToken.map((claim) => claim.name)).toEqual([name]);
    const others = ALL_SCOPES.filter((other) => other !== scope);
    expect(decide({ settings: `id_token=${name}`, scopes: others }).idToken).toEqual([]);
    expect(decide({ settings: `id_token=${name}`, scopes: [] }).idToken).toEqual([]);
    expect(decide({ scopes: ['openid', scope] }).idToken.map((claim) => claim.name)).not.toContain(name);
  });

  test.each(SCOPES)(
    '(%s) enters the access token only when it is named twice, and by scope %s',
    (name, scope) => {
      const scopes = [scope];
      expect(decide({ settings: `access_token=${name}`, scopes }).accessToken).toEqual([]);
      expect(asObject(decide({ settings: `access_token_personal=${name}`, scopes }).accessToken)).toEqual({
        [`${NAMESPACE}verified`]: true,
        [`${NAMESPACE}age_over_18`]: true,
      });
      const twice = `access_token=${name} access_token_personal=${name}`;
      expect(decide({ settings: twice, scopes }).accessToken.map((claim) => claim.name)).toEqual([name]);
      const others = ALL_SCOPES.filter((other) => other !== scope);
      expect(decide({ settings: twice, scopes: others }).accessToken).toEqual([]);
    },
  );

  test('of an address is the standard claim', () => {
    expect(decide({ settings: 'id_token=address', scopes: ['address'] }).idToken).toEqual([
      { name: 'address', value: { formatted: '1 Example Street' } },
    ]);
    const unknown = loginProfile({ verified: true });
    expect(decide({ settings: 'id_token=address', scopes: ['address'], profile: unknown }).idToken).toEqual(
      [],
    );
  });
});

describe('a token holds at most 4,096 bytes of our claims', () => {
  // Nothing that `npm run check` accepts comes so far: the settings are made here.
  const namespace = `https://example.com/${'n'.repeat(400)}/`;
  const names = [
    'subject',
    'verified',
    'verified_at',
    'age_over_18',
    'age_over_21',
    'email_verified',
  ] as const;
  const settings: ClaimsSettings = {
    ...readClaimsSettings({}),
    namespace,
    idToken: [...names, 'phone_verified', 'names_verified', 'synced_at', 'source', 'birthdate'],
    accessToken: names,
  };

  test('no byte less, and no byte more', () => {
    const nameless = jsonBytes({ subject: 'someone' });
    const codes = [0, 1].map((more) => {
      const wide = {
        ...settings,
        namespace: 'n'.repeat(4_096 - nameless + more),
        idToken: names.slice(0, 1),
      };
      const login = { throughDidit: true, profile: loginProfile(everything), requestedScopes: [] };
      return decideClaims({ ...login, settings: { ...wide, accessToken: [] } }).codes;
    });
    expect(codes).toEqual([[], ['over_budget']]);
  });

  test('what does not fit any more is left out, in the order of the contract, and the log says so', () => {
    const decision = decideClaims({
      settings,
      throughDidit: true,
      profile: loginProfile(everything),
      requestedScopes: ['profile'],
    });
    expect(decision.codes).toEqual(['over_budget']);
    expect(decision.idToken.map(({ name }) => name.replace(namespace, ''))).toEqual([
      ...names,
      'phone_verified',
      'names_verified',
      'synced_at',
      // `source` does not fit; a smaller one after it does.
      'birthdate',
    ]);
    expect(jsonBytes(asObject(decision.idToken))).toBeLessThanOrEqual(4_096);
    expect(decision.accessToken.map(({ name }) => name.replace(namespace, ''))).toEqual(names);
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
            expect(jsonBytes(asObject(claims))).toBeLessThanOrEqual(4_096);
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
