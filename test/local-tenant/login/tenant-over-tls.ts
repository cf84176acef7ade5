import { Hono } from 'hono';
import { createActionsRuntime } from '../../../scripts/runner/runtime.ts';
import { createDiditStandIn } from '../../../scripts/local-tenant/didit-stand-in/app.ts';
import { createLogin } from '../../../scripts/local-tenant/login/app.ts';
import { issueServerCertificate, trustAuthority } from '../../../scripts/local-tenant/server/certificates.ts';
import { serveHttps } from '../../../scripts/local-tenant/server/server.ts';
import { openSigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import type { Collections } from '../../../scripts/local-tenant/store/collections.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import { DIDIT_CONNECTION, existing, seed } from './tenant-under-test.ts';

export interface TenantOverTls {
  readonly url: string;
  readonly collections: Collections;
  close(): Promise<void>;
}

/**
 * The tenant of `startTenant` with real TLS on a free port and real worker threads, without a Management API: what `npm run
 * login` talks to.
 *
 * @param profileScript Code of the Didit connection's script.
 * @param action Code of the one Action.
 */
export async function startTenantOverTls(profileScript: string, action: string): Promise<TenantOverTls> {
  const store = openStore(undefined);
  const collections = collectionsOf(store);
  seed(collections);
  collections.connections.put('con_didit', {
    ...DIDIT_CONNECTION,
    options: { ...DIDIT_CONNECTION.options, scripts: { fetchUserProfile: profileScript } },
  });
  collections.actionVersions.put('ver_1', {
    ...existing(collections.actionVersions.get('ver_1')),
    code: action,
  });
  const certificate = await issueServerCertificate(store);
  trustAuthority(certificate.authority);
  let url = '';
  const context = {
    store,
    keys: await openSigningKeys(store),
    url: () => url,
    domain: () => url.replace('https://', ''),
    now: Date.now,
  };
  const runtime = createActionsRuntime({
    network: () => ({
      certificateAuthority: certificate.authority,
      routes: {
        'https://auth.didit.me': `${url}/didit-stand-in`,
        'https://apx.didit.me': `${url}/didit-stand-in`,
      },
    }),
  });
  const app = new Hono()
    .route('/didit-stand-in', createDiditStandIn(context))
    .route('/', createLogin(context, { runtime }));
  const server = await serveHttps((request) => app.fetch(request), certificate, 0);
  url = `https://localhost:${server.port}`;
  return {
    url,
    collections,
    close: async () => {
      await server.close();
      await runtime.close();
    },
  };
}
