import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { own, ownText, parseJson } from '../didit/json.ts';
import type { StepUpReason } from '../didit/step-up.ts';
import { diditConnection } from './didit-connection.ts';
import { eventPart, eventText, metadataAt, secretOf } from './event.ts';
import { handoverKey, loginOf } from './handover.ts';
import { hashOf, isSameText, macOf, signText, signedText } from './signed-text.ts';

/** The key of the transaction metadata that a login in which somebody was sent to Didit carries. */
const STEP_UP_KEY = 'didit_step_up';

const MAX_MILLISECONDS = 10 * 60_000;

/** How far the clocks of an Action and of the tenant's tokens may be apart. */
const SKEW_MILLISECONDS = 10_000;

/** The application as which the Action signs people in at its own tenant. */
export interface StepUpClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the browser is signed in, `https://` and a host: the custom domain where the login came through one. */
  readonly origin: string;
  /** The tenant's own domain, which the Management API stands under. */
  readonly tenant: string;
  readonly key: string;
}

/** `undefined` without all of its secrets, and for a domain that is none. */
export function stepUpClient(event: Event): StepUpClient | undefined {
  const key = handoverKey(event);
  const clientId = secretOf(event, 'DIDIT_STEP_UP_CLIENT_ID');
  const clientSecret = secretOf(event, 'DIDIT_STEP_UP_CLIENT_SECRET');
  const tenant = secretOf(event, 'AUTH0_DOMAIN');
  const origin = `https://${eventText(event, 'custom_domain', 'domain') ?? tenant}`;
  return clientId && clientSecret && key && /^[a-z0-9.-]+(:\d{1,5})?$/i.test(tenant)
    ? { clientId, clientSecret, origin, tenant, key }
    : undefined;
}

/**
 * Sends the browser to sign in through the Didit connection, nested in the login that it is in. What has to be kept until it is
 * back is signed, and holds no secret: every Action of the trigger reads it. The verifier and the nonce are made from it again.
 *
 * @throws What the platform throws where the transaction cannot keep it.
 * @see https://datatracker.ietf.org/doc/html/rfc7636
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export function sendToDidit(event: Event, api: PostLoginAPI, client: StepUpClient): void {
  const { clientId, origin, key } = client;
  const text = [Date.now(), crypto.randomUUID(), sessionOf(event)].join(' ');
  const secret = secretOfLogin(event, key, text);
  api.transaction.setMetadata(STEP_UP_KEY, signText(key, contextOf(event), text));
  api.redirect.sendUserTo(`${origin}/authorize`, {
    query: {
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${origin}/continue`,
      connection: diditConnection(event),
      max_age: '0',
      nonce: secret('nonce'),
      code_challenge: hashOf(secret('verifier')),
      code_challenge_method: 'S256',
    },
  });
}

/** Who has signed in, or why nobody has: for the application, and in a word for the log. */
export type NestedLogin =
  { readonly claims: unknown } | { readonly reason: StepUpReason; readonly because: string };

/**
 * Who has come back from the nested login, by its ID token. What was kept for it is gone then, whatever comes of it. The browser
 * may have the session that it left with, or the one that the nested login has begun: which one, Auth0 does not say.
 *
 * @throws Where the tenant cannot be reached, or fails.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function returnFromDidit(
  event: Event,
  api: PostLoginAPI,
  client: StepUpClient,
  signal: AbortSignal,
): Promise<NestedLogin> {
  const { clientId, clientSecret, origin, key } = client;
  const kept = metadataAt(event, 'transaction', STEP_UP_KEY);
  const text = signedText(key, contextOf(event), String(kept));
  api.transaction.setMetadata(STEP_UP_KEY, '');
  if (text === undefined) return refused('not_begun');
  const [begun, , session] = text.split(' ');
  const startedAt = Number(begun);
  const now = Date.now();
  if (Math.abs(now - startedAt) > MAX_MILLISECONDS) return { reason: 'expired', because: 'too_late' };
  const query = eventPart(event, 'request', 'query');
  const error = own(query, 'error');
  if (error === 'access_denied') return { reason: 'cancelled', because: error };
  if (error !== undefined) return { reason: 'failed', because: 'nested_login' };
  const secret = secretOfLogin(event, key, text);
  const tokens = await askTenant(client, signal, {
    grant_type: 'authorization_code',
    code: ownText(query, 'code') ?? '',
    redirect_uri: `${origin}/continue`,
    code_verifier: secret('verifier'),
  });
  const claims = signedClaims(ownText(tokens, 'id_token') ?? '', clientSecret);
  const claim = (name: string): unknown => own(claims, name);
  const current = sessionOf(event);
  const isSo: Readonly<Record<string, boolean>> = {
    code: tokens !== undefined,
    signature: claims !== undefined,
    issuer: claim('iss') === `${origin}/`,
    audience: claim('aud') === clientId,
    nonce: claim('nonce') === secret('nonce'),
    expired: Number(claim('exp')) * 1_000 > now - SKEW_MILLISECONDS,
    old_login: Number(claim('auth_time')) * 1_000 >= startedAt - SKEW_MILLISECONDS,
    session: current === session || (current !== '' && current === claim('sid')),
  };
  const broken = Object.keys(isSo).find((name) => !isSo[name]);
  return broken === undefined ? { claims } : refused(broken);
}

const refused = (because: string): NestedLogin => ({ reason: 'refused', because });

const contextOf = (event: Event): readonly unknown[] => [STEP_UP_KEY, ...loginOf(event)];

const sessionOf = (event: Event): string => eventText(event, 'session', 'id') ?? '';

/** Makes a secret of this login, of its session and transaction, and of what is kept for it: the same ones each time. */
const secretOfLogin =
  (event: Event, key: string, text: string) =>
  (name: 'nonce' | 'verifier'): string =>
    macOf(key, JSON.stringify([name, contextOf(event), text]));

/** Claims that were signed with the application's own secret: no keys to fetch, and no other algorithm to be talked into. */
function signedClaims(token: string, secret: string): unknown {
  const [head = '', body = '', signature = ''] = token.split('.');
  const decoded = (part: string): unknown => parseJson(Buffer.from(part, 'base64url').toString());
  const isSigned = isSameText(signature, macOf(secret, `${head}.${body}`));
  return isSigned && own(decoded(head), 'alg') === 'HS256' ? decoded(body) : undefined;
}

/**
 * What the token endpoint answers to the application; `undefined` where it refuses.
 *
 * @throws Where the tenant cannot be reached, or fails.
 */
export async function askTenant(
  { clientId, clientSecret, origin }: StepUpClient,
  signal: AbortSignal,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const response = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...parameters, client_id: clientId, client_secret: clientSecret }),
    redirect: 'error',
    signal,
  });
  if (response.status >= 500) throw new Error('The tenant fails.');
  return response.ok ? parseJson(await response.text()) : undefined;
}
