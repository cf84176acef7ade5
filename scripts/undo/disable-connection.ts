import { route } from '../base/route.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { Operation } from './operation.ts';
import type { ConnectionState } from '../tenant-model/tenant-state.ts';

/** Applications that one call may enable or disable. */
const MAX_CLIENTS_PER_CALL = 50;

/**
 * Takes a connection out of use: after it, nobody can sign in through it. It goes before the removal of the connection, which
 * needs a scope that the deploy client may not have, and before the rules of its logins are taken away. Needs
 * `update:connections` only.
 *
 * @param applications Names of applications, by client id.
 * @returns In order; none when it is out of use already.
 * @see https://auth0.com/docs/api/management/v2/connections/patch-clients
 */
export function disableConnection(
  { id, name, enabledClients, settings }: ConnectionState,
  applications: ReadonlyMap<string, string> = new Map(),
): readonly Operation[] {
  const path = route`/connections/${id}`;
  return [
    ...changeApplications(
      `connection ${name}`,
      path,
      enabledClients.map((client_id) => ({ client_id, status: false })),
      applications,
    ),
    // A connection of the whole domain needs no application to be named.
    ...(settings['is_domain_connection'] === true
      ? [
          {
            what: `connection ${name}: not for the whole domain any more`,
            method: 'PATCH' as const,
            path,
            body: withDisplayName({ is_domain_connection: false }, settings),
            closes: true as const,
          },
        ]
      : []),
  ];
}

/** Enables or disables applications of a connection, in as many calls as that takes. All changes have the same status. */
export function changeApplications(
  what: string,
  path: string,
  changes: readonly { readonly client_id: string; readonly status: boolean }[],
  applications: ReadonlyMap<string, string>,
): readonly Operation[] {
  return Array.from({ length: Math.ceil(changes.length / MAX_CLIENTS_PER_CALL) }, (_, call) => {
    const body = changes.slice(call * MAX_CLIENTS_PER_CALL, (call + 1) * MAX_CLIENTS_PER_CALL);
    const enables = body[0]?.status === true;
    const names = body.map(({ client_id }) => applications.get(client_id) ?? client_id).join(', ');
    return {
      what: `${what}: ${enables ? 'enabled' : 'disabled'} for ${names}`,
      method: 'PATCH',
      path: `${path}/clients`,
      body,
      ...(enables ? { opens: true } : { closes: true }),
    };
  });
}

/** Auth0 forgets a display name that is not sent along. */
export const withDisplayName = (fields: JsonRecord, settings: ConnectionState['settings']): JsonRecord =>
  settings['display_name'] == null ? fields : { display_name: settings['display_name'], ...fields };
