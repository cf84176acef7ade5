import type { ManagementApi } from '../tenant-access/management-api.ts';
import { connectionNamed, enabledClientsOf } from '../tenant-access/connection-named.ts';
import { textOf, textsOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { choiceUnknown } from '../base/choice-unknown.ts';
import { Problem } from '../base/problem.ts';
import { idTokenAlgorithm } from '../auth0/client-defaults.ts';
import { DEFAULT_APPLICATION_NAME } from '../local-tenant/index.ts';

/** An application of the local tenant to sign in to. */
export interface SampleApplication {
  readonly name: string;
  readonly clientId: string;
  /** None for a public client. */
  readonly clientSecret?: string;
  readonly callback: string;
  /** As its ID tokens are signed. */
  readonly idTokenAlgorithm: string;
}

/** What a person may choose of a login, by name. */
export interface LoginChoice {
  /** Default: the first of `enabledClients`, or of those that the connection is enabled for. */
  readonly application?: string;
  /** Names of applications in the order of `tenant.yaml`: a tenant lists them in one of its own. */
  readonly enabledClients?: readonly string[] | undefined;
  /** Default: the first Didit connection of the tenant. */
  readonly connection?: string;
  /** Default: none. */
  readonly organization?: string;
  /** How a login begins that is not through the connection: `password`. */
  readonly via?: string;
}

/**
 * The application that was chosen, or the first that the connection is enabled for; on a tenant that nothing was deployed to, the
 * application that every new tenant comes with.
 *
 * @throws {Problem} `NO_APPLICATION`, `CHOICE_UNKNOWN`.
 */
export async function sampleApplication(
  api: ManagementApi,
  choice: LoginChoice = {},
): Promise<SampleApplication> {
  const applications = await sampleApplications(api, choice);
  const { application: wanted } = choice;
  const found =
    wanted === undefined
      ? applications[0]
      : applications.find(({ name, clientId }) => name === wanted || clientId === wanted);
  if (found !== undefined) return found;
  if (wanted !== undefined && applications.length > 0)
    throw choiceUnknown({
      command: 'login',
      what: 'application',
      wanted,
      known: applications.map(({ name }) => name),
      why: ' that people can sign in to through this connection',
    });
  throw new Problem({
    code: 'NO_APPLICATION',
    message: 'The Didit connection of the local tenant is not enabled for an application with a callback.',
    place: { file: 'tenant.yaml', key: 'connections.0.enabled_clients' },
  });
}

/** All applications that people can sign in to through the connection: those of `enabledClients` first, in that order. */
export async function sampleApplications(
  api: ManagementApi,
  { connection, enabledClients = [] }: Pick<LoginChoice, 'connection' | 'enabledClients'> = {},
): Promise<readonly SampleApplication[]> {
  const found =
    connection === undefined
      ? (await api.list('/connections?strategy=oauth2', 'connections'))[0]
      : await connectionNamed(api, connection);
  const enabled = found === undefined ? undefined : await enabledClientsOf(api, textOf(found['id']));
  const ids = new Set(enabled);
  const clients = await api.list('/clients?is_global=false', 'clients');
  const ours = clients.filter(({ client_id }) => ids.has(textOf(client_id)));
  const others = clients.filter(({ name }) => name === DEFAULT_APPLICATION_NAME);
  const place = ({ name }: SampleApplication): number =>
    enabledClients.includes(name) ? enabledClients.indexOf(name) : enabledClients.length;
  return (ours.length > 0 ? ours : others)
    .flatMap((client) => asSample(client, api.domain))
    .toSorted((one, other) => place(one) - place(other));
}

/** One without a callback, or for machines, is none to sign in to; nor is one that an Action signs people in with. */
function asSample(client: JsonRecord, domain: string): readonly SampleApplication[] {
  const [callback] = textsOf(client['callbacks']).filter((url) => url !== `https://${domain}/continue`);
  const { name, client_id: clientId, client_secret: secret } = client;
  if (typeof name !== 'string' || typeof clientId !== 'string' || callback === undefined) return [];
  const isPublic = client['token_endpoint_auth_method'] === 'none';
  if (!isPublic && typeof secret !== 'string') return [];
  return [
    {
      name,
      clientId,
      ...(isPublic ? {} : { clientSecret: textOf(secret) }),
      callback,
      // The local tenant signs with its one RSA key, or with the secret.
      idTokenAlgorithm: idTokenAlgorithm(client) === 'HS256' ? 'HS256' : 'RS256',
    },
  ];
}
