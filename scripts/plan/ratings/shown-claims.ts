import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import type { ClaimName, Token } from '../../../actions/didit/claims-contract.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { formatValue } from '../../settings/describe.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** The claims of logins that no Action takes for Didit's: those of a linked identity, where the settings say so. */
export const claimsOfOtherLogins = (claims: ClaimsSettings): ClaimsSettings =>
  claims.linked ? claims : { ...claims, idToken: [], accessToken: [] };

/** As they would be written in one text. */
export const describeClaims = (claims: ClaimsSettings): string =>
  [
    ...(claims.namespace === undefined ? [] : [`namespace=${claims.namespace}`]),
    `id_token=${formatValue(claims.idToken)}`,
    `access_token=${formatValue(claims.accessToken)}`,
    ...(claims.accessTokenPersonal.length === 0
      ? []
      : [`access_token_personal=${formatValue(claims.accessTokenPersonal)}`]),
    ...([...claims.idToken, ...claims.accessToken].includes('verified_claims')
      ? [`verified_claims=${formatValue(claims.verifiedClaims)}`, `trust_framework=${claims.trustFramework}`]
      : []),
    `linked=${claims.linked ? 'on' : 'off'}`,
  ].join(' ');

const isPersonal = (name: ClaimName): boolean =>
  CLAIMS.some((claim) => claim.name === name && claim.sensitivity !== 'answer' && name !== 'verified_claims');

/** What identifies a person, or is a value about them, in one token: alone or inside `verified_claims`. */
function personalIn(claims: ClaimsSettings, token: Token): readonly string[] {
  const named = token === 'id_token' ? claims.idToken : claims.accessToken;
  const verified = named.includes('verified_claims') ? claims.verifiedClaims : [];
  return [...new Set<ClaimName>([...named, ...verified])].filter(
    (name) =>
      isPersonal(name) &&
      (token === 'id_token' ||
        name === 'subject' ||
        claims.accessTokenPersonal.some((twice) => twice === name)),
  );
}

/** `birthdate in the ID token`: what tokens identify a person by now, and did not. */
const personalAdded = (old: ClaimsSettings | undefined, now: ClaimsSettings | undefined): readonly string[] =>
  (['id_token', 'access_token'] as const).flatMap((token) => {
    const known = old === undefined ? [] : personalIn(old, token);
    const added = (now === undefined ? [] : personalIn(now, token)).filter((name) => !known.includes(name));
    return added.length === 0
      ? []
      : [`${added.join(', ')} in the ${token === 'id_token' ? 'ID token' : 'access token'}`];
  });

/** What a security reviewer has to know of other claims in the same logins. */
export function rateClaims(
  old: ClaimsSettings | undefined,
  now: ClaimsSettings | undefined,
): readonly SecurityRating[] {
  return [
    ...personalAdded(old, now).map((added) => rated('personal_data_in_token', added)),
    ...renamed(old, now).map((change) => rated('setting_not_judged', change)),
  ];
}

/**
 * Tokens of more logins: those through other connections, where an identity of Didit's is linked. What is personal in them is
 * rated beside it.
 */
export function rateLinked(
  old: ClaimsSettings | undefined,
  now: ClaimsSettings | undefined,
): readonly SecurityRating[] {
  if (now?.linked !== true || old?.linked === true) return [];
  const names = new Set([...now.idToken, ...now.accessToken]);
  return names.size === 0 ? [] : [rated('claims_widened', `linked=on: ${[...names].join(', ')}`)];
}

/**
 * Settings that change what claims are called, or who is said to vouch for them: what applications make of that, nobody knows.
 */
function renamed(old: ClaimsSettings | undefined, now: ClaimsSettings | undefined): readonly string[] {
  if (old === undefined || now === undefined) return [];
  const verified = [...now.idToken, ...now.accessToken].includes('verified_claims');
  const space = ({ namespace = 'none' }: ClaimsSettings): string => `namespace=${namespace}`;
  return [
    ...(old.namespace === now.namespace ? [] : [`${space(old)} → ${space(now)}`]),
    ...(verified && old.trustFramework !== now.trustFramework
      ? [`trust_framework=${old.trustFramework} → trust_framework=${now.trustFramework}`]
      : []),
  ];
}
