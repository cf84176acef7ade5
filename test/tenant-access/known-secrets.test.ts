import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../scripts/deploy/cli-session.ts';
import type { DeployCliOptions } from '../../scripts/deploy/deploy-cli.ts';
import { knownSecrets } from '../../scripts/tenant-access/known-secrets.ts';
import { redactorOf } from '../../scripts/secrets/redact-text.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';
import { deployOf, tenantFileWith } from '../deploy/deploy-inputs.ts';

/** As a person's shell has it: a deploy to a real tenant gets all of it. */
const SHELL = {
  SHLVL: '1',
  LOGNAME: 'deploy-cli',
  LANG: '0',
  EDITOR: 'auth0-deploy-cli',
};
const VALUES = {
  ...SHELL,
  AUTH0_DOMAIN: 'tenant.example.com',
  AUTH0_CLIENT_ID: 'id-of-the-deploy-client',
  AUTH0_CLIENT_SECRET: 'secret-of-the-deploy-client',
  DIDIT_CLIENT_ID: 'id-at-didit',
  DIDIT_CLIENT_SECRET: 'secret-at-didit',
};
const FAILURE =
  'auth0-deploy-cli stopped (actions): Status code: 400, client id-at-didit at tenant.example.com sent secret-at-didit';

const deploy = deployOf(tenantFileWith([]), () => 'one', VALUES);
const secretsWith = (more: Readonly<Record<string, string>> = {}): readonly string[] =>
  knownSecrets(
    { ...deploy, values: new Map([...deploy.values, ...Object.entries(more)]) },
    {
      clients: [
        {
          client_id: 'id-of-the-actions',
          name: 'Didit Actions',
          client_secret: 'secret-of-the-actions',
          settings: {},
        },
      ],
      connections: [
        {
          id: 'con_didit',
          name: 'didit',
          options: {},
          client_secret: 'secret-that-the-tenant-tells',
          metadata: {},
          settings: {},
          enabledClients: [],
        },
      ],
    },
    'access-token',
  );

describe('the secrets that a command knows', () => {
  test('are those that tenant.yaml uses, its own credentials, and what the tenant tells of others', () => {
    const secrets = secretsWith({ AUTH0_ACCESS_TOKEN: 'token-of-the-shell' }).filter(
      (secret) => secret !== '',
    );
    expect(new Set(secrets)).toEqual(
      new Set([
        'secret-at-didit',
        'secret-of-the-deploy-client',
        'token-of-the-shell',
        'secret-of-the-actions',
        'secret-that-the-tenant-tells',
        'access-token',
      ]),
    );
  });

  test('leave the rest of the environment, and with it every error, as it is', () => {
    expect(redactorOf(secretsWith())(FAILURE)).toBe(FAILURE.replace('secret-at-didit', '[redacted]'));
  });
});

describe('what is taken out of a text', () => {
  test('is no value so short that it stands in words and numbers', () => {
    expect(redactorOf(['1', '400', 'auth0'])('auth0: 400 1')).toBe('auth0: 400 1');
  });

  test.each([
    ['abcdefgh', 'abcdefgh-and-more'],
    ['abcdefgh-and-more', 'abcdefgh'],
  ])('is a secret that holds another as a whole, in whatever order they come (%s first)', (...secrets) => {
    expect(redactorOf(secrets)('it is abcdefgh-and-more')).toBe('it is [redacted]');
  });

  test('is a secret in JSON and in a URL, too', () => {
    const secret = 'with "quotes" & more';
    const text = `${JSON.stringify({ secret })} https://example.com/?q=${encodeURIComponent(secret)}`;
    expect(redactorOf([secret])(text)).toBe('{"secret":"[redacted]"} https://example.com/?q=[redacted]');
  });
});

describe('what auth0-deploy-cli says', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'session-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('loses a secret that was made while it ran already, and nothing that is public', async () => {
    let redact: DeployCliOptions['redact'] = (text) => text;
    const session = openSession(
      apiOf(deployedTenant(sample())),
      {
        ...deploy,
        startCli: (options) => {
          redact = options.redact;
          return {
            import: async () => ({ kind: 'done', slimSchema: true, peakMemoryBytes: 0 }),
            close: async () => undefined,
          };
        },
      },
      folder,
      { secrets: [], state: {} },
      {},
    );
    await session.send({ name: 'applications', assets: { clients: [{ name: 'Didit Actions' }] } });
    await session.send({
      name: 'Actions',
      assets: {
        actions: [
          {
            name: 'didit-profile-sync',
            code: 'dist/actions/didit-profile-sync.js',
            secrets: [
              { name: 'AUTH0_DOMAIN', value: 'tenant.example.com' },
              { name: 'AUTH0_MANAGEMENT_CLIENT_SECRET', value: 'made-a-moment-ago' },
            ],
          },
        ],
      },
    });
    await session.close();
    expect(redact('tenant.example.com refuses made-a-moment-ago')).toBe(
      'tenant.example.com refuses [redacted]',
    );
  });
});
