import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../base/json-values.ts';
import { simulatedManagementApi } from '../simulated-management-api.ts';
import type { SimulatedLogin, SimulatedUser } from '../simulated-login.ts';

/** A way in which a login comes about, or goes wrong. */
export interface OutcomeFlow {
  /** Its name in tables and lists. */
  readonly label: string;
  /** What it is, in a sentence without its end. */
  readonly what: string;
  /** Whether the person has logged in through Didit before, so that there is a record. */
  readonly returning: boolean;
  /** `asked`: Didit sends a new profile. `kept`: a session or a token of an earlier login. `elsewhere`: another connection. */
  readonly didit: 'asked' | 'kept' | 'elsewhere';
  /** Scopes that the connection asks for beside its own. Default: none. */
  readonly scopes?: readonly string[];
  /** How long ago a returning person was here, milliseconds. Default: an hour. */
  readonly recordAge?: number;
  /** How long other Actions hold the login between the return from the connection and ours, milliseconds. Default 0. */
  readonly heldFor?: number;
  /** How the Management API fails. */
  readonly failure?: 'refused' | 'down' | 'slow';
  readonly login: (user: SimulatedUser) => Partial<SimulatedLogin>;
}

const HOUR_MILLISECONDS = 60 * 60_000;
const YEAR_MILLISECONDS = 365 * 24 * HOUR_MILLISECONDS;

/** As the sessions and refresh tokens of the simulation. */
export const USUAL_RECORD_AGE_MILLISECONDS = HOUR_MILLISECONDS;

const OTHER_TEAM_STEP = fileURLToPath(new URL('other-team-step.js', import.meta.url));

/** A user of another provider, who has linked the Didit identities or has none. */
function elsewhere(user: SimulatedUser, options: { readonly linked: boolean }): SimulatedUser {
  const [didit, ...others] = user.identities ?? [];
  const profileData: JsonObject = { ...user.root };
  return {
    ...user,
    user_id: 'google-oauth2|1',
    root: { email: 'someone@example.com', email_verified: true, name: 'Someone' },
    identities: [
      { provider: 'google-oauth2', connection: 'google-oauth2', user_id: '1', isSocial: true },
      ...(didit === undefined || !options.linked ? [] : [{ ...didit, profileData }, ...others]),
    ],
    ...(options.linked ? {} : { app_metadata: {} }),
  };
}

/** The Management API with another answer to the read of the user. */
const answering =
  (user: SimulatedUser, answer: () => Response | Promise<Response>) =>
  (request: Request): Response | Promise<Response> =>
    request.url.includes('/api/v2/') ? answer() : simulatedManagementApi(user)(request);

const status =
  (code: number) =>
  (user: SimulatedUser): Partial<SimulatedLogin> => ({
    user,
    http: answering(user, () => Response.json({ statusCode: code }, { status: code })),
  });

const down = (user: SimulatedUser): Partial<SimulatedLogin> => ({
  user,
  http: () => {
    throw new Error('down');
  },
});

const plain = (user: SimulatedUser): Partial<SimulatedLogin> => ({ user });

export const FIRST_LOGIN = 'first login';

/** In the order of the table: first those in which nothing goes wrong. */
export const OUTCOME_FLOWS: readonly OutcomeFlow[] = [
  {
    label: FIRST_LOGIN,
    what: 'through Didit, of a user who has not been here before',
    returning: false,
    didit: 'asked',
    login: plain,
  },
  {
    label: 'login again',
    what: 'through Didit, of a user who was here an hour ago',
    returning: true,
    didit: 'asked',
    login: plain,
  },
  {
    label: 'SSO',
    what: 'with the session of a login an hour ago',
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'sso' }),
  },
  {
    label: 'silent',
    what: 'the same, with `prompt=none`',
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'silent' }),
  },
  {
    label: 'refresh',
    what: 'with the refresh token of a login an hour ago',
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'refresh' }),
  },
  {
    label: 'token exchange',
    what: "another party's token is exchanged for one of the user",
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'token-exchange' }),
  },
  {
    label: 'another connection',
    what: 'of a user without a Didit identity',
    returning: false,
    didit: 'elsewhere',
    login: (user) => ({ user: elsewhere(user, { linked: false }), connection: { name: 'google-oauth2' } }),
  },
  {
    label: 'another connection with Didit linked',
    what: 'of a user whose Didit identity is linked, with the record that it left an hour ago',
    returning: true,
    didit: 'elsewhere',
    login: (user) => ({ user: elsewhere(user, { linked: true }), connection: { name: 'google-oauth2' } }),
  },
  {
    label: 'Didit as a linked identity',
    what: 'through Didit, of a user of another connection to whom the Didit identity is linked',
    returning: false,
    didit: 'asked',
    login: (user) => ({ user: elsewhere(user, { linked: true }) }),
  },
  {
    label: 'first login, birth date asked for',
    what: 'a first login where the connection asks for the scope `birthdate` too',
    returning: false,
    didit: 'asked',
    scopes: ['birthdate'],
    login: plain,
  },
  {
    label: "first login, another team's step before",
    what: 'a first login that another Action sends to a page of its own before ours run',
    returning: false,
    didit: 'asked',
    login: (user) => ({ user, actionsBefore: [OTHER_TEAM_STEP], onRedirect: () => ({}) }),
  },
  {
    label: 'login again, held for 5 minutes',
    what: 'another Action, say for consent or a second factor, has kept the person that long after the return from Didit',
    returning: true,
    didit: 'asked',
    heldFor: 5 * 60_000,
    login: plain,
  },
  {
    label: 'first login, Management API down',
    what: 'the connection breaks',
    returning: false,
    didit: 'asked',
    failure: 'down',
    login: down,
  },
  {
    label: 'login again, Management API down',
    what: 'the record is an hour old',
    returning: true,
    didit: 'asked',
    failure: 'down',
    login: down,
  },
  {
    label: 'login after three years, Management API down',
    what: 'the record is as old',
    returning: true,
    didit: 'asked',
    recordAge: 3 * YEAR_MILLISECONDS,
    failure: 'down',
    login: down,
  },
  {
    label: 'first login, Management API too slow',
    what: 'it answers later than the Actions wait',
    returning: false,
    didit: 'asked',
    failure: 'slow',
    login: (user) => ({ user, http: answering(user, () => new Promise(() => undefined)) }),
  },
  {
    label: 'first login, Management API answers 401',
    what: 'to the old token and to a new one',
    returning: false,
    didit: 'asked',
    failure: 'refused',
    login: status(401),
  },
  {
    label: 'first login, Management API answers 403',
    what: 'its client lacks the scope',
    returning: false,
    didit: 'asked',
    failure: 'refused',
    login: status(403),
  },
  {
    label: 'first login, Management API answers 429',
    what: 'the rate limit is reached',
    returning: false,
    didit: 'asked',
    failure: 'refused',
    login: status(429),
  },
  {
    label: 'first login, Management API answers garbage',
    what: 'no JSON',
    returning: false,
    didit: 'asked',
    failure: 'refused',
    login: (user) => ({ user, http: answering(user, () => new Response('<html>')) }),
  },
];
