import { afterEach, expect, test, vi } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { problemsOfAsync } from '../problems-of.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What becomes of a connection that breaks off with a code, as `fetch` tells it. */
async function problemOf(code: string) {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('said by Node'), { code }) });
  });
  const target = {
    domain: 'tenant.example.com',
    credentials: { kind: 'client', clientId: 'deploys', clientSecret: 'secret' },
    variablesFile: '.env.staging',
  } as const;
  const [problem] = await problemsOfAsync(() => connectToTenant(target));
  return problem;
}

test('a certificate that is not trusted is mended in the shell: Node reads its authorities from there only', async () => {
  const problem = await problemOf('SELF_SIGNED_CERT_IN_CHAIN');
  expect(problem).toMatchObject({
    code: 'TENANT_CERTIFICATE',
    place: { file: 'environment of your shell', key: 'NODE_EXTRA_CA_CERTS' },
  });
  expect(problem?.remedy).toContain('export NODE_EXTRA_CA_CERTS=');
  expect(problem?.remedy).toContain('from no .env file');
});

test('a host that is not there is mended where AUTH0_DOMAIN is set', async () => {
  expect(await problemOf('ENOTFOUND')).toMatchObject({
    code: 'TENANT_UNREACHABLE',
    place: { file: 'environment or .env.staging', key: 'AUTH0_DOMAIN' },
  });
});
