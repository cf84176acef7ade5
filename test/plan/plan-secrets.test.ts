import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import type { Edit } from './sample.ts';
import { fields, planOf, withOptions } from './plan-of.ts';

describe('a secret is in no rendering of any plan', () => {
  const marked = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/).map((text) => `marked-${text}`);
  const OPTIONS: Edit = [
    '      pkce_enabled: true\n',
    "      pkce_enabled: true\n      customHeaders: { X-Trace: 'constant', X-Key: '##HEADER_VALUE##' }\n",
  ];
  const EXTRA = (value: string): Edit => [
    'secrets:\n',
    `secrets:\n      - name: EXTRA\n        value: ${value}\n`,
  ];

  test('whether it is in the file, in the environment or on the tenant', { tags: ['long'] }, async () => {
    const tuple = fc.tuple(marked, marked, marked, marked, marked, marked);
    await fc.assert(
      fc.asyncProperty(tuple, async (secrets) => {
        const [didit, header, old, client, token, action] = secrets;
        const plan = await planOf({
          edits: [OPTIONS, EXTRA(action)],
          values: [
            ['DIDIT_CLIENT_SECRET', didit],
            ['HEADER_VALUE', header],
          ],
          accessToken: token,
          replaceOptions: true,
          tenant: (tenant) => ({
            ...withOptions({
              client_secret: old,
              customHeaders: { 'X-Key': old, authorization: old },
              upstream_params: { tenant: { value: old } },
              authParams: { key: old },
              api_key: old,
            })(tenant),
            clients: tenant.clients.map((answer) => ({
              ...answer,
              description: `somebody wrote ${didit} here`,
              client_secret: client,
              signing_keys: [{ key: client }],
            })),
            servers: tenant.servers.map((server) => ({ ...server, signing_secret: client, name: 'Old' })),
          }),
        });
        expect(fields(plan)).toEqual(
          expect.arrayContaining([
            'change connection didit options.customHeaders.X-Key',
            'erase connection didit options.upstream_params.tenant.value',
            'erase connection didit options.authParams.key',
            'change application Didit Actions description',
          ]),
        );
        for (const format of ['terminal', 'markdown', 'json'] as const) {
          const text = renderPlan(plan, format, true).text;
          expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
        }
      }),
      { numRuns: 4 },
    );
  });

  test.each([
    ['an unusual name', { authorizationHeader: 'marked-credential' }],
    ['a key set', { jwks: { keys: [{ k: 'marked-credential' }] } }],
    ['Bearer', { odd: 'Bearer marked-credential' }],
    ['Basic', { odd: `Basic ${Buffer.from('marked-credential:x').toString('base64')}` }],
    ['a private key', { odd: '-----BEGIN PRIVATE KEY-----\nmarked-credential' }],
    ['a JWT in a list', { odd: ['eyJhbGciOiJub25lIn0.marked-credential.'] }],
    ['headers further below', { odd: { deepHeaders: { 'X.Key': 'marked-credential' } } }],
  ])('when only the tenant has it, under whatever name: %s', async (_case, options) => {
    const plan = await planOf({ tenant: withOptions(options), replaceOptions: true });
    expect(plan.changes).toHaveLength(1);
    expect(plan.changes[0]).toMatchObject({ verb: 'erase', before: '(set, not shown)' });
    for (const format of ['terminal', 'markdown', 'json'] as const) {
      const text = renderPlan(plan, format).text;
      expect(text).not.toContain('marked-credential');
      expect(text).not.toContain(Buffer.from('marked-credential:x').toString('base64'));
    }
  });

  test('and nothing that a reviewer must see is taken for one', async () => {
    const plan = await planOf({
      edits: [['https://apx.didit.me/auth/v2/token', 'https://evil.example/eyJhbGciOiJub25lIn0.e30.']],
      tenant: withOptions({ scope: 'Bearer' }),
    });
    expect([...new Set(securityChanges(plan).map(({ code }) => code))]).toEqual([
      'endpoint_host',
      'scopes_widened',
      'evidence_reduced',
    ]);
    const script = await planOf({
      tenant: withOptions({ scripts: { fetchUserProfile: '-----BEGIN PRIVATE KEY-----' } }),
    });
    expect(securityChanges(script).map(({ code }) => code)).toEqual(['profile_script']);
  });

  test('but where it comes from is', async () => {
    const plan = await planOf({
      edits: [OPTIONS],
      values: [['HEADER_VALUE', 'hidden']],
    });
    expect(plan.changes.find(({ field }) => field === 'options.customHeaders.X-Key')?.after).toBe(
      '(set from ##HEADER_VALUE##, not shown)',
    );
  });

  test('and an endpoint is none, whatever its name sounds like', async () => {
    const plan = await planOf({
      edits: [['authorizationURL: https://auth.didit.me', 'authorizationURL: https://other.example']],
    });
    expect(plan.changes[0]).toMatchObject({
      before: 'https://auth.didit.me',
      after: 'https://other.example',
    });
  });
});

describe('variables that are no secrets', () => {
  const NAMED: Edit = [
    '      - https://app.example.com/callback\n',
    "      - https://app.example.com/callback\n      - '##SHOP_URL##'\n",
  ];

  test('are shown with the value that this environment has for them, where something changes', async () => {
    for (const shop of ['https://shop.example.com', 'https://staging.shop.example.com']) {
      const plan = await planOf({ edits: [NAMED], values: [['SHOP_URL', shop]] });
      expect(plan.variables).toContainEqual({ name: 'SHOP_URL', value: shop });
      for (const format of ['terminal', 'markdown'] as const)
        expect(renderPlan(plan, format).text).toContain(`SHOP_URL: ${shop}`);
    }
  });

  test('are not secrets, domains or code, nor what the file does not name', async () => {
    const plan = await planOf({
      edits: [NAMED],
      values: [
        ['SHOP_URL', 'https://shop.example.com'],
        ['OTHER', 'x'],
      ],
    });
    expect(plan.variables.map(({ name }) => name)).toEqual(['DIDIT_CLIENT_ID', 'SHOP_URL']);
  });
});
