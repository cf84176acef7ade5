import { SIMULATED_DOMAIN } from '../../simulation/simulated-event.ts';
import type { SimulatedOutcome } from '../../simulation/simulate-login.ts';

/** How one simulated login ended, in a form in which two of them can be compared. */
export interface LoginResult {
  readonly outcome:
    | 'allowed'
    | 'denied'
    | 'failed'
    | 'redirected'
    | 'asked to sign in with Didit'
    | 'turned away'
    | 'not possible';
  /** The code of a denial. */
  readonly code: string | undefined;
  /** What came of it, by where it is: claims of both tokens, scopes, the user's metadata. Times are all the same. */
  readonly facts: ReadonlyMap<string, string>;
  /** Whom the Actions sent requests to, the tenant itself left out. */
  readonly hosts: readonly string[];
}

/** Ends of a login from which a person can still get in: whoever is sent somewhere has not been turned away. */
const GOES_ON: readonly string[] = [
  'allowed',
  'redirected',
  'asked to sign in with Didit',
] satisfies readonly LoginResult['outcome'][];

/** @param end `LoginResult.outcome`, or the words of a plan for it. */
export const goesOn = (end: string): boolean => GOES_ON.includes(end);

/** Of an application that the connection is not enabled for. */
export const NOT_POSSIBLE: LoginResult = {
  outcome: 'not possible',
  code: undefined,
  facts: new Map(),
  hosts: [],
};

/** Of a person of whom the profile script makes no user. */
export const TURNED_AWAY: LoginResult = {
  outcome: 'turned away',
  code: undefined,
  facts: new Map(),
  hosts: [],
};

export const loginResult = (outcome: SimulatedOutcome): LoginResult => ({
  outcome: outcome.redirects.some(isStepUp) ? 'asked to sign in with Didit' : outcome.result,
  code: outcome.denial?.code,
  facts: new Map([
    ...Object.entries(outcome.idToken).map(fact('ID token')),
    ...Object.entries(outcome.accessToken).map(fact('access token')),
    ...leaves('app_metadata', outcome.user.app_metadata),
    ...leaves('user_metadata', outcome.user.user_metadata),
    ...outcome.addedScopes.map((scope): Fact => [`scope ${scope}`, 'added']),
    ...outcome.removedScopes.map((scope): Fact => [`scope ${scope}`, 'removed']),
    ...outcome.redirects
      .filter((url) => !isStepUp(url))
      .map((url): Fact => [`redirect to ${new URL(url).origin}`, 'yes']),
  ]),
  hosts: outcome.requests
    .map(({ url }) => (URL.canParse(url) ? new URL(url).hostname : url))
    .filter((host) => host !== SIMULATED_DOMAIN),
});

/** A login that is nested in another: the tenant's own, whoever else Actions send people to. */
const isStepUp = (url: string): boolean => {
  const { pathname, searchParams } = new URL(url);
  return pathname === '/authorize' && searchParams.get('redirect_uri') === new URL('/continue', url).href;
};

type Fact = [string, string];

const fact =
  (where: string) =>
  ([name, value]: readonly [string, unknown]): Fact => [`${where} claim ${name}`, shown(value)];

/** A value for people, with every time of the clock taken out: two runs are never at the same one. */
const shown = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"(time)"');

function leaves(path: string, value: unknown): readonly Fact[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, shown(value)]];
  return Object.entries(value).flatMap(([name, child]) => leaves(`${path}.${name}`, child));
}
