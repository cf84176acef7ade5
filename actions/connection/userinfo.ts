import { parseJson } from '../didit/json.ts';

/** @see https://docs.didit.me Sign in with Didit, "retrieve user" */
const USERINFO_URL = 'https://apx.didit.me/auth/v2/users/retrieve';

/** What a person gets to read, and an operator to search for. The message goes into Auth0's log and the callback URL. */
export type UserinfoFailure =
  | 'didit_token_refused'
  | 'didit_permission_missing'
  | 'didit_unavailable'
  | 'didit_timeout'
  | 'didit_answer_unusable';

const MESSAGES: Readonly<Record<UserinfoFailure, string>> = {
  didit_token_refused: 'Didit did not accept the sign-in. Please try again.',
  didit_permission_missing: 'Didit does not let this application read the profile.',
  didit_unavailable: 'Didit could not be reached. Please try again later.',
  didit_timeout: 'Didit took too long to answer. Please try again later.',
  didit_answer_unusable: 'Didit sent no usable profile.',
};

/** An error as Auth0 expects it from a profile script: a code, and a sentence that holds neither a token nor personal data. */
export const userinfoError = (code: UserinfoFailure): Error => new Error(`${code}: ${MESSAGES[code]}`);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The tenant's global of older runtimes, which have no `fetch`. */
declare const request:
  | ((
      options: {
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly timeout: number;
        readonly followRedirect: boolean;
      },
      done: (error: unknown, response: { readonly statusCode: number } | undefined, body: unknown) => void,
    ) => unknown)
  | undefined;

/**
 * Asks Didit for the person's data, with one more try after a network error or a 5xx.
 *
 * @param timeout For both tries together, milliseconds.
 * @throws {Error} with one of the codes of `UserinfoFailure` before its message.
 */
export async function fetchUserinfo(accessToken: string, timeout: number): Promise<unknown> {
  const deadline = Date.now() + timeout;
  const first = await attempt(accessToken, deadline);
  const answer =
    first !== undefined && first.status < 500 ? first : ((await attempt(accessToken, deadline)) ?? first);
  if (answer === undefined)
    throw userinfoError(Date.now() >= deadline ? 'didit_timeout' : 'didit_unavailable');
  if (answer.status === 401) throw userinfoError('didit_token_refused');
  if (answer.status === 403) throw userinfoError('didit_permission_missing');
  if (answer.status !== 200) throw userinfoError('didit_unavailable');
  return parseJson(answer.body);
}

/** One try: `undefined` for a network error or no answer in time. */
async function attempt(accessToken: string, deadline: number): Promise<Answer | undefined> {
  const left = deadline - Date.now();
  if (left <= 0) return undefined;
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
  try {
    return await (typeof fetch === 'function' ? askWithFetch(headers, left) : askWithRequest(headers, left));
  } catch {
    // The cause may quote the request, token and all.
    return undefined;
  }
}

async function askWithFetch(headers: Readonly<Record<string, string>>, timeout: number): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, timeout);
  try {
    // A redirect would carry the person's token to another address.
    const response = await fetch(USERINFO_URL, { headers, signal: abort.signal, redirect: 'manual' });
    return { status: response.status, body: await response.text() };
  } finally {
    clearTimeout(timer);
  }
}

/** `undefined` as `attempt`. */
const askWithRequest = (
  headers: Readonly<Record<string, string>>,
  timeout: number,
): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    if (typeof request !== 'function') {
      resolve(undefined);
      return;
    }
    // `request` limits the wait for each part of the answer; the timer limits the whole.
    const timer = setTimeout(() => {
      resolve(undefined);
    }, timeout);
    request({ url: USERINFO_URL, headers, timeout, followRedirect: false }, (error, response, body) => {
      clearTimeout(timer);
      resolve(
        error != null || response === undefined
          ? undefined
          : { status: response.statusCode, body: typeof body === 'string' ? body : '' },
      );
    });
  });
