import { createActionsRuntime, userInfoOf } from '../local-tenant/runtime.ts';
import type { Persona } from '../local-tenant/runtime.ts';
import type { JsonObject } from '../base/json-values.ts';
import { listenOnLoopback } from './loopback-http.ts';
import type { SimulatedUser } from './simulated-login.ts';

/**
 * The users that Auth0 makes of personas: each persona's userinfo answer, run through the built profile script.
 *
 * @param script The code of the profile script.
 * @param scopes What the people granted.
 * @param connection Name of the Didit connection.
 * @param login Which login of theirs: a persona's profile may change between the first (1, the default) and later ones.
 * @returns In the order of `personas`; without those whom the script turns away.
 */
export async function personaUsers(
  personas: readonly Persona[],
  script: string,
  scopes: readonly string[],
  connection: string,
  login = 1,
): Promise<ReadonlyMap<string, SimulatedUser>> {
  let answer: JsonObject = {};
  const loopback = await listenOnLoopback(() => Response.json(answer));
  const runtime = createActionsRuntime({
    instances: 'reused',
    network: () => ({ routes: { '*': loopback.route } }),
  });
  const users = new Map<string, SimulatedUser>();
  try {
    for (const persona of personas) {
      answer = userInfoOf(persona, scopes, login, 'https://pictures.example.com/temporary.png');
      const result = await runtime.runFetchUserProfile({
        code: script,
        accessToken: 'upstream-token',
        context: {},
      });
      if ('error' in result) continue;
      const { user_id: id, ...root } = result.profile;
      if (typeof id !== 'string') continue;
      users.set(persona.name, {
        user_id: `oauth2|${connection}|${id}`,
        identities: [{ provider: 'oauth2', connection, user_id: `${connection}|${id}`, isSocial: true }],
        root,
      });
    }
  } finally {
    await runtime.close();
    await loopback.close();
  }
  return users;
}
