import { recordOf, textOf } from '../base/json-values.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { allEnded, problemsIn } from '../base/problem.ts';
import { connectionNamed } from '../tenant-access/connection-named.ts';

/** Where the rules of a login are, as the tenant has them now: somebody may have changed them there. */
export interface LoginSettings {
  readonly connection: PolicyPlace;
  readonly client: PolicyPlace;
  /** Of a login to an organization, where it is known. */
  readonly organization?: PolicyPlace;
}

export interface PolicyPlace {
  readonly name: string;
  /** The metadata value `didit_policy`, of any content. */
  readonly policy: unknown;
}

/**
 * @param organization Its id or name. Default: nobody signs in as a member of one.
 * @returns `undefined` where they cannot be read: the login's result is shown all the same.
 */
export async function readLoginSettings(
  api: Pick<ManagementApi, 'list'>,
  connection: string,
  application: string,
  organization?: string,
): Promise<LoginSettings | undefined> {
  try {
    const [found, clients, member] = await allEnded([
      connectionNamed(api, connection),
      api.list('/clients?is_global=false', 'clients'),
      organization === undefined ? undefined : organizationIn(api, organization),
    ]);
    const client = clients.find(({ name }) => textOf(name) === application);
    return {
      connection: { name: connection, policy: recordOf(found?.['metadata'])['didit_policy'] },
      client: { name: application, policy: recordOf(client?.['client_metadata'])['didit_policy'] },
      ...(member === undefined
        ? {}
        : {
            organization: {
              name: textOf(member['name']),
              policy: recordOf(member['metadata'])['didit_policy'],
            },
          }),
    };
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
    return undefined;
  }
}

/** `undefined` too where the client may not see any: the other levels say something all the same. */
async function organizationIn(
  api: Pick<ManagementApi, 'list'>,
  wanted: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const all = await api.list('/organizations', 'organizations');
    return all.find(({ id, name }) => id === wanted || name === wanted);
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
    return undefined;
  }
}
