import type { JsonObject } from '../../base/json-values.ts';
import { simulatedManagementApi } from '../simulated-management-api.ts';
import type { SimulatedLogin, SimulatedUser } from '../simulated-login.ts';

/** A way in which a login comes about, or goes wrong. */
export interface OutcomeFlow {
  readonly name: string;
  /** Whether the person has logged in before, so that there is a record. */
  readonly returning: boolean;
  /** Whether the Management API never answers, so that the Actions have to stop waiting. Default false. */
  readonly waits?: boolean;
  readonly login: (user: SimulatedUser) => Partial<SimulatedLogin>;
}

/** One in which nothing goes wrong. */
export interface OrdinaryFlow extends OutcomeFlow {
  /** The name in a list of flows. */
  readonly label: string;
  /** `asked`: Didit sends a new profile. `kept`: a session or a token of an earlier login. `elsewhere`: another connection. */
  readonly didit: 'asked' | 'kept' | 'elsewhere';
}

/** A user of another provider, who has linked the Didit identity or has none. */
function elsewhere(user: SimulatedUser, options: { readonly linked: boolean }): SimulatedUser {
  const [didit] = user.identities ?? [];
  const profileData: JsonObject = { ...user.root };
  return {
    ...user,
    user_id: 'google-oauth2|1',
    root: { email: 'someone@example.com', email_verified: true, name: 'Someone' },
    identities: [
      { provider: 'google-oauth2', connection: 'google-oauth2', user_id: '1', isSocial: true },
      ...(didit === undefined || !options.linked ? [] : [{ ...didit, profileData }]),
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

export const FIRST_LOGIN = 'first login';

/** From the first login of a person to those that another connection answers for. */
export const ORDINARY_FLOWS: readonly OrdinaryFlow[] = [
  { name: 'first login', label: FIRST_LOGIN, returning: false, didit: 'asked', login: (user) => ({ user }) },
  { name: 'login again', label: 'login again', returning: true, didit: 'asked', login: (user) => ({ user }) },
  { name: 'SSO', label: 'SSO', returning: true, didit: 'kept', login: (user) => ({ user, flow: 'sso' }) },
  {
    name: 'silent (prompt=none)',
    label: 'silent',
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'silent' }),
  },
  {
    name: 'refresh',
    label: 'refresh',
    returning: true,
    didit: 'kept',
    login: (user) => ({ user, flow: 'refresh' }),
  },
  {
    name: 'through another connection, no Didit identity',
    label: 'another connection',
    returning: false,
    didit: 'elsewhere',
    login: (user) => ({ user: elsewhere(user, { linked: false }), connection: { name: 'google-oauth2' } }),
  },
  {
    name: 'through another connection, Didit identity linked',
    label: 'another connection with Didit linked',
    returning: true,
    didit: 'elsewhere',
    login: (user) => ({ user: elsewhere(user, { linked: true }), connection: { name: 'google-oauth2' } }),
  },
];

/** In the order of the table. */
export const OUTCOME_FLOWS: readonly OutcomeFlow[] = [
  ...ORDINARY_FLOWS,
  {
    name: 'through Didit, as a linked identity',
    returning: false,
    login: (user) => ({ user: elsewhere(user, { linked: true }) }),
  },
  {
    name: 'first login, Management API down',
    returning: false,
    login: (user) => ({
      user,
      http: () => {
        throw new Error('down');
      },
    }),
  },
  {
    name: 'login again, Management API down',
    returning: true,
    login: (user) => ({
      user,
      http: () => {
        throw new Error('down');
      },
    }),
  },
  {
    name: 'first login, Management API too slow',
    returning: false,
    waits: true,
    login: (user) => ({ user, http: answering(user, () => new Promise(() => undefined)) }),
  },
  { name: 'first login, Management API answers 401', returning: false, login: status(401) },
  { name: 'first login, Management API answers 429', returning: false, login: status(429) },
  {
    name: 'first login, Management API answers garbage',
    returning: false,
    login: (user) => ({ user, http: answering(user, () => new Response('<html>')) }),
  },
];
