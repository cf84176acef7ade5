import { afterEach, beforeEach, vi } from 'vitest';
import { isObject, own, ownList, ownText, parseJson } from '../../actions/didit/json.ts';
import { loadActions } from './built-actions.ts';
import type { ActionName, Handler } from './built-actions.ts';
import { NOW } from './login-event.ts';

/** What one Action logged, and what a login's Actions did. */
export interface LogLine {
  readonly outcome: string | undefined;
  readonly codes: readonly unknown[];
  readonly source: string | undefined;
}

/** All that a login's Actions do to it: for tests that say that they do nothing else. */
export interface Effects {
  /** Where the person was sent. */
  readonly sentTo: URL | undefined;
  readonly denied: string | undefined;
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly accessToken: Readonly<Record<string, unknown>>;
  readonly appMetadata: Readonly<Record<string, unknown>>;
  readonly userMetadata: Readonly<Record<string, unknown>>;
}

export interface Outcome extends Effects {
  /** What they did, without what they said. */
  readonly effects: Effects;
  /** The lines of this login, as they were logged. */
  readonly lines: readonly string[];
  /** The line of one Action, read. */
  readonly log: (action: ActionName) => LogLine;
  /** The calls of this login, in order. */
  readonly calls: readonly string[];
  /** What the first Action handed on. */
  readonly handedOn: unknown;
}

/** A trigger's cache that outlives a login. */
export class TriggerCache {
  readonly entries = new Map<string, string>();

  get(key: string): { value: string; expires_at: number } | undefined {
    const value = this.entries.get(key);
    return value === undefined ? undefined : { value, expires_at: NOW + 900_000 };
  }

  set(key: string, value: string): object {
    this.entries.set(key, value);
    return { type: 'success' };
  }

  delete(key: string): object {
    this.entries.delete(key);
    return { type: 'success' };
  }
}

/** Auth0's limits for the metadata of a transaction, in bytes. */
const MAX_VALUE_BYTES = 8_192;
const MAX_METADATA_BYTES = 16_384;

/** Another team's Actions, and where they are bound. */
export interface OtherActions {
  readonly first?: Handler;
  readonly afterSync?: Handler;
  readonly afterPolicy?: Handler;
}

export interface LoginOptions {
  readonly cache?: TriggerCache;
  readonly others?: OtherActions;
  /** The person comes back from where an Action had sent them: didit-step-up goes on, and those after it. */
  readonly isReturn?: boolean;
  /** Methods that this platform has in another way than usual. */
  readonly api?: { readonly user?: object; readonly transaction?: object; readonly idToken?: object };
}

export interface Logins {
  /** Runs the built Actions, as the trigger does: a denial and a redirect stop those that come later. */
  readonly login: (event: unknown, options?: LoginOptions) => Promise<Outcome>;
  /** What the tenant answers to any call from now on; without it, a call is an error. */
  readonly answerWith: (answer: (url: string, init: RequestInit) => Response | Promise<Response>) => void;
  /** The Management API knows this user from now on, or answers this status. */
  readonly managementKnows: (user: unknown, status?: number) => void;
}

/** The token that the tenant gives for the Management API. */
export const MANAGEMENT_TOKEN = 'management-token-value';

export const tokenAnswer = (token = MANAGEMENT_TOKEN): Response =>
  Response.json({ access_token: token, expires_in: 86_400 });

/** For one test file: the clock stands at `NOW`, and log lines and calls are caught. */
export async function useLogins(): Promise<Logins> {
  const [sync, stepUp, policy, claims] = await loadActions();
  let lines: string[] = [];
  let calls: string[] = [];
  let answer: (url: string, init: RequestInit) => Response | Promise<Response> = nobodyAnswers;

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    answer = nobodyAnswers;
    vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      calls.push(url);
      return answer(url, init);
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  return {
    login: async (event, options = {}) => {
      lines = [];
      calls = [];
      const { others = {}, isReturn = false } = options;
      const begin = isReturn
        ? [stepUp?.onContinue]
        : [others.first, sync?.handler, others.afterSync, stepUp?.handler];
      const effects = await runTrigger(
        [...begin, policy?.handler, others.afterPolicy, claims?.handler],
        event,
        options,
      );
      const [saidLines, saidCalls] = [lines, calls];
      return {
        ...effects,
        effects,
        lines: saidLines,
        calls: saidCalls,
        log: (action) => lineOf(saidLines, action),
        handedOn: own(transactionMetadata(event), 'didit_login'),
      };
    },
    answerWith: (given) => {
      answer = given;
    },
    managementKnows: (user, status = 200) => {
      answer = (url) => (url.endsWith('/oauth/token') ? tokenAnswer() : Response.json(user, { status }));
    },
  };
}

const nobodyAnswers = (url: string): Response => {
  throw new Error(`Nobody expects a call of ${url}.`);
};

function lineOf(lines: readonly string[], action: ActionName): LogLine {
  const line = lines.map(parseJson).find((said) => own(said, 'action') === action);
  return {
    outcome: ownText(line, 'outcome'),
    codes: ownList(line, 'codes'),
    source: ownText(line, 'source'),
  };
}

const transactionMetadata = (event: unknown): unknown =>
  isObject(event) && isObject(event['transaction']) ? event['transaction']['metadata'] : undefined;

/** Calls the handlers one after the other with one event, as Auth0 does, and notes what they do. */
async function runTrigger(
  handlers: readonly (Handler | undefined)[],
  event: unknown,
  { cache = new TriggerCache(), api: special }: LoginOptions,
): Promise<Effects> {
  const idToken: Record<string, unknown> = {};
  const accessToken: Record<string, unknown> = {};
  const appMetadata: Record<string, unknown> = {};
  const userMetadata: Record<string, unknown> = {};
  let denied: string | undefined;
  let sentTo: URL | undefined;
  const api = {
    redirect: {
      canRedirect: () => true,
      sendUserTo: (url: string, { query = {} }: { query?: Readonly<Record<string, string>> } = {}) => {
        sentTo = new URL(url);
        for (const [name, value] of Object.entries(query)) sentTo.searchParams.set(name, value);
      },
    },
    access: {
      deny: (reason: string) => {
        denied = reason;
      },
    },
    idToken: {
      setCustomClaim: (name: string, value: unknown) => (idToken[name] = value),
      ...special?.idToken,
    },
    accessToken: { setCustomClaim: (name: string, value: unknown) => (accessToken[name] = value) },
    user: {
      setAppMetadata: (name: string, value: unknown) => (appMetadata[name] = value),
      setUserMetadata: (name: string, value: unknown) => (userMetadata[name] = value),
      ...special?.user,
    },
    cache,
    transaction: {
      setMetadata: (name: string, value: unknown) => {
        setTransactionMetadata(event, name, value);
      },
      ...special?.transaction,
    },
  };
  for (const handler of handlers) {
    await handler?.(event, api);
    if (denied !== undefined || sentTo !== undefined) break;
  }
  return { denied, sentTo, idToken, accessToken, appMetadata, userMetadata };
}

/**
 * What an Action may do with the metadata of the transaction: it is visible to later Actions at once; what is too much is
 * refused.
 */
export function setTransactionMetadata(event: unknown, name: string, value: unknown): void {
  const metadata = transactionMetadata(event);
  if (!isObject(metadata)) throw new Error('There is no transaction.');
  const after = JSON.stringify({ ...metadata, [name]: value });
  if (Buffer.byteLength(String(value)) > MAX_VALUE_BYTES || Buffer.byteLength(after) > MAX_METADATA_BYTES) {
    throw new Error('The metadata of the transaction is too large.');
  }
  Object.defineProperty(metadata, name, { value, enumerable: true, configurable: true, writable: true });
}
