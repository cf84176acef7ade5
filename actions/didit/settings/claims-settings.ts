import { CLAIMS, DEFAULT_CLAIMS, PERSONAL_CLAIM_NAMES, VERIFIABLE_NAMES } from '../claims-contract.ts';
import type { ClaimName, PersonalClaimName, VerifiableName } from '../claims-contract.ts';
import { isNamespace } from './namespace.ts';
import { settingsReader, settingsSource, unreadableLevel } from './resolve.ts';
import type { Level, SettingsTable } from './resolve.ts';
import { choice, listOf, orNone, textLike } from './value-types.ts';
import type { ValueType } from './value-types.ts';

const claimNames = orNone(listOf<ClaimName>(CLAIMS.map(({ name }) => name)), []);

const namespace: ValueType<string | undefined> = {
  kind: 'namespace',
  words: [],
  read: (text) => (isNamespace(text) ? text : undefined),
};

/** The settings under `didit_claims`. They stand at the connection and at an application. */
export const claimsSettings: SettingsTable<{
  namespace: string | undefined;
  id_token: readonly ClaimName[];
  access_token: readonly ClaimName[];
  access_token_personal: readonly PersonalClaimName[];
  verified_claims: readonly VerifiableName[];
  trust_framework: string;
  linked: 'off' | 'on';
}> = {
  namespace: { type: namespace, absent: undefined, unreadable: undefined },
  id_token: { type: claimNames, absent: DEFAULT_CLAIMS, unreadable: [] },
  access_token: { type: claimNames, absent: DEFAULT_CLAIMS, unreadable: [] },
  access_token_personal: { type: orNone(listOf(PERSONAL_CLAIM_NAMES), []), absent: [], unreadable: [] },
  verified_claims: { type: orNone(listOf(VERIFIABLE_NAMES), []), absent: ['age_over_18'], unreadable: [] },
  trust_framework: {
    type: textLike('[\\w.:-]{1,64}'),
    absent: 'didit',
    unreadable: 'didit',
  },
  linked: { type: choice('off', 'on'), absent: 'off', unreadable: 'off' },
};

/** Which claims a login gets. */
export interface ClaimsSettings {
  /** Without one there are no namespaced claims. */
  readonly namespace: string | undefined;
  readonly idToken: readonly ClaimName[];
  readonly accessToken: readonly ClaimName[];
  /** The second word that a personal value needs to enter the access token. */
  readonly accessTokenPersonal: readonly PersonalClaimName[];
  readonly verifiedClaims: readonly VerifiableName[];
  readonly trustFramework: string;
  /** Whether a login through another connection gets claims of the Didit identity that is linked to the user. */
  readonly linked: boolean;
  readonly readable: boolean;
}

/** @param texts The metadata value `didit_claims` at each level, of any content. */
export function readClaimsSettings(
  texts: Readonly<Partial<Record<Exclude<Level, 'organization'>, unknown>>>,
): ClaimsSettings {
  const source = settingsSource(texts);
  const setting = settingsReader(source, claimsSettings);
  return {
    namespace: setting('namespace').value,
    idToken: setting('id_token').value,
    accessToken: setting('access_token').value,
    accessTokenPersonal: setting('access_token_personal').value,
    verifiedClaims: setting('verified_claims').value,
    trustFramework: setting('trust_framework').value,
    linked: setting('linked').value === 'on',
    readable: unreadableLevel(source, claimsSettings) === undefined,
  };
}
