import { isUrl } from '../base/is-url.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { Problem } from '../base/problem.ts';
import { choiceUnknown } from '../base/choice-unknown.ts';
import { idTokenAlgorithm } from '../auth0/client-defaults.ts';
import type { LoginChoice } from './sample-application.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';

/** An application of the tenant whose callback can be answered on this machine. */
export interface LoopbackApplication {
  readonly name: string;
  readonly clientId: string;
  /** None for a public client. */
  readonly clientSecret: string | undefined;
  readonly callback: URL;
  /** As its ID tokens are signed. */
  readonly idTokenAlgorithm: string;
}

/**
 * The application that was chosen, or the first that the connection is enabled for in `tenant.yaml` and that has a callback on
 * this machine.
 *
 * @throws {Problem} `NO_LOOPBACK_CALLBACK`; `CLIENT_SECRET_UNREADABLE` where its code could not be exchanged.
 */
export async function loopbackApplication(
  api: Pick<ManagementApi, 'domain' | 'list'>,
  config: Pick<TenantConfig, 'connections'>,
  choice: LoginChoice = {},
): Promise<LoopbackApplication> {
  const connection =
    config.connections.find(({ name }) => name === choice.connection) ?? config.connections[0];
  const enabled = connection?.enabled_clients ?? [];
  const names = choice.application === undefined ? enabled : [choice.application];
  const clients = await api.list('/clients?is_global=false', 'clients');
  for (const name of names) {
    const client = clients.find((candidate) => candidate['name'] === name);
    const callback = (Array.isArray(client?.['callbacks']) ? client['callbacks'] : [])
      .filter((url): url is string => typeof url === 'string' && isUrl(url))
      .map((url) => new URL(url))
      .find(
        ({ protocol, hostname, port }) =>
          protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname) && port !== '',
      );
    const { client_id: clientId, client_secret: secret } = client ?? {};
    if (callback === undefined || typeof clientId !== 'string') continue;
    const isPublic = client?.['token_endpoint_auth_method'] === 'none';
    const clientSecret = typeof secret === 'string' && !isPublic ? secret : undefined;
    if (clientSecret === undefined && !isPublic) throw secretUnreadable(api.domain, name);
    return { name, clientId, clientSecret, callback, idTokenAlgorithm: idTokenAlgorithm(client ?? {}) };
  }
  if (choice.application !== undefined && !clients.some(({ name }) => name === choice.application)) {
    throw choiceUnknown({
      command: 'login',
      what: 'application',
      wanted: choice.application,
      known: enabled,
    });
  }
  throw new Problem({
    code: 'NO_LOOPBACK_CALLBACK',
    message: 'No application that uses the Didit connection has a callback on this machine.',
    place: { file: 'tenant.yaml', key: 'clients.callbacks' },
  });
}

const secretUnreadable = (domain: string, name: string): Problem =>
  new Problem({
    code: 'CLIENT_SECRET_UNREADABLE',
    message: `The secret of the application "${name}" cannot be read, and its logins give no tokens without it.`,
    place: { tenant: domain, resource: name },
  });
