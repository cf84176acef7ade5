import { describe, expect, test } from 'vitest';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { exportOf, NOTHING, withConnection, withSample } from './export-of.ts';

describe('what a file cannot hold', () => {
  const withAction =
    (name: string, content: Readonly<Record<string, unknown>>) =>
    (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      actions: tenant.actions.map((action) =>
        action['name'] === name
          ? { ...action, deployed_version: { ...(action['deployed_version'] as object), ...content } }
          : action,
      ),
    });

  test('is left out where the file did not have it: a deploy leaves it alone', async () => {
    const { text, problems, plan } = await exportOf(withConnection({}, { foo_option: true }));
    expect(text).not.toContain('foo_option');
    expect(problems).toMatchObject([
      {
        code: 'TENANT_FILE_KEY',
        place: { file: 'tenant.yaml', key: 'connections.didit.options.foo_option' },
      },
    ]);
    expect(problems[0]?.remedy).toContain('leaves it as it is on the tenant');
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('is as the file had it otherwise, and it says that a deploy changes that', async () => {
    const { text, problems, plan } = await exportOf(withAction('didit-claims', { runtime: 'node18' }));
    expect(text).not.toContain('node18');
    expect(problems).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { key: 'actions.didit-claims.runtime' } },
    ]);
    expect(problems[0]?.remedy).toContain('puts there what the file says');
    expect((await plan()).changes.actions).toMatchObject([{ fields: ['runtime'], secrets: undefined }]);
  });

  test('is left out alone where it is a part of something', async () => {
    const { text, problems, plan } = await exportOf(
      withSample({ refresh_token: { rotation_type: 'non-rotating', expiration_type: 'expiring', odd: 1 } }),
    );
    expect(text).toContain('rotation_type: non-rotating');
    expect(text).not.toContain('odd');
    expect(problems).toMatchObject([
      { place: { key: 'clients.Didit Sample Application.refresh_token.odd' } },
    ]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('among rules of ours is told about as taken off by a deploy', async () => {
    const { problems, plan } = await exportOf(
      withSample({ client_metadata: { didit_policy: 'require=verified', didit_clams: 'id_token=verified' } }),
    );
    expect(problems).toMatchObject([
      {
        code: 'SETTING_INVALID',
        place: { key: 'clients.Didit Sample Application.client_metadata.didit_clams' },
      },
    ]);
    expect(problems[0]?.remedy).toContain('takes it off the tenant');
    expect((await plan()).changes.clients).toMatchObject([{ fields: ['client_metadata.didit_clams'] }]);
  });

  test('since settings contradict each other is taken back as far as is needed', async () => {
    const { problems } = await exportOf(
      withConnection({
        metadata: { note: 'kept', didit_claims: 'id_token=verified', didit_sync: 'mode=on' },
      }),
    );
    expect(problems).toMatchObject([
      { code: 'SETTINGS_CONTRADICT', place: { key: 'connections.didit.metadata.didit_claims' } },
    ]);
  });

  test('as an empty text is nothing, and needs no word', async () => {
    const { text, problems, plan } = await exportOf((tenant) =>
      withSample({ description: '' })(
        withConnection({ display_name: '' }, { icon_url: '', logoutUrl: '' })(tenant),
      ),
    );
    expect(text).not.toMatch(/icon_url|logoutUrl|display_name: (?:Didit|"")\n/);
    expect(problems).toEqual([]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('as something that the tenant does not say is what the service takes', async () => {
    const { text, problems, plan } = await exportOf(withConnection({}, { pkce_enabled: undefined }));
    expect(text).toContain('pkce_enabled: false');
    expect(problems).toEqual([]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('as all the scopes that there are, whichever, is told about, and the list of the file stays', async () => {
    const { text, problems, plan } = await exportOf((tenant) => ({
      ...tenant,
      grants: tenant.grants.map((grant) => ({ ...grant, allow_all_scopes: true })),
    }));
    expect(text).not.toContain('allow_all_scopes');
    expect(problems.map(({ code, place }) => `${code} ${place.key ?? ''}`)).toEqual([
      expect.stringMatching(/^TENANT_FILE_VALUE clientGrants\..*allow_all_scopes$/),
    ]);
    expect((await plan()).changes.clientGrants).toMatchObject([
      { fields: ['allow_all_scopes'], config: { scope: ['read:users'], allow_all_scopes: false } },
    ]);
  });

  test('as a secret in the place of something that the file has is told about', async () => {
    const { text, problems } = await exportOf(withSample({ description: 'Bearer marked-credential-0002' }));
    expect(text).not.toContain('marked-credential');
    expect(problems).toMatchObject([
      { code: 'SECRET_ON_TENANT', place: { key: 'clients.Didit Sample Application.description' } },
    ]);
  });

  const base64 = (text: string): string => Buffer.from(`client:${text}`).toString('base64');
  const SECRET = 'secret-at-didit';
  test.each<readonly [string, (tenant: FakeTenant) => FakeTenant, string]>([
    [
      'a description',
      withSample({ description: `Its secret is ${SECRET}.` }),
      'clients.Didit Sample Application.description',
    ],
    [
      'base64',
      withSample({ description: `Basic auth: ${base64(SECRET)}` }),
      'clients.Didit Sample Application.description',
    ],
    [
      'the path of an address',
      withConnection({}, { tokenURL: `https://apx.didit.me/${SECRET}/token` }),
      'connections.didit.options.tokenURL',
    ],
    [
      'a script',
      withConnection({}, { scripts: { fetchUserProfile: `// ${SECRET}\nfunction (a, b, c) {}` } }),
      'connections.didit.options.scripts',
    ],
    [
      'a setting of ours',
      withConnection({ metadata: { didit_sync: `mode=on map=${SECRET}` } }),
      'connections.didit.metadata.didit_sync',
    ],
    [
      'the code of an Action',
      withAction('didit-claims', { code: `fetch(x, '${SECRET}');` }),
      'actions.didit-claims.code',
    ],
  ])(
    'as a secret that is known to the command, in %s, is told about, and is in no file',
    async (_, change, key) => {
      const { text, codeFiles, problems } = await exportOf(change);
      for (const written of [text, ...codeFiles.values()])
        for (const secret of [SECRET, base64(SECRET)]) expect(written).not.toContain(secret);
      expect(problems.map(({ code, place }) => `${code} ${place.key ?? ''}`)).toContain(
        `SECRET_ON_TENANT ${key}`,
      );
    },
  );

  test('as a secret that the tenant has told is in no file either', async () => {
    const told = (tenant: FakeTenant): FakeTenant =>
      withConnection(
        {},
        { client_secret: 'told-by-the-tenant' },
      )(withSample({ description: 'with told-by-the-tenant' })(tenant));
    const { text, problems } = await exportOf(told);
    expect(text).not.toContain('told-by-the-tenant');
    expect(problems).toMatchObject([{ code: 'SECRET_ON_TENANT' }]);
  });
});
