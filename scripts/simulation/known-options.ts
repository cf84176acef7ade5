import { nearest } from '../base/nearest.ts';
import { Problem } from '../base/problem.ts';
import { isRecord } from '../base/json-values.ts';
import type {
  SimulatedAction,
  SimulatedApplication,
  SimulatedConnection,
  SimulatedLogin,
  SimulatedOrganization,
  SimulatedUser,
} from './simulated-login.ts';

/** The options of a type: `true` for a value that is its own affair, or the options of the object that it is. */
type Options<Type> = { readonly [Name in keyof Required<Type>]: true | object };

const ACTION: Options<SimulatedAction> = { file: true, secrets: true, dependencies: true };
const USER: Options<SimulatedUser> = {
  ...{ user_id: true, root: true, app_metadata: true, user_metadata: true },
  ...{ identities: true, logins_count: true },
};
const APPLICATION: Options<SimulatedApplication> = {
  ...{ client_id: true, name: true, metadata: true, audience: true, scopes: true },
};
const CONNECTION: Options<SimulatedConnection> = { name: true, strategy: true, metadata: true };
const ORGANIZATION: Options<SimulatedOrganization> = { name: true, metadata: true };
const LOGIN: Options<SimulatedLogin> = {
  actions: ACTION,
  actionsBefore: ACTION,
  flow: true,
  authenticatedAt: true,
  user: USER,
  application: APPLICATION,
  connection: CONNECTION,
  organization: ORGANIZATION,
  secrets: true,
  http: true,
  event: true,
  roles: true,
  onRedirect: true,
  timeoutMilliseconds: true,
};

/**
 * A test in JavaScript, or one whose options are put together, is not checked by the compiler: a misspelled option would be a
 * test that says nothing.
 *
 * @throws {Problem} `SIMULATION_OPTION_UNKNOWN`, with the nearest name.
 */
export function checkOptions(login: SimulatedLogin): void {
  check(login, LOGIN, '');
}

function check(given: unknown, options: object, path: string): void {
  if (Array.isArray(given)) {
    for (const each of given) check(each, options, path);
    return;
  }
  if (!isRecord(given)) return;
  for (const [name, value] of Object.entries(given)) {
    const known: unknown = Object.entries(options).find(([option]) => option === name)?.[1];
    if (known === undefined) throw unknownOption(`${path}${name}`, nearest(name, Object.keys(options)));
    if (typeof known === 'object' && known !== null) check(value, known, `${path}${name}.`);
  }
}

function unknownOption(name: string, meant: string | undefined): Problem<'SIMULATION_OPTION_UNKNOWN'> {
  return new Problem({
    code: 'SIMULATION_OPTION_UNKNOWN',
    message: `simulateLogin has no option "${name}"${meant === undefined ? '' : `; do you mean "${meant}"?`}`,
    place: { of: 'simulateLogin', option: name },
  });
}
