import { setTimeout as delay } from 'node:timers/promises';

/**
 * Milliseconds between the attempts of one call that failed for a reason that may pass, where the tenant does not say how long to
 * wait.
 */
const RETRY_DELAYS_MILLISECONDS: readonly number[] = [500, 1_000, 2_000];

/**
 * Milliseconds that one call waits in all for a tenant that limits requests: half a minute, as auth0-deploy-cli does
 * (`deploy/deploy-cli-process.ts`).
 */
const LIMIT_PATIENCE_MILLISECONDS = 30_000;

/** No tenant's rate limit makes anybody wait longer at once. */
const MAX_WAIT_MILLISECONDS = 15_000;

/** Time, for tests that have no time. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  pause: async (milliseconds) => {
    await delay(milliseconds);
  },
  random: () => Math.random(),
};

export interface PatienceOptions {
  /** Milliseconds between attempts, one for each repetition. Default 500, 1,000 and 2,000. */
  readonly retryDelaysMilliseconds?: readonly number[] | undefined;
  /** Milliseconds that one call waits in all where the tenant answers 429. Default 30,000. */
  readonly limitPatienceMilliseconds?: number | undefined;
  /** Told before a call is made again: why, and until when. Default: just waits. */
  readonly whileWaiting?: ((reason: string, wait: Promise<void>) => Promise<void>) | undefined;
  /** Default: that of the machine. */
  readonly clock?: Clock | undefined;
}

/** What the calls of one command know of each other. */
export interface Patience {
  /**
   * Makes a call, again where it fails for a reason that may pass.
   *
   * @param isBrokenOff Whether a call that threw may succeed when it is made again.
   * @returns The last answer, whatever it is.
   */
  answer(call: () => Promise<Response>, isBrokenOff: (error: unknown) => boolean): Promise<Response>;
}

/** The local tenant's word for a disk that takes nothing: waiting does not help. */
export const INSUFFICIENT_STORAGE = 507;

const isOutage = (status: number): boolean => status >= 500 && status !== INSUFFICIENT_STORAGE;

/** Whether a call with such an answer may succeed when it is made again. */
export const mayPass = (status: number): boolean => status === 429 || isOutage(status);

/** @param domain As reasons for waiting name it. */
export function patienceWith(domain: string, options: PatienceOptions): Patience {
  const { now, pause, random } = options.clock ?? REAL_CLOCK;
  const delays = options.retryDelaysMilliseconds ?? RETRY_DELAYS_MILLISECONDS;
  const budget = options.limitPatienceMilliseconds ?? LIMIT_PATIENCE_MILLISECONDS;
  const whileWaiting = options.whileWaiting ?? ((_reason: string, wait: Promise<void>) => wait);
  // Once the tenant limits requests, they are made one after the other: together they would all be refused together, again.
  let isLimited = false;
  let last: Promise<unknown> = Promise.resolve();
  /** When the tenant takes the next one. */
  let openAt = 0;

  /** Other clients may be told the same moment: never all at once, never sooner than told, later each time. */
  const untilNext = (response: Response, refusals: number): number => {
    const least = delays[Math.min(refusals, delays.length - 1)] ?? 0;
    return Math.max(capped(toldWait(response, now()) ?? 0), least) + random() * least;
  };
  const wait = async (because: string, milliseconds: number): Promise<void> => {
    await whileWaiting(
      `${domain} ${because}; asking again in ${(milliseconds / 1000).toFixed(1)} s`,
      pause(milliseconds),
    );
  };

  /** The answer to a call, repeated where it broke off or the tenant failed. */
  const settled: Patience['answer'] = async (call, isBrokenOff) => {
    for (let attempt = 0; ; attempt += 1) {
      const retryDelay = delays[attempt];
      try {
        const response = await call();
        if (response.headers.get('x-ratelimit-remaining') === '0')
          openAt = Math.max(openAt, now() + capped(toldWait(response, now()) ?? 0));
        if (!isOutage(response.status) || retryDelay === undefined) return response;
        await response.body?.cancel();
        await wait(`answers ${response.status}`, capped(toldWait(response, now()) ?? retryDelay));
      } catch (error) {
        if (retryDelay === undefined || !isBrokenOff(error)) throw error;
        await wait('broke the connection off', retryDelay);
      }
    }
  };

  /** The same, with nothing else under way, and again for as long as the limit refuses it and patience lasts. */
  const within: Patience['answer'] = async (call, isBrokenOff) => {
    let waited = 0;
    for (let refusals = 0; ; refusals += 1) {
      const early = Math.max(0, openAt - now());
      if (early > 0) await wait(LIMITED, early);
      waited += early;
      const response = await settled(call, isBrokenOff);
      if (response.status !== 429) return response;
      isLimited = true;
      const milliseconds = untilNext(response, refusals + 1);
      if (waited + milliseconds > budget) return response;
      await response.body?.cancel();
      openAt = now() + milliseconds;
    }
  };

  return {
    answer: async (call, isBrokenOff) => {
      if (!isLimited && openAt <= now()) {
        const response = await settled(call, isBrokenOff);
        if (response.status !== 429) return response;
        isLimited = true;
        await response.body?.cancel();
        openAt = Math.max(openAt, now() + untilNext(response, 0));
      }
      const turn = last.then(() => within(call, isBrokenOff));
      last = turn.catch(() => undefined);
      return await turn;
    },
  };
}

const LIMITED = 'limits how many requests it takes (429)';

const capped = (milliseconds: number): number => Math.min(milliseconds, MAX_WAIT_MILLISECONDS);

/**
 * Milliseconds that a tenant says to wait: `Retry-After` in seconds or as a date, or else until `X-RateLimit-Reset`, in seconds
 * since the epoch by the tenant's own clock.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-http-headers
 */
export function toldWait({ headers }: Pick<Response, 'headers'>, now: number): number | undefined {
  const theirs = Date.parse(headers.get('date') ?? '');
  const clock = Number.isNaN(theirs) ? now : theirs;
  const after = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(after)) return Number(after) * 1_000;
  const at = Date.parse(after);
  if (!Number.isNaN(at)) return Math.max(0, at - clock);
  const reset = headers.get('x-ratelimit-reset')?.trim() ?? '';
  return /^\d+$/.test(reset) ? Math.max(0, Number(reset) * 1_000 - clock) : undefined;
}
