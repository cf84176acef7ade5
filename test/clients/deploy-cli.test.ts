// @module-tag long
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { isRecord, parseJsonObject, stringIn } from '../../scripts/base/json-values.ts';
import { startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

// The cases of auth0-deploy-cli's own end-to-end tests, with things of our own: what it does with a tenant in the cloud, it does
// here. @see https://github.com/auth0/auth0-deploy-cli/blob/master/test/e2e/e2e.test.ts

const A0DEPLOY = createRequire(import.meta.url).resolve('auth0-deploy-cli');
const FAST_CLOCK = new URL('../faults/fast-clock.mjs', import.meta.url).href;

/**
 * For an import, the CLI compiles a schema of eight megabytes twice, and takes twenty seconds of a processor for it. Nearly all
 * of it is about the words of prompts; what is sent does not depend on it.
 */
const ANY_PROMPTS = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  createRequire(${JSON.stringify(A0DEPLOY)})('./tools/auth0/schema').default.properties.prompts = {};
`)}`;

let folder: string;
let tenant: ClientTenant;
let token: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a0deploy-'));
  tenant = await startClientTenant();
  writeFileSync(join(folder, 'ca.pem'), tenant.authority);
  const answer = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: tenant.management.clientId,
      client_secret: tenant.management.clientSecret,
      audience: `${tenant.url}/api/v2/`,
    }),
  });
  token = stringIn(parseJsonObject(await answer.text()) ?? {}, 'access_token') ?? '';
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

type Config = Readonly<Record<string, unknown>>;

/** As its README says it: a domain and credentials. */
const quickstart = (): Config => ({
  AUTH0_CLIENT_ID: tenant.management.clientId,
  AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
});

/**
 * With a token, it has no time limit that the fast clock would make too short. The client is named, so that it does not delete
 * that. What is run in this way is told beforehand that all words of prompts are right.
 */
const withToken = (): Config => ({
  AUTH0_ACCESS_TOKEN: token,
  AUTH0_CLIENT_ID: tenant.management.clientId,
});

/**
 * Runs `a0deploy`: its exit code and what it said. It gives a connection ten seconds to come about, and does not try again: where
 * the machine takes longer, somebody else's work is in its way.
 */
async function a0deploy(config: Config, ...words: readonly string[]): Promise<Ended> {
  write('config.json', JSON.stringify({ AUTH0_DOMAIN: tenant.domain, ...config }));
  const clock = 'AUTH0_ACCESS_TOKEN' in config ? ['--import', FAST_CLOCK, '--import', ANY_PROMPTS] : [];
  for (let attempt = 1; ; attempt += 1) {
    const ended = await run([
      ...[...clock, A0DEPLOY, ...words],
      ...['--config_file', 'config.json', '--env=false'],
    ]);
    if (attempt === 3 || !/fetch failed|did not return an alternative response/.test(ended.said))
      return ended;
  }
}

const run = (parameters: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        parts.push(part.toString());
      });
    child.on('close', (code) => {
      resolve({ code, said: parts.join('') });
    });
  });

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Exports to this folder of the test's, as YAML, and reads it. */
async function exported(
  output: string,
  config: Config = withToken(),
  format = 'yaml',
): Promise<Readonly<Record<string, unknown>>> {
  const { code, said } = await a0deploy(config, 'export', '--format', format, '--output_folder', output);
  expect(said).toContain('Export Successful');
  expect(code).toBe(0);
  return format === 'yaml' ? yamlIn(join(output, 'tenant.yaml')) : {};
}

async function imported(input: string, config: Config = withToken()): Promise<string> {
  const { code, said } = await a0deploy(config, 'import', '--input_file', input);
  expect(said).toContain('Import Successful');
  expect(code).toBe(0);
  return said;
}

const textIn = (name: string): string => readFileSync(join(folder, name), 'utf8');

function yamlIn(name: string): Readonly<Record<string, unknown>> {
  const document: unknown = parse(textIn(name));
  return isRecord(document) ? document : {};
}

const namesIn = (document: Readonly<Record<string, unknown>>, key: string): readonly unknown[] => {
  const list = document[key];
  return Array.isArray(list) ? list.map((item: unknown) => (isRecord(item) ? item['name'] : item)) : [];
};

/** One thing or more of each kind that a tenant has much of. */
const MUCH = {
  tenant: { friendly_name: 'A tenant with much in it' },
  clients: [{ name: 'Shop', app_type: 'regular_web', callbacks: ['https://shop.example.com/callback'] }],
  databases: [{ name: 'customers', strategy: 'auth0', options: { passwordPolicy: 'good' } }],
  connections: [
    {
      name: 'partner',
      strategy: 'oauth2',
      options: {
        client_id: 'a',
        client_secret: 'b',
        authorizationURL: 'https://partner.example.com/authorize',
        tokenURL: 'https://partner.example.com/token',
        scripts: { fetchUserProfile: 'function (token, context, callback) { callback(null, {}); }' },
      },
    },
  ],
  resourceServers: [
    { name: 'Orders', identifier: 'https://orders.example.com/', scopes: [{ value: 'read:orders' }] },
  ],
  clientGrants: [{ client_id: 'Shop', audience: 'https://orders.example.com/', scope: ['read:orders'] }],
  roles: [
    {
      name: 'Clerk',
      description: 'Sees orders',
      permissions: [
        { permission_name: 'read:orders', resource_server_identifier: 'https://orders.example.com/' },
      ],
    },
  ],
  actions: [
    {
      name: 'greet',
      code: './greet.js',
      runtime: 'node22',
      deployed: true,
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    },
  ],
  triggers: { 'post-login': [{ action_name: 'greet', display_name: 'Greets people' }] },
  organizations: [
    {
      name: 'acme',
      display_name: 'Acme',
      connections: [{ name: 'partner', assign_membership_on_login: true }],
    },
  ],
  logStreams: [
    {
      name: 'to-us',
      type: 'http',
      sink: { httpContentType: 'application/json', httpEndpoint: 'https://logs.example.com/' },
    },
  ],
  emailTemplates: [
    {
      template: 'welcome_email',
      body: './welcome_email.html',
      enabled: true,
      from: '',
      subject: 'Welcome',
      syntax: 'liquid',
      resultUrl: 'https://shop.example.com/welcome',
    },
  ],
  branding: { colors: { primary: '#112233' } },
  prompts: { identifier_first: false },
  attackProtection: { bruteForceProtection: { enabled: true, max_attempts: 7 } },
};

/** Of each kind in it, the name of one. */
const NAMED = [
  ['clients', 'Shop'],
  ['databases', 'customers'],
  ['connections', 'partner'],
  ['resourceServers', 'Orders'],
  ['roles', 'Clerk'],
  ['actions', 'greet'],
  ['organizations', 'acme'],
  ['logStreams', 'to-us'],
] as const;

const NOTHING = { clientGrants: [], ...Object.fromEntries(NAMED.map(([kind]) => [kind, []])) };

function writeTenants(): void {
  write('much/tenant.yaml', stringify(MUCH));
  write('much/greet.js', 'exports.onExecutePostLogin = async (event, api) => {};\n');
  write('much/welcome_email.html', '<p>Welcome</p>\n');
  write('nothing/tenant.yaml', stringify(NOTHING));
}

describe('a0deploy', { timeout: 1_200_000 }, () => {
  test('exports a whole tenant, and imports it again with a change', async () => {
    const document = await exported('whole', quickstart());
    expect(document).toMatchObject({ rules: [], hooks: [], forms: [] });
    write('whole/tenant.yaml', stringify({ ...document, roles: [{ name: 'Reader', description: 'reads' }] }));
    expect(await imported('whole/tenant.yaml', quickstart())).toMatch(/Created \[roles\].*Reader/);
  });

  test('exports nothing but the kinds that it is told', async () => {
    const document = await exported('two-kinds', {
      ...withToken(),
      AUTH0_INCLUDED_ONLY: ['actions', 'tenant'],
    });
    expect(Object.keys(document).sort()).toEqual(['actions', 'tenant']);
  });

  test('deletes what a file does not have only where it may', async () => {
    writeTenants();
    const [keeping, deleting] = [false, true].map((allowed) => ({
      ...withToken(),
      AUTH0_ALLOW_DELETE: allowed,
    }));
    await imported('much/tenant.yaml', keeping);
    await imported('nothing/tenant.yaml', keeping);
    const kept = await exported('kept');
    for (const [kind, name] of NAMED) expect(namesIn(kept, kind), kind).toContain(name);
    expect(kept).toMatchObject({
      tenant: { friendly_name: 'A tenant with much in it' },
      triggers: { 'post-login': [{ action_name: 'greet', display_name: 'Greets people' }] },
      emailTemplates: [{ template: 'welcome_email', subject: 'Welcome' }],
      branding: { colors: { primary: '#112233' } },
      attackProtection: { bruteForceProtection: { max_attempts: 7 } },
      prompts: { identifier_first: false },
    });
    await imported('nothing/tenant.yaml', deleting);
    const left = await exported('left');
    for (const [kind, name] of NAMED) expect(namesIn(left, kind), kind).not.toContain(name);
    for (const kind of ['connections', 'roles', 'actions', 'organizations', 'logStreams'])
      expect(namesIn(left, kind), kind).toEqual([]);
  });

  test('fills words in, and keeps them in a file that has them', async () => {
    const mapping = { COMPANY: 'Example', LANGUAGES: ['en', 'es'], HOST: 'shop.example.com' };
    const config = {
      ...withToken(),
      AUTH0_INCLUDED_ONLY: ['tenant', 'emailTemplates', 'clients'],
      AUTH0_KEYWORD_REPLACE_MAPPINGS: mapping,
    };
    write('words/welcome_email.html', '<h1>Welcome to ##COMPANY##</h1>\n');
    write(
      'words/tenant.yaml',
      `tenant:
  friendly_name: 'The ##COMPANY## tenant'
  enabled_locales: @@LANGUAGES@@
  support_email: help@##HOST##
clients:
  - name: 'Till of ##COMPANY##'
    logo_uri: https://##HOST##/logo.png
emailTemplates:
  - template: welcome_email
    body: ./welcome_email.html
    enabled: true
    from: ''
    subject: Welcome
    syntax: liquid
    resultUrl: https://##HOST##/welcome
`,
    );
    await imported('words/tenant.yaml', config);
    expect(await exported('filled', { ...config, AUTH0_KEYWORD_REPLACE_MAPPINGS: {} })).toMatchObject({
      tenant: {
        friendly_name: 'The Example tenant',
        enabled_locales: ['en', 'es'],
        support_email: 'help@shop.example.com',
      },
      emailTemplates: [{ resultUrl: 'https://shop.example.com/welcome' }],
    });
    const again = await exported('words', { ...config, AUTH0_PRESERVE_KEYWORDS: true });
    expect(again).toMatchObject({
      tenant: {
        friendly_name: 'The ##COMPANY## tenant',
        enabled_locales: '@@LANGUAGES@@',
        support_email: 'help@##HOST##',
      },
      emailTemplates: [{ resultUrl: 'https://##HOST##/welcome' }],
    });
    expect(again['clients']).toContainEqual(
      expect.objectContaining({ name: 'Till of ##COMPANY##', logo_uri: 'https://##HOST##/logo.png' }),
    );
    expect(textIn('words/emailTemplates/welcome_email.html')).toContain('##COMPANY##');
  });

  test('exports to folders, and imports from them', async () => {
    const config = { ...withToken(), AUTH0_INCLUDED_ONLY: ['tenant', 'roles'] };
    await exported('folders', config, 'directory');
    write('folders/roles/Auditor.json', JSON.stringify({ name: 'Auditor', description: 'audits' }));
    expect(await imported('folders', config)).toMatch(/Created \[roles\].*Auditor/);
  });

  test('changes nothing in a dry run', async () => {
    const before = await exported('before');
    write('before/tenant.yaml', stringify({ ...before, tenant: { friendly_name: 'Never' } }));
    const { code, said } = await a0deploy(
      withToken(),
      'import',
      '--input_file',
      'before/tenant.yaml',
      '--dry_run',
    );
    expect(code, said).toBe(0);
    expect(await exported('after')).toEqual(before);
  });
});
