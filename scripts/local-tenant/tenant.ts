import { join } from 'node:path';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { diskErrorOf } from '../base/disk-error.ts';
import { writeDurably } from '../base/durable-file.ts';
import type { Problem } from '../base/problem.ts';
import { createActionsRuntime } from '../runner/runtime.ts';
import { ensureDefaultApplication, ensureDeployClient, localCredentials } from './bootstrap.ts';
import type { ClientCredentials } from './bootstrap.ts';
import { issueServerCertificate } from './server/certificates.ts';
import type { TenantContext } from './context.ts';
import { STAND_IN_PATH } from './didit-stand-in/hosts.ts';
import type { LeftOpen } from './login/services.ts';
import { openTraces } from './login/traces.ts';
import type { Traces } from './login/traces.ts';
import { onDemand } from './server/on-demand.ts';
import { originOf, serveHttps } from './server/server.ts';
import { openSigningKeys } from './signing-keys.ts';
import { openStore, stateUnwritable } from './store/store.ts';
import type { Store } from './store/store.ts';

/** Bodies of requests: a user import may have 500 kB. */
const LIMITED = bodyLimit({ maxSize: 10_000_000, onError: (c) => c.text('Payload Too Large', 413) });

export interface LocalTenantOptions {
  /** Absolute path of the state folder; without one, the tenant lives in memory and ends with the process. */
  readonly folder?: string;
  /** An open store for the state, instead of one of its own: for tests that look at it or age it. The tenant closes it. */
  readonly store?: Store;
  /** Default: the port of the last start, and a free one at the first. `0` takes a free one in any case. */
  readonly port?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  /** Milliseconds that an Action stays `pending` before it is `built`. Default 50. */
  readonly buildMilliseconds?: number;
  /** Whether reading a connection leaves out its client secret, as on tenants that hide it. Default false. */
  readonly hidesConnectionSecrets?: boolean;
  /** Whether connections are read without their applications. Default false. */
  readonly hidesEnabledClients?: boolean;
  /** `reused`: module-level state of Actions lives on from login to login, as it may at Auth0. Default `reused`. */
  readonly instances?: 'fresh' | 'reused';
  /** Serves what is not Auth0's beside it: the console. It is asked first. */
  readonly console?: ConsoleOf;
  /** How what Auth0 leaves open is answered, login by login. */
  readonly leftOpen?: () => LeftOpen;
}

export interface LocalTenant {
  /** `https://localhost:PORT`. */
  readonly url: string;
  /** `localhost:PORT`: the value of AUTH0_DOMAIN for tools that are pointed at it. */
  readonly domain: string;
  /** PEM of the authority to trust. */
  readonly authority: string;
  /** The same as a file, where there is a state folder. */
  readonly authorityFile: string | undefined;
  readonly management: ClientCredentials;
  /** What the Didit console would have handed out. */
  readonly didit: ClientCredentials;
  /** As `MountedConsole`; none where the tenant has no console, or runs in another process. */
  readonly consoleLink?: () => string;
  /** Why it could not keep what it was sent, the last time; none where it runs in another process, which says so in its answers. */
  readonly loss?: () => Problem | undefined;
  close(): Promise<void>;
}

/** What a console is made from. */
export interface ConsoleHost {
  readonly context: TenantContext;
  readonly traces: Traces;
  readonly management: ClientCredentials;
  readonly didit: ClientCredentials;
  /** Of the authority to trust; none where there is no state folder. */
  readonly authorityFile: string | undefined;
}

export interface MountedConsole {
  readonly app: Hono;
  /** An address that opens the console in one browser, once. */
  link(): string;
  close(): Promise<void>;
}

export type ConsoleOf = (host: ConsoleHost) => MountedConsole;

/** Hosts of Didit that the stand-in answers, so that `tenant.yaml` is deployed unchanged. */
const DIDIT_ORIGINS = ['https://auth.didit.me', 'https://apx.didit.me'];

interface ServerDocument {
  readonly port: number;
}

/**
 * Starts the embedded tenant: Management API, login, Actions runtime and Didit stand-in behind one HTTPS server on
 * loopback.
 *
 * @throws {Problem} `TENANT_STATE_IN_USE`, `TENANT_STATE_UNREADABLE`, `PORT_IN_USE`, `PORT_REFUSED`.
 */
export async function startLocalTenant(options: LocalTenantOptions = {}): Promise<LocalTenant> {
  const store = options.store ?? openStore(options.folder);
  const closers: (() => void | Promise<void>)[] = [
    () => {
      store.close();
    },
  ];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const certificate = await issueServerCertificate(store);
    const servers = store.collection<ServerDocument>('server');
    let url = '';
    const context: TenantContext = {
      store,
      keys: await openSigningKeys(store),
      url: () => url,
      domain: () => url.replace('https://', ''),
      now: options.now ?? Date.now,
    };
    const runtime = createActionsRuntime({
      instances: options.instances ?? 'reused',
      network: () => ({
        certificateAuthority: certificate.authority,
        routes: Object.fromEntries(DIDIT_ORIGINS.map((origin) => [origin, `${url}/didit-stand-in`])),
      }),
    });
    closers.push(() => runtime.close());
    const traces = openTraces(context);
    const credentials = localCredentials(store);
    const authorityFile =
      options.folder === undefined ? undefined : writeAuthority(options.folder, certificate.authority);
    const console = options.console?.({ context, traces, ...credentials, authorityFile });
    closers.push(() => console?.close());
    const failed = (error: Error, c: Context): Response => {
      const loss = store.loss();
      if (error === loss) return insufficientStorage(loss);
      // Who asked has hung up within the request.
      if ('code' in error && error.code === 'ECONNRESET') return c.body(null, 400);
      // A defect, which whoever runs the tenant sees.
      process.emitWarning(error.stack ?? error.message);
      return c.text('Internal Server Error', 500);
    };
    const app = new Hono()
      .onError(failed)
      .on(['POST', 'PUT', 'PATCH', 'DELETE'], '*', LIMITED)
      .route('/', console?.app ?? new Hono())
      .all(
        '/api/v2/*',
        onDemand('/api/v2', async () => {
          const { createManagementApi } = await import('./management-api/app.ts');
          return createManagementApi(
            context,
            {
              buildMilliseconds: options.buildMilliseconds ?? 50,
              hidesConnectionSecrets: options.hidesConnectionSecrets ?? false,
              hidesEnabledClients: options.hidesEnabledClients ?? false,
            },
            runtime,
          );
        }),
      )
      .all(
        '/user-exports/*',
        onDemand('/user-exports', async () =>
          (await import('./management-api/users/jobs.ts')).exportDownloads(context),
        ),
      )
      .all(
        `${STAND_IN_PATH}/*`,
        onDemand(STAND_IN_PATH, async () =>
          (await import('./didit-stand-in/app.ts')).createDiditStandIn(context),
        ),
      )
      .all(
        '*',
        onDemand('/', async () => {
          const { createLogin } = await import('./login/app.ts');
          return createLogin(context, {
            runtime,
            traces,
            leftOpen:
              options.leftOpen ??
              (() => ({ confirmsLoopback: process.env['LOCAL_TENANT_CONFIRM_LOOPBACK'] === '1' })),
          });
        }),
      );
    const server = await serveHttps(
      async (request) => {
        const before = store.loss();
        const response = await app.fetch(request);
        const loss = store.loss();
        // It may have been the request's own write, or that of one beside it.
        return loss === undefined || loss === before ? response : insufficientStorage(loss);
      },
      certificate,
      options.port ?? servers.get('current')?.port ?? 0,
    );
    closers.push(() => server.close());
    url = originOf(server.port);
    servers.put('current', { port: server.port });
    ensureDefaultApplication(store);
    ensureDeployClient(context, credentials.management);
    return {
      url,
      domain: context.domain(),
      authority: certificate.authority,
      authorityFile,
      management: credentials.management,
      didit: credentials.didit,
      ...(console === undefined ? {} : { consoleLink: () => console.link() }),
      loss: () => store.loss(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function writeAuthority(folder: string, authority: string): string {
  const file = join(folder, 'ca.pem');
  writeDurably(file, authority, stateUnwritable);
  return file;
}

/**
 * What no tenant in the cloud answers: this one cannot keep what it was sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4918#section-11.5
 */
const insufficientStorage = ({ code, message, place, cause }: Problem): Response =>
  Response.json(
    {
      statusCode: 507,
      error: 'Insufficient Storage',
      message,
      errorCode: code,
      ...place,
      reason: diskErrorOf(cause)?.name,
    },
    { status: 507 },
  );
