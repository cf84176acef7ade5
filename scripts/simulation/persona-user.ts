import type { JsonObject } from '../base/json-values.ts';
import { createActionsRuntime, userInfoOf } from '../local-tenant/runtime.ts';
import type { IdentityDocument, Persona } from '../local-tenant/runtime.ts';
import { withAgedProfile } from './aged-user.ts';
import type { SimulatedUser } from './simulated-login.ts';

/** What the tenant makes of people, by persona; without those whom the profile script turns away. */
export type PersonaUsers = ReadonlyMap<string, SimulatedUser>;

/** The same people at two logins: a persona's profile may have changed by the second. */
export interface ReturningUsers {
  readonly first: PersonaUsers;
  readonly again: PersonaUsers;
  /** When Didit was asked, as these users have it, milliseconds since the epoch. */
  readonly askedAt: number;
}

/** The profile script of a connection, and what people grant it. */
export interface ProfileSource {
  /** The code of the profile script. */
  readonly script: string;
  readonly scopes: readonly string[];
  /** Name of the Didit connection. */
  readonly connection: string;
}

/** Milliseconds for the profile of one person, and of all. A script that waits for nothing takes milliseconds. */
const SCRIPT_TIMEOUT_MILLISECONDS = 10_000;
const SCRIPTS_BUDGET_MILLISECONDS = 60_000;

/** The users that Auth0 makes of personas at their first login, in the order of `personas`. */
export const personaUsers = async (
  personas: readonly Persona[],
  script: string,
  scopes: readonly string[],
  connection: string,
): Promise<PersonaUsers> => (await returningUsers(personas, { script, scopes, connection })).first;

/**
 * The users that Auth0 makes of personas: each persona's userinfo answer, run through the built profile script; and those of
 * people who have been here before, as personas.yaml has them.
 */
export async function returningUsers(
  personas: readonly Persona[],
  { script, scopes, connection }: ProfileSource,
): Promise<ReturningUsers> {
  let answer: JsonObject = {};
  const runtime = createActionsRuntime({
    instances: 'reused',
    timeoutMilliseconds: SCRIPT_TIMEOUT_MILLISECONDS,
    budgetMilliseconds: SCRIPTS_BUDGET_MILLISECONDS,
    network: { answer: () => Response.json(answer) },
  });
  const askedAt = Date.now();
  const usersAt = async (login: number): Promise<PersonaUsers> => {
    const users = new Map<string, SimulatedUser>();
    for (const persona of personas) {
      answer = userInfoOf(persona, scopes, login, 'https://pictures.example.com/temporary.png');
      const result = await runtime.runFetchUserProfile({
        code: script,
        accessToken: 'upstream-token',
        context: {},
      });
      if ('error' in result) continue;
      const { user_id: id, ...attributes } = result.profile;
      if (typeof id !== 'string') continue;
      const user = userOf(persona, connection, id, attributes);
      // However long the machine takes, all have been asked at once.
      users.set(persona.name, withAgedProfile(user, Date.now() - askedAt));
    }
    return users;
  };
  try {
    return { first: await usersAt(1), again: await usersAt(2), askedAt };
  } finally {
    await runtime.close();
  }
}

function userOf({ user }: Persona, connection: string, id: string, attributes: JsonObject): SimulatedUser {
  const primary = user?.primary;
  const metadata = user === undefined ? {} : { app_metadata: user.app_metadata };
  const own = identityOf(connection, id);
  if (primary === undefined)
    return { user_id: `oauth2|${own.user_id}`, identities: [own], root: attributes, ...metadata };
  const first = identityOf(connection, primary);
  return {
    user_id: `oauth2|${first.user_id}`,
    // Root attributes are those of the primary identity; nothing is known of it but what the metadata says.
    root: {},
    identities: [first, { ...own, profileData: attributes }],
    ...metadata,
  };
}

const identityOf = (connection: string, id: string): IdentityDocument => ({
  provider: 'oauth2',
  connection,
  user_id: `${connection}|${id}`,
  isSocial: true,
});
