import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import { claimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { settingsReader, settingsSource } from '../../../actions/didit/settings/resolve.ts';
import type { Level } from '../../../actions/didit/settings/resolve.ts';
import { asObject, stringIn } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import type { LoginTrace } from '../../local-tenant/index.ts';
import { isSameJson } from './differences.ts';
import { jsonOf } from './personal-data.ts';

const TOKENS = ['id_token', 'access_token'] as const;
export type TokenName = (typeof TOKENS)[number];

/** A claim that somebody asked for, and what came of it. */
export interface ClaimView {
  readonly token: TokenName;
  readonly name: string;
  /** The Action that asked for it; `null`: the setting names it, and no Action set it. */
  readonly action: string | null;
  readonly asked: Json;
  /** `undefined` where the token does not have it. */
  readonly given?: Json;
  /** Why it was dropped, or is another one; `null` for a claim that was given as asked. */
  readonly why: string | null;
  readonly origin: ClaimOrigin;
}

/** Where a claim of a token comes from, in a few words. */
export interface ClaimOrigin {
  /** Such as `didit_claims id_token`, `scope profile`, `Action loyalty-tier`, `protocol`. */
  readonly from: string;
  readonly level: Level | 'default' | null;
}

const METHODS: Readonly<Record<string, TokenName>> = {
  'api.idToken.setCustomClaim': 'id_token',
  'api.accessToken.setCustomClaim': 'access_token',
};

const givenTo = (trace: LoginTrace, token: TokenName): JsonObject =>
  token === 'id_token' ? trace.id_token_claims : trace.access_token_claims;

/** What was asked for, in the order of the calls, and what the settings name and nobody set. */
export function claimsOf(trace: LoginTrace): readonly ClaimView[] {
  const asked = trace.actions.flatMap(({ action, calls, notes }) =>
    calls.flatMap(({ method, arguments: [name, value] }): ClaimView[] => {
      const token = METHODS[method];
      if (token === undefined || typeof name !== 'string') return [];
      const given = givenTo(trace, token);
      const wanted = jsonOf(value);
      const isGiven = Object.hasOwn(given, name);
      return [
        {
          token,
          name,
          action,
          asked: wanted,
          ...(isGiven ? { given: given[name] ?? null } : {}),
          why: whyNot(trace, { token, name, wanted }, notes),
          origin: claimOrigin(trace, token, name),
        },
      ];
    }),
  );
  return [...asked, ...TOKENS.flatMap((token) => unset(trace, token))];
}

function whyNot(
  trace: LoginTrace,
  { token, name, wanted }: { readonly token: TokenName; readonly name: string; readonly wanted: Json },
  notes: readonly string[],
): string | null {
  const { kind } = trace.decision;
  if (kind !== 'allow') return 'The login was not allowed, so there is no token.';
  const given = givenTo(trace, token);
  if (Object.hasOwn(given, name))
    return isSameJson(given[name], wanted) ? null : 'A later call gave it another value.';
  return (
    notes.find((note) => note.includes(`"${name}"`)) ??
    notes.find((note) => token === 'access_token' && note.includes('access token')) ??
    'A later call took it back.'
  );
}

/** What `didit_claims` names for a token, and no Action set. */
function unset(trace: LoginTrace, token: TokenName): readonly ClaimView[] {
  const { namespace, setting } = claimsSettingsOf(trace.event);
  const { value: named, level } = setting(token);
  const asked = trace.actions.flatMap(({ calls }) =>
    calls.filter(({ method }) => METHODS[method] === token).map(({ arguments: [name] }) => name),
  );
  return CLAIMS.filter(({ name }) => named.includes(name)).flatMap(({ name, naming }): ClaimView[] => {
    const fullName = naming === 'standard' ? name : `${namespace}${name}`;
    if (asked.includes(fullName)) return [];
    return [
      {
        token,
        name: fullName,
        action: null,
        asked: null,
        why:
          trace.decision.kind === 'allow'
            ? 'Named by the setting and not set: it is not known of this person, or the application did not ask for its scope.'
            : 'The login was not allowed, so there is no token.',
        origin: { from: `didit_claims ${token}`, level },
      },
    ];
  });
}

function claimsSettingsOf(event: JsonObject) {
  const textOf = (part: string): Json | undefined =>
    asObject(asObject(event[part])['metadata'])['didit_claims'];
  const setting = settingsReader(
    settingsSource({ connection: textOf('connection'), client: textOf('client') }),
    claimsSettings,
  );
  return { namespace: setting('namespace').value ?? '', setting };
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken, and RFC 9068 for access tokens */
const PROTOCOL_CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nonce',
  'sid',
  'auth_time',
  'azp',
  'scope',
  'org_id',
  'jti',
  'client_id',
];

/** Where a claim of a token comes from. */
function claimOrigin(trace: LoginTrace, token: TokenName, name: string): ClaimOrigin {
  const setBy = trace.actions.findLast(({ calls }) =>
    calls.some(({ method, arguments: [claim] }) => METHODS[method] === token && claim === name),
  )?.action;
  if (setBy === undefined || !Object.hasOwn(givenTo(trace, token), name)) {
    const from = PROTOCOL_CLAIMS.includes(name)
      ? 'protocol'
      : `scope ${name.startsWith('email') ? 'email' : 'profile'}`;
    return { from: setBy === undefined ? from : `Action ${setBy}`, level: null };
  }
  const { namespace, setting } = claimsSettingsOf(trace.event);
  // By what the setting names: what the Action is called is whatever tenant.yaml calls it.
  const { value: named, level } = setting(token);
  const isOurs = CLAIMS.some(
    ({ name: claim, naming }) =>
      named.includes(claim) && (naming === 'standard' ? claim : `${namespace}${claim}`) === name,
  );
  return isOurs ? { from: `didit_claims ${token}`, level } : { from: `Action ${setBy}`, level: null };
}

/** A decoded token, claim by claim. */
export interface TokenView {
  readonly header: JsonObject;
  readonly claims: readonly { readonly name: string; readonly value: Json; readonly origin: ClaimOrigin }[];
}

export function tokenOf(trace: LoginTrace, token: TokenName): TokenView | null {
  const content = trace.tokens?.[token];
  if (content == null) return null;
  return {
    header: content.header,
    claims: Object.entries(content.payload).map(([name, value]) => ({
      name,
      value,
      origin: claimOrigin(trace, token, name),
    })),
  };
}

/** The audience and the scopes that the application asked for. */
export const askedFor = ({
  event,
}: LoginTrace): { readonly audience: string | null; readonly scopes: readonly string[] } => ({
  audience: stringIn(asObject(event['resource_server']), 'identifier') ?? null,
  scopes: (stringIn(asObject(asObject(event['request'])['query']), 'scope') ?? '')
    .split(' ')
    .filter((scope) => scope !== ''),
});
