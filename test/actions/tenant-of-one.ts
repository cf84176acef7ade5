import { vi } from 'vitest';
import { NOW, SUBJECT, diditIdentity, loginEvent, managementSecrets } from './login-event.ts';
import type { EventParts } from './login-event.ts';
import type { LoginOptions, Logins, Outcome } from './logins.ts';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const DAY = 24 * HOUR;

/** `login`: comes back from Didit, or goes on with what that brought. */
export type Kind = 'login' | 'session' | 'silent' | 'refresh' | 'token exchange';

const TRANSACTION: Readonly<Record<Kind, object>> = {
  login: {},
  session: {},
  silent: { prompt: ['none'] },
  refresh: { protocol: 'oauth2-refresh-token', requested_scopes: [] },
  'token exchange': { protocol: 'oauth2-token-exchange' },
};

/** How one run goes. */
interface Run {
  /** How long other Actions hold it before ours, milliseconds. */
  readonly heldFor?: number;
  /** Where the snapshot can be seen. Default: `management`, since Auth0 documents the event without it. */
  readonly seenBy?: 'event' | 'management' | 'both' | 'nobody';
  /** The status that the Management API answers with. */
  readonly management?: number;
  /** More of the event. */
  readonly parts?: EventParts;
  readonly options?: LoginOptions;
}

/** One person at one tenant: what the platform keeps from one run to the next, and what the Actions make of it. */
export class TenantOfOne {
  now = NOW;
  /** When the person last came back from Didit. */
  step = NOW;
  snapshot: object | undefined;
  appMetadata: Readonly<Record<string, unknown>> = {};
  userMetadata: Readonly<Record<string, unknown>> = {};
  readonly #logins: Logins;
  readonly #settings: Pick<EventParts, 'client' | 'connection' | 'organization'>;

  constructor(logins: Logins, settings: Pick<EventParts, 'client' | 'connection' | 'organization'> = {}) {
    this.#logins = logins;
    this.#settings = settings;
  }

  waits(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** The person comes back from Didit, which says this of them: the platform notes the step, and keeps the snapshot. */
  returnsFromDidit(fields: object): void {
    this.step = this.now;
    this.snapshot = snapshotOf(fields, this.now - 500);
  }

  /** A run of the trigger: the Actions work, then the platform writes what they asked for. */
  async runs(kind: Kind, run: Run = {}): Promise<Outcome> {
    const { heldFor = 0, seenBy = 'management', management = 200, parts = {}, options } = run;
    this.now += heldFor;
    vi.setSystemTime(this.now);
    this.#logins.managementKnows(
      {
        ...(['management', 'both'].includes(seenBy) ? { didit_profile: this.snapshot } : {}),
        identities: [diditIdentity],
      },
      management,
    );
    const outcome = await this.#logins.login(
      loginEvent({
        step: new Date(this.step).toISOString(),
        ...this.#settings,
        ...parts,
        secrets: { ...managementSecrets, ...parts.secrets },
        transaction: { ...TRANSACTION[kind], ...parts.transaction },
        user: {
          app_metadata: this.appMetadata,
          user_metadata: this.userMetadata,
          ...(['event', 'both'].includes(seenBy) ? { didit_profile: this.snapshot } : {}),
          ...parts.user,
        },
      }),
      options,
    );
    this.appMetadata = merged(this.appMetadata, outcome.appMetadata);
    this.userMetadata = merged(this.userMetadata, outcome.userMetadata);
    return outcome;
  }

  /** Comes back from Didit, and is signed in. */
  async signsIn(fields: object, run: Run = {}): Promise<Outcome> {
    this.returnsFromDidit(fields);
    return this.runs('login', run);
  }
}

/** What the profile script leaves of an answer that Didit gave at a time, milliseconds since the epoch. */
export const snapshotOf = (fields: object, askedAt: number): object => ({
  subject: SUBJECT,
  ...fields,
  fetched_at: seconds(askedAt),
});

/** ISO 8601 without fractions. */
export const seconds = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** Keys are written one by one; `null` removes one. */
const merged = (before: object, written: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...before, ...written }).filter(([, value]) => value !== null));
