import { isDeepStrictEqual } from 'node:util';
import type { Persona } from '../../local-tenant/runtime.ts';
import { returningUsers } from '../../simulation/persona-user.ts';
import type { ProfileSource, ReturningUsers } from '../../simulation/persona-user.ts';
import type { LoginSide } from './login-side.ts';

/** What the profile script of each side makes of people; nobody where there is none. Where both are alike, it runs once. */
export async function sideUsers(
  before: LoginSide,
  after: LoginSide,
  personas: readonly Persona[],
): Promise<readonly [before: ReturningUsers, after: ReturningUsers]> {
  const usersOf = (source: ProfileSource): Promise<ReturningUsers> =>
    returningUsers(source.script === '' ? [] : personas, source);
  const [old, now] = [sourceOf(before), sourceOf(after)];
  const oldUsers = usersOf(old);
  return await Promise.all([oldUsers, isDeepStrictEqual(old, now) ? oldUsers : usersOf(now)]);
}

const sourceOf = ({ profileScript = '', scopes, connection }: LoginSide): ProfileSource => ({
  script: profileScript,
  scopes,
  connection,
});
