import { toTimestamp } from './calendar.ts';
import { CLAIMS, MAX_CLAIMS_BYTES, PERSONAL_CLAIM_NAMES } from './claims-contract.ts';
import type { ClaimContract, ClaimName, PersonalClaimName, Token } from './claims-contract.ts';
import { jsonBytes } from './json.ts';
import type { LoginProfile } from './knowledge.ts';
import type { ClaimsSettings } from './settings/claims-settings.ts';
import { decideVerifiedClaims } from './verified-claims.ts';

const contracts: readonly (ClaimContract & { readonly name: ClaimName })[] = CLAIMS;

export type ClaimValue = boolean | string | Readonly<Record<string, unknown>>;

export interface Claim {
  /** As it stands in the token, namespace included. */
  readonly name: string;
  readonly value: ClaimValue;
}

export interface ClaimsDecision {
  readonly idToken: readonly Claim[];
  readonly accessToken: readonly Claim[];
  readonly codes: readonly ('other_connection' | 'no_profile' | 'no_namespace' | 'over_budget')[];
}

export interface ClaimsInput {
  readonly settings: ClaimsSettings;
  readonly throughDidit: boolean;
  readonly profile: LoginProfile | undefined;
  /** The scopes that the application asked for; none on a run that does not tell. */
  readonly requestedScopes: readonly string[];
}

/** Which claims enter which token. What is not known is absent; nothing enters that the settings do not name. */
export function decideClaims({
  settings,
  throughDidit,
  profile,
  requestedScopes,
}: ClaimsInput): ClaimsDecision {
  const none = { idToken: [], accessToken: [] };
  if (!throughDidit && !settings.linked) return { ...none, codes: ['other_connection'] };
  if (profile === undefined) return { ...none, codes: ['no_profile'] };
  const idToken = withinBudget(claimsOf('id_token', settings, profile, requestedScopes));
  const accessToken = withinBudget(claimsOf('access_token', settings, profile, requestedScopes));
  return {
    idToken: idToken.claims,
    accessToken: accessToken.claims,
    codes: [
      ...(settings.namespace === undefined ? (['no_namespace'] as const) : []),
      ...(idToken.complete && accessToken.complete ? [] : (['over_budget'] as const)),
    ],
  };
}

function claimsOf(
  token: Token,
  settings: ClaimsSettings,
  profile: LoginProfile,
  requestedScopes: readonly string[],
): readonly Claim[] {
  const named: readonly ClaimName[] = token === 'id_token' ? settings.idToken : settings.accessToken;
  const mayShow = (name: PersonalClaimName): boolean =>
    requestedScopes.some((scope) => scope === scopeOf(name)) &&
    (token === 'id_token' || settings.accessTokenPersonal.includes(name));
  return contracts
    .filter(({ name }) => named.includes(name))
    .flatMap(({ name, naming }) => {
      const fullName = naming === 'standard' ? name : underNamespace(settings.namespace, name);
      const value =
        isPersonal(name) && !mayShow(name) ? undefined : claimValue(name, settings, profile, mayShow);
      return value === undefined || fullName === undefined ? [] : [{ name: fullName, value }];
    });
}

const underNamespace = (namespace: string | undefined, name: string): string | undefined =>
  namespace === undefined ? undefined : namespace + name;

const isPersonal = (name: ClaimName): name is PersonalClaimName =>
  PERSONAL_CLAIM_NAMES.some((personal) => personal === name);

const scopeOf = (name: PersonalClaimName): string | undefined =>
  contracts.find((contract) => contract.name === name)?.scope;

function claimValue(
  name: ClaimName,
  settings: ClaimsSettings,
  { fresh, record }: LoginProfile,
  mayShow: (name: PersonalClaimName) => boolean,
): ClaimValue | undefined {
  switch (name) {
    case 'subject':
      return record.subject;
    case 'verified_at':
      return record.verifiedAt === undefined ? undefined : toTimestamp(record.verifiedAt);
    case 'synced_at':
      return toTimestamp(record.syncedAt);
    case 'source':
      return fresh ? 'fresh' : 'stale';
    case 'address':
      return record.fields.address === undefined ? undefined : { formatted: record.fields.address };
    case 'verified_claims':
      return decideVerifiedClaims(record.fields, settings, mayShow);
    default:
      return record.fields[name];
  }
}

/**
 * Settings that nobody checked could name more than a token should carry: what does not fit any more is left out, in the
 * contract's order.
 */
function withinBudget(claims: readonly Claim[]): {
  readonly claims: readonly Claim[];
  readonly complete: boolean;
} {
  let bytes = 0;
  const fitting = claims.filter(({ name, value }) => {
    const size = jsonBytes({ [name]: value });
    if (bytes + size > MAX_CLAIMS_BYTES) return false;
    bytes += size;
    return true;
  });
  return { claims: fitting, complete: fitting.length === claims.length };
}
