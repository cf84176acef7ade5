import { isUrl } from '../../base/is-url.ts';
import { SIMULATED_DOMAIN } from '../../simulation/simulated-event.ts';
import type { SimulatedOutcome } from '../../simulation/simulate-login.ts';
import { segment } from '../../tenant-model/flatten.ts';

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
  /**
   * What came of it, by where it is: claims of both tokens, scopes, the user's metadata, and whatever else the Actions asked of
   * Auth0. Times of the clock are all the same.
   */
  readonly facts: ReadonlyMap<string, string>;
  /** Whom the Actions sent requests or the person to, the tenant itself left out. */
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

export const loginResult = (outcome: SimulatedOutcome): LoginResult => {
  const elsewhere = outcome.redirects.filter((url) => !isStepUp(url)).map((url) => new URL(url));
  return {
    outcome: outcome.redirects.some(isStepUp) ? 'asked to sign in with Didit' : outcome.result,
    code: outcome.denial?.code,
    facts: new Map([
      ...Object.entries(outcome.idToken).map(fact('ID token')),
      ...Object.entries(outcome.accessToken).map(fact('access token')),
      ...leaves('app_metadata', outcome.user.app_metadata),
      ...leaves('user_metadata', outcome.user.user_metadata),
      ...outcome.addedScopes.map((scope): Fact => [`scope ${scope}`, 'added']),
      ...outcome.removedScopes.map((scope): Fact => [`scope ${scope}`, 'removed']),
      ...elsewhere.map((url): Fact => [
        `redirect to ${url.origin}`,
        `${url.pathname} (${parametersOf(url)})`,
      ]),
      ...callsOf(outcome),
    ]),
    hosts: [
      ...outcome.requests.map(({ url }) => (isUrl(url) ? hostOf(new URL(url)) : url)),
      ...elsewhere.map(hostOf),
    ].filter((host) => host !== SIMULATED_DOMAIN),
  };
};

/** Of an address without a host, such as `data:`, the scheme says what it is. */
const hostOf = ({ hostname, protocol }: URL): string => (hostname === '' ? protocol : hostname);

const parametersOf = ({ searchParams }: URL): string => [...new Set(searchParams.keys())].sort().join(', ');

/** A login that is nested in another: at the tenant itself, whoever else Actions send people to. */
const isStepUp = (url: string): boolean => {
  const { origin, pathname, searchParams } = new URL(url);
  return (
    origin === `https://${SIMULATED_DOMAIN}` &&
    pathname === '/authorize' &&
    searchParams.get('redirect_uri') === `${origin}/continue`
  );
};

type Fact = [string, string];

const fact =
  (where: string) =>
  ([name, value]: readonly [string, unknown]): Fact => [`${where} claim ${name}`, shown(value)];

/** What is shown by what it comes to, only reads, or stays between the Actions of one login. Others of the same area are not. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set(
  [
    'access.deny accessToken.setCustomClaim accessToken.addScope accessToken.removeScope idToken.setCustomClaim validation.error',
    'user.setAppMetadata user.setUserMetadata redirect.sendUserTo redirect.encodeToken redirect.validateToken redirect.canRedirect',
    'cache.get cache.set cache.delete transaction.setMetadata rules.wasExecuted groups.getUserGroups groups.hasGroupMembership',
    'roles.getUserEffectiveRoles roles.getUserEffectiveRolesByIds roles.getUserEffectiveRolesByNames',
  ].flatMap((line) => line.split(' ').map((method) => `api.${method}`)),
);

/**
 * All else that Actions ask of Auth0, whatever the simulation makes of it: another user, a second factor that is switched off, a
 * longer session. A call that is new to this project is among it.
 */
function callsOf({ trace }: SimulatedOutcome): readonly Fact[] {
  const calls = trace
    .flatMap((action) => action.calls)
    .filter(({ method }) => !SHOWN_OTHERWISE.has(method))
    .map(({ method, arguments: given }) => [method, given.map(shown).join(', ')] as const);
  return [...Map.groupBy(calls, ([method]) => method)].map(([method, those]) => [
    `call of ${method}`,
    [...new Set(those.map(([, given]) => given))].join('; '),
  ]);
}

/** Times at which a simulated login can be, or something that it rests on. Another one says something else than when that was. */
const EARLIEST = Date.now() - 20 * 365 * 86_400_000;
const LATEST = Date.now() + 2 * 365 * 86_400_000;

const isClock = (time: number): boolean => time > EARLIEST && time < LATEST;

/** A value for people, with every time of the clock taken out: two runs are never at the same one. */
const shown = (value: unknown): string =>
  JSON.stringify(value ?? null)
    .replaceAll(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z"/g, (text) =>
      isClock(Date.parse(text.slice(1, -1))) ? '"(time)"' : text,
    )
    .replaceAll(/(?<![\w".-])\d{13}(?![\w".-])/g, (text) => (isClock(Number(text)) ? '(time)' : text));

/** Names are written so that no two things have the same; an object that has nothing in it is there by its name. */
function leaves(path: string, value: unknown): readonly Fact[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, shown(value)]];
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const below = leaves(`${path}.${segment(name)}`, child);
    return below.length === 0 ? [[`${path}.${segment(name)}`, '{}'] satisfies Fact] : below;
  });
}
