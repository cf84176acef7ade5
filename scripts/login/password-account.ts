import { route } from '../base/route.ts';
import { textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { SampleApplication } from './sample-application.ts';
import { connectionNamed } from '../tenant-access/connection-named.ts';

/** The database connection that a new Auth0 tenant comes with. */
const CONNECTION = 'Username-Password-Authentication';

/**
 * Sees to it that a person has an account with a password at the local tenant, and that the application takes it: an account and
 * a connection that have nothing to do with Didit. What is missing is made.
 *
 * @param person By name; the account is `NAME@example.com`.
 */
export async function passwordAccount(
  api: ManagementApi,
  { clientId }: SampleApplication,
  person: string,
): Promise<{ readonly connection: string; readonly username: string }> {
  const username = `${person}@example.com`;
  const find = (): Promise<JsonRecord | undefined> => connectionNamed(api, CONNECTION);
  if ((await find()) === undefined)
    await api.send('POST', '/connections', { name: CONNECTION, strategy: 'auth0' });
  const connection = await find();
  await api.send('PATCH', route`/connections/${textOf(connection?.['id'])}/clients`, [
    { client_id: clientId, status: true },
  ]);
  const wanted = encodeURIComponent(`email:"${username}"`);
  const users = await api.list(`/users?q=${wanted}&search_engine=v3`, 'users');
  if (!users.some(({ user_id: id }) => textOf(id).startsWith('auth0|')))
    await api.send('POST', '/users', {
      connection: CONNECTION,
      email: username,
      email_verified: true,
      password: `made-up for ${person} 1A`,
    });
  return { connection: CONNECTION, username };
}
