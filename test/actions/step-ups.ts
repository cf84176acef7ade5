import { createHash, createHmac } from 'node:crypto';
import { vi } from 'vitest';
import { ownText } from '../../actions/didit/json.ts';
import {
  NOW,
  SUBJECT,
  USER_ID,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
} from './login-event.ts';
import type { EventParts } from './login-event.ts';
import type { Logins, LoginOptions, Outcome } from './logins.ts';

export const STEP_UP_CLIENT = 'step-up-client';
export const STEP_UP_SECRET = 'step-up-secret-value';
export const ORIGIN = 'https://tenant.example.com';

const secrets = {
  AUTH0_DOMAIN: 'tenant.example.com',
  DIDIT_STEP_UP_CLIENT_ID: STEP_UP_CLIENT,
  DIDIT_STEP_UP_CLIENT_SECRET: STEP_UP_SECRET,
};

/** The rules of an application that wants verified people, whatever the login, and lets them step up. */
export const RULES = 'require=verified apply_to=all step_up=on';

/** A user with a password, at such an application. */
export const passwordLogin = (parts: EventParts = {}): object =>
  loginEvent({
    methods: [{ name: 'pwd', timestamp: new Date(NOW - 500).toISOString() }],
    connection: { name: 'Users', strategy: 'auth0', metadata: {} },
    client: { didit_policy: RULES, didit_claims: 'namespace=https://example.com/didit/ linked=on' },
    more: { session: { id: 'session-of-password' } },
    ...parts,
    user: { user_id: 'auth0|abc', identities: [databaseIdentity], ...parts.user },
    secrets: { ...secrets, ...parts.secrets },
  });

/** The login that is nested in it: of a Didit user of their own, unless told otherwise. */
export const nestedLogin = (parts: EventParts = {}): object =>
  loginEvent({
    ...parts,
    transaction: { id: 'transaction_2', correlation_id: 'correlation_2', ...parts.transaction },
    connection: { metadata: {}, ...parts.connection },
    user: { user_id: USER_ID, didit_profile: adultSnapshot, ...parts.user },
    more: {
      client: { client_id: STEP_UP_CLIENT, name: 'Didit Step-up', metadata: {} },
      session: { id: 'session-of-didit' },
    },
    secrets: { ...secrets, ...parts.secrets },
  });

/** What can be otherwise than in a step-up that goes well. */
export interface StepUpChanges {
  readonly outer?: EventParts;
  readonly nested?: EventParts;
  /** Claims of the ID token, instead of those that the tenant would write. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly idToken?: (head: string, body: string, signature: string) => string;
  readonly query?: Readonly<Record<string, string>>;
  readonly event?: (event: object) => object;
  /** What the tenant answers to a request, instead of what it would. */
  readonly answer?: (url: string, body: string) => Response | undefined;
  readonly options?: LoginOptions;
  /** What the Management API shows of who signs in through Didit, to whom the event shows no root attributes. */
  readonly managementUser?: object;
  /** How long the person stays at Didit, milliseconds. */
  readonly stays?: number;
}

interface Request extends RequestInit {
  readonly url: string;
  readonly body: string;
}

export interface SteppedUp {
  /** The login up to the redirect. */
  readonly away: Outcome;
  readonly nested: Outcome;
  /** The rest of the login. */
  readonly back: Outcome;
  /** Each with what `fetch` was told. */
  readonly requests: readonly Request[];
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The signature of the tenant under a head and a body. */
export const signatureOf = (head: string, body: string): string =>
  createHmac('sha256', STEP_UP_SECRET).update(`${head}.${body}`).digest('base64url');

/** An ID token of the tenant for the application of the step-up. */
export function idTokenOf(
  claims: Readonly<Record<string, unknown>>,
  change: StepUpChanges['idToken'] = (head, body, signature) => `${head}.${body}.${signature}`,
): string {
  const [head, body] = [encoded({ alg: 'HS256', typ: 'JWT' }), encoded(claims)];
  return change(head, body, signatureOf(head, body));
}

const asItWas = (event: object): object => event;

/** A whole step-up: away, through Didit, and back; each event and each answer as a platform would make it. */
export async function stepUp(logins: Logins, changes: StepUpChanges = {}): Promise<SteppedUp> {
  const { outer, nested: nestedParts = {}, query, event: changed = asItWas } = changes;
  vi.setSystemTime(NOW);
  const begun = passwordLogin(outer);
  const away = await logins.login(begun, changes.options);
  const asked = away.sentTo?.searchParams ?? new URLSearchParams();
  vi.setSystemTime(NOW + (changes.stays ?? 0));
  if (changes.managementUser !== undefined) logins.managementKnows(changes.managementUser);
  const nested = await logins.login(nestedLogin(nestedParts));
  const requests: Request[] = [];
  const claims = {
    iss: `${ORIGIN}/`,
    aud: STEP_UP_CLIENT,
    sub: ownText(nestedParts.user, 'user_id') ?? USER_ID,
    sid: 'session-of-didit',
    nonce: asked.get('nonce'),
    auth_time: Math.floor(NOW / 1_000),
    iat: Math.floor(NOW / 1_000),
    exp: Math.floor(NOW / 1_000) + 36_000,
    ...nested.idToken,
    ...changes.claims,
  };
  logins.answerWith((url, init) => {
    const { body } = init;
    const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : '';
    requests.push({ ...init, url, body: text });
    return changes.answer?.(url, text) ?? tenantAnswer(url, text, asked, idTokenOf(claims, changes.idToken));
  });
  const event = changed({
    ...begun,
    request: { query: query ?? { code: 'the-code', state: 'state-of-the-tenant' } },
  });
  const back = await logins.login(event, { ...changes.options, isReturn: true });
  return { away, nested, back, requests };
}

function tenantAnswer(url: string, text: string, asked: URLSearchParams, idToken: string): Response {
  const form = new URLSearchParams(text);
  if (url === `${ORIGIN}/oauth/token` && form.get('grant_type') === 'authorization_code') {
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return form.get('code') === 'the-code' && challenge === asked.get('code_challenge')
      ? Response.json({ access_token: 'opaque', id_token: idToken })
      : Response.json({ error: 'invalid_grant' }, { status: 403 });
  }
  if (url === `${ORIGIN}/oauth/token`) return Response.json({ access_token: 'linking-token' });
  return Response.json([databaseIdentity, { ...diditIdentity, user_id: `didit|${SUBJECT}` }], {
    status: 201,
  });
}

/** Another part of the event, as the login goes on. */
export const withPart = (part: string, value: unknown) => (event: object) => ({ ...event, [part]: value });

/** A user of a password to whom the Didit identity is linked, as it was left by its last login. */
export const linkedUser = {
  user_id: 'auth0|abc',
  identities: [databaseIdentity, { ...diditIdentity, profileData: { didit_profile: adultSnapshot } }],
};
