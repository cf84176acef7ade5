import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { PostLoginOutcome } from '../../runner/contract.ts';
import { collectionsOf, tenantSettingsOf } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import { randomIdentifier } from '../identifiers.ts';
import { sha256 } from '../secrets.ts';
import type { LoginRecords, SessionDocument } from './records.ts';

/** Auth0's own names: the SSO session, and the browser itself. */
const SESSION_COOKIE = 'auth0';
const BROWSER_COOKIE = 'did';

const HOUR_MILLISECONDS = 3_600_000;
/** Hours, as the tenant settings `session_lifetime` and `idle_session_lifetime` count them; Auth0's defaults. */
const DEFAULT_SESSION_HOURS = 168;
const DEFAULT_IDLE_HOURS = 72;
const BROWSER_COOKIE_SECONDS = 365 * 86_400;

// SameSite=None, as Auth0's cookies: silent authentication happens in an iframe of another site.
const COOKIE_ATTRIBUTES = { httpOnly: true, secure: true, sameSite: 'None', path: '/' } as const;

function lifetimes(context: TenantContext): { absolute: number; idle: number } {
  const settings = tenantSettingsOf(collectionsOf(context.store));
  const hours = (key: string, fallback: number): number => {
    const value = settings[key];
    return typeof value === 'number' && value > 0 ? value : fallback;
  };
  return {
    absolute: hours('session_lifetime', DEFAULT_SESSION_HOURS) * HOUR_MILLISECONDS,
    idle: hours('idle_session_lifetime', DEFAULT_IDLE_HOURS) * HOUR_MILLISECONDS,
  };
}

/** The browser's SSO session, if it has one that has not expired. */
export function currentSession(
  records: LoginRecords,
  c: Context,
): { readonly secret: string; readonly session: SessionDocument } | undefined {
  const secret = getCookie(c, SESSION_COOKIE);
  const session = secret === undefined ? undefined : records.sessions.find(secret);
  return secret === undefined || session === undefined ? undefined : { secret, session };
}

/** Starts a session for a user who has just signed in. An older session of the browser ends. */
export function startSession(
  context: TenantContext,
  records: LoginRecords,
  c: Context,
  signedIn: {
    readonly userId: string;
    readonly connectionId: string;
    readonly clientId: string;
    /** Default `federated`. */
    readonly method?: 'federated' | 'pwd';
  },
): SessionDocument {
  const now = context.now();
  const { absolute, idle } = lifetimes(context);
  const session: SessionDocument = {
    id: randomIdentifier(32),
    user_id: signedIn.userId,
    connection_id: signedIn.connectionId,
    authenticated_at: now,
    created_at: now,
    updated_at: now,
    idle_expires_at: now + idle,
    absolute_expires_at: now + absolute,
    expires_at: now + Math.min(idle, absolute),
    clients: [signedIn.clientId],
    user_agent: c.req.header('user-agent') ?? '',
    methods: [{ name: signedIn.method ?? 'federated', timestamp: new Date(now).toISOString() }],
    metadata: {},
  };
  const older = getCookie(c, SESSION_COOKIE);
  if (older !== undefined) records.sessions.remove(older);
  setCookie(c, SESSION_COOKIE, records.sessions.issue(session), {
    ...COOKIE_ATTRIBUTES,
    maxAge: Math.floor(Math.min(idle, absolute) / 1000),
  });
  return session;
}

/** Gives the browser a session back that another login has taken the place of since. */
export function resumeSession(records: LoginRecords, c: Context, session: SessionDocument): void {
  const { idle_expires_at: idle, absolute_expires_at: absolute, updated_at: now } = session;
  endSession(records, c);
  setCookie(c, SESSION_COOKIE, records.sessions.issue(session), {
    ...COOKIE_ATTRIBUTES,
    maxAge: Math.floor((Math.min(idle, absolute) - now) / 1000),
  });
}

/** Notes that an application has used the session, which puts off its idle end. */
export function touchSession(
  context: TenantContext,
  records: LoginRecords,
  current: { readonly secret: string; readonly session: SessionDocument },
  clientId: string,
): SessionDocument {
  const now = context.now();
  const { session } = current;
  const idleEnd = now + lifetimes(context).idle;
  const touched: SessionDocument = {
    ...session,
    updated_at: now,
    idle_expires_at: idleEnd,
    expires_at: Math.min(idleEnd, session.absolute_expires_at),
    clients: [...new Set([...session.clients, clientId])],
  };
  records.sessions.keep(current.secret, touched);
  return touched;
}

/**
 * Carries out what the Actions asked of the session: ends it, shortens it, writes its metadata, notes further authentication
 * methods. Returns the session as it is then.
 */
export function applyToSession(
  context: TenantContext,
  records: LoginRecords,
  session: SessionDocument,
  asked: Pick<PostLoginOutcome, 'session' | 'recordedMethods'>,
): SessionDocument {
  const { session: changes = { revoked: false }, recordedMethods = [] } = asked;
  const isUntouched =
    !changes.revoked &&
    changes.expiresAt === undefined &&
    changes.idleExpiresAt === undefined &&
    changes.metadata === undefined &&
    recordedMethods.length === 0;
  if (isUntouched) return session;
  const absoluteEnd = changes.expiresAt ?? session.absolute_expires_at;
  const idleEnd = changes.idleExpiresAt ?? session.idle_expires_at;
  const timestamp = new Date(context.now()).toISOString();
  const changed: SessionDocument = {
    ...session,
    absolute_expires_at: absoluteEnd,
    idle_expires_at: idleEnd,
    expires_at: Math.min(absoluteEnd, idleEnd),
    metadata: changes.metadata ?? session.metadata,
    methods: [...session.methods, ...recordedMethods.map((name) => ({ name, timestamp }))],
  };
  records.sessions.changeEach((document) => {
    if (document.id !== session.id) return document;
    return changes.revoked ? undefined : changed;
  });
  // A session that is revoked takes its refresh tokens along.
  if (changes.revoked) {
    records.refreshTokens.changeEach((document) =>
      document.grant.session_id === session.id ? undefined : document,
    );
  }
  return changed;
}

/** Ends the browser's session. */
export function endSession(records: LoginRecords, c: Context): void {
  const secret = getCookie(c, SESSION_COOKIE);
  if (secret !== undefined) records.sessions.remove(secret);
  setCookie(c, SESSION_COOKIE, '', { ...COOKIE_ATTRIBUTES, maxAge: 0 });
}

/**
 * The hash of the browser's own cookie, which is set where it is missing. What a login leaves in the store is bound to it, so
 * that nobody can be made to finish a login that somebody else began.
 */
export function identifyBrowser(c: Context): string {
  const existing = getCookie(c, BROWSER_COOKIE);
  if (existing !== undefined) return sha256(existing);
  const made = randomIdentifier(43);
  setCookie(c, BROWSER_COOKIE, made, { ...COOKIE_ATTRIBUTES, maxAge: BROWSER_COOKIE_SECONDS });
  return sha256(made);
}

export function isSameBrowser(c: Context, browser: string): boolean {
  const cookie = getCookie(c, BROWSER_COOKIE);
  return cookie !== undefined && sha256(cookie) === browser;
}
