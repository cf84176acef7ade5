import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Persona } from '../../local-tenant/didit-stand-in/personas.ts';
import { personaUsers } from '../../login-simulation/persona-user.ts';
import { createLoginSimulator } from '../../simulate-login.ts';
import type { LoginSide } from './login-side.ts';
import { loginResult, TURNED_AWAY } from './login-result.ts';
import type { LoginResult } from './login-result.ts';

/** Milliseconds that all Actions of one simulated login may take. Auth0 allows 20 seconds. */
const LOGIN_TIMEOUT_MILLISECONDS = 10_000;

/** What an application asks for that wants to see everything. */
const REQUESTED_SCOPES = ['openid', 'profile', 'email', 'phone', 'address'];

/** Secrets that the simulation has values of its own for. */
const SIMULATED_SECRETS = ['AUTH0_DOMAIN', 'AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'];

/** A login of each person at each application. */
export type LoginResults = (person: string, application: string) => LoginResult | undefined;

/** Runs the first login of each person at each application, on the code and the settings of one side. */
export async function simulateSide(side: LoginSide, people: readonly Persona[]): Promise<LoginResults> {
  const users = await personaUsers(people, side.profileScript, side.scopes, side.connection);
  const folder = mkdtempSync(join(tmpdir(), 'didit-plan-'));
  const simulator = createLoginSimulator({ timeoutMilliseconds: LOGIN_TIMEOUT_MILLISECONDS });
  const results = new Map<string, LoginResult>();
  try {
    const actions = side.actions.map(({ code, secrets, dependencies }, index) => {
      const file = join(folder, `action-${index + 1}.js`);
      writeFileSync(file, code);
      return { file, dependencies, secrets: secretsFor(side.connection, secrets) };
    });
    for (const { name, metadata } of side.applications) {
      for (const person of people) {
        const user = users.get(person.name);
        results.set(
          keyOf(person.name, name),
          user === undefined
            ? TURNED_AWAY
            : loginResult(
                await simulator.login({
                  actions,
                  user,
                  application: { name, metadata, scopes: REQUESTED_SCOPES },
                  connection: { name: side.connection, metadata: side.connectionMetadata },
                }),
              ),
        );
      }
    }
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return (person, application) => results.get(keyOf(person, application));
}

/** Only the secrets that the Action has, with stand-ins for their values. */
function secretsFor(
  connection: string,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const given = (name: string, value: string): string | undefined =>
    names.includes(name) ? value : undefined;
  return {
    ...Object.fromEntries(
      names.filter((name) => !SIMULATED_SECRETS.includes(name)).map((name) => [name, 'simulated']),
    ),
    ...Object.fromEntries(
      SIMULATED_SECRETS.filter((name) => !names.includes(name)).map((name) => [name, undefined]),
    ),
    DIDIT_CONNECTION: given('DIDIT_CONNECTION', connection),
  };
}

const keyOf = (person: string, application: string): string => JSON.stringify([person, application]);
