import type { Persona } from '../../local-tenant/runtime.ts';
import { returningUsers } from '../../simulation/persona-user.ts';
import type { ReturningUsers } from '../../simulation/persona-user.ts';
import type { LoginSide } from './login-side.ts';

/** What the profile script of one side makes of people; nobody where there is none. */
export const sideUsers = async (
  { connection, profileScript, scopes }: LoginSide,
  personas: readonly Persona[],
): Promise<ReturningUsers> =>
  await returningUsers(profileScript === undefined ? [] : personas, {
    script: profileScript ?? '',
    scopes,
    connection,
  });
