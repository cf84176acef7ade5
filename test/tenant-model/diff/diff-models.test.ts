import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffFlow } from '../../../scripts/tenant-model/diff/diff-flow.ts';
import { diffFields, diffModels } from '../../../scripts/tenant-model/diff/diff-models.ts';
import { afterDeploy } from '../../../scripts/tenant-model/after-deploy.ts';
import { sameToTheService } from '../../../scripts/tenant-model/same-meaning.ts';
import type { Field, Resource, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { arbitraryModel, arbitraryWanted } from '../../plan/arbitrary-models.ts';
import { modelWithSettings, sample } from '../../plan/sample.ts';
import type { Edit } from '../../plan/sample.ts';

const changedPaths = (...edits: readonly Edit[]): readonly (string | undefined)[] =>
  diffModels({ before: sample().model, after: sample(...edits).model }).map(({ path }) => path);

describe('values that mean the same are no change', () => {
  test.each<[string, Edit]>([
    ['scopes in another order', ['openid user_id names email', 'email names user_id openid']],
    [
      'scopes as a list',
      [
        'scope: openid user_id names email phone picture is_verified is_over_18',
        'scope: [picture, openid, user_id, names, email, phone, is_verified, is_over_18]',
      ],
    ],
    ['settings in another order', ['mode=enforce on_unavailable=deny', 'on_unavailable=deny   mode=enforce']],
    [
      'words of a setting in another order',
      ['id_token=verified,age_over_18', 'id_token=age_over_18,verified'],
    ],
    ['a time span in another unit', ['refresh_after=24h', 'refresh_after=1d']],
    ['a default that is written out', ['strategy: oauth2', 'strategy: oauth2\n    realms: [didit]']],
    ['a default that is left out', ['      set_user_root_attributes: on_each_login\n', '']],
    ['an empty list for none', ['app_type: regular_web', 'app_type: regular_web\n    web_origins: []']],
    [
      'grants of an application in another order',
      [
        '      - authorization_code\n      - refresh_token',
        '      - refresh_token\n      - authorization_code',
      ],
    ],
    [
      'a default of an API',
      ['token_lifetime: 86400', 'token_lifetime: 86400\n    token_dialect: access_token'],
    ],
    [
      'a default of a refresh token policy',
      ['rotation_type: rotating', 'rotation_type: rotating\n      token_lifetime: 2592000'],
    ],
  ])('%s', (_name, edit) => {
    expect(changedPaths(edit)).toEqual([]);
  });

  test('a model equals itself, whatever order its lists and settings come in', () => {
    const shuffled = (model: TenantModel): TenantModel => ({
      ...model,
      resources: model.resources.map((resource) => ({
        ...resource,
        fields: new Map([...resource.fields].reverse().map(([path, field]) => [path, reversed(field)])),
      })),
    });
    const reversed = (field: Field): Field =>
      field.kind === 'set' ? { ...field, items: [...field.items].reverse() } : field;
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        expect(diffModels({ before: model, after: shuffled(model) })).toEqual([]);
      }),
    );
  });
});

describe('where people go whose request names no address', () => {
  const urls = ['https://a.example/', 'https://b.example/', 'https://c.example/'] as const;
  const among = (setting: string, ...items: readonly string[]): Edit => [
    `    ${setting}:\n`,
    [`    ${setting}:\n`, ...items.map((item) => `      - ${item}\n`)].join(''),
  ];

  test.each(['callbacks', 'allowed_logout_urls'])('is the first of %s: another is a change', (setting) => {
    const [a, b, c] = urls;
    const changes = (before: readonly string[], after: readonly string[]): readonly unknown[] =>
      diffModels({
        before: sample(among(setting, ...before)).model,
        after: sample(among(setting, ...after)).model,
      }).map(({ kind, path }) => [kind, path]);
    expect(changes([a, b, c], [b, a, c])).toEqual([['application', setting]]);
    expect(changes([a, b, c], [a, c, b])).toEqual([]);
    expect(changes([a, b], [a, b, a])).toEqual([]);
  });

  test.each(['grant_types', 'web_origins', 'allowed_origins', 'allowed_clients'])(
    'is nothing that %s say, whose order is none',
    (setting) => {
      const application = { kind: 'application', name: 'Shop' } as const;
      expect(sameToTheService(application, setting, ['a', 'b'], ['b', 'a'])).toBe(true);
      expect(sameToTheService(application, 'callbacks', ['a', 'b'], ['b', 'a'])).toBe(false);
    },
  );
});

describe('what the service fills in is no change', () => {
  const DAY = 86_400;
  const of = (kind: Resource['kind'], said: Readonly<Record<string, boolean | number | string | null>>) => ({
    ...{ kind, name: 'one' },
    fields: new Map(
      Object.entries(said).map(([path, value]): [string, Field] => [path, { kind: 'value', value }]),
    ),
  });
  const rotating = { 'refresh_token.rotation_type': 'rotating' };
  const confidential = { token_endpoint_auth_method: 'client_secret_post' };
  const expiring = { 'refresh_token.expiration_type': 'expiring' };

  test.each<[string, Resource['kind'], Parameters<typeof of>[1], Parameters<typeof of>[1], number]>([
    [
      'a setting without a value',
      'connection',
      { is_domain_connection: null },
      { is_domain_connection: false },
      0,
    ],
    [
      'one that overrules it',
      'connection',
      { is_domain_connection: null },
      { is_domain_connection: true },
      1,
    ],
    [
      'the lifetime of a token that is replaced',
      'application',
      rotating,
      { 'refresh_token.idle_token_lifetime': 15 * DAY },
      0,
    ],
    [
      'the lifetime of a token that stays, where the application keeps a secret',
      'application',
      confidential,
      { 'refresh_token.idle_token_lifetime': 30 * DAY },
      0,
    ],
    ['no other lifetime', 'application', confidential, { 'refresh_token.idle_token_lifetime': 15 * DAY }, 1],
    ['that a token never expires', 'application', {}, { 'refresh_token.infinite_token_lifetime': true }, 0],
    ['that a token expires', 'application', expiring, { 'refresh_token.infinite_token_lifetime': false }, 0],
    [
      'nor that an expiring one never does',
      'application',
      expiring,
      { 'refresh_token.infinite_token_lifetime': true },
      1,
    ],
    ['nothing of an Action', 'Action', { name: null }, { name: 'one' }, 1],
  ])('%s', (_title, kind, before, after, changes) => {
    const [from, to] = [of(kind, before), of(kind, { ...before, ...after })];
    expect(diffFields(from, to)).toHaveLength(changes);
    expect(diffFields(to, from)).toHaveLength(changes);
  });
});

describe('values that mean something else are a change', () => {
  test.each<[string, Edit, string]>([
    [
      'another value',
      ['https://apx.didit.me/auth/v2/token', 'https://apx.didit.me/token'],
      'options.tokenURL',
    ],
    ['a scope less', [' phone picture', ' picture'], 'options.scope'],
    [
      'a setting that is left out',
      ['mode=enforce on_unavailable=deny', 'mode=enforce'],
      'metadata.didit_policy',
    ],
    ['a default that is overruled', ['pkce_enabled: true', 'pkce_enabled: false'], 'options.pkce_enabled'],
    [
      'a secret from another place',
      ["'##DIDIT_CLIENT_SECRET##'", "'##OTHER_SECRET##'"],
      'options.client_secret',
    ],
    [
      'a rotation that is given up',
      ['rotation_type: rotating', 'rotation_type: non-rotating'],
      'refresh_token.rotation_type',
    ],
  ])('%s', (_name, edit, path) => {
    expect(changedPaths(edit)).toContain(path);
  });

  test('a setting that nobody can read, since what it means is not the sum of its words', () => {
    const policy = (text: string) => modelWithSettings({ connection: { didit_policy: text } });
    const changed = (from: string, to: string) => diffModels({ before: policy(from), after: policy(to) });
    expect(changed('mode=enforce mode=off', 'mode=off mode=enforce')).toHaveLength(1);
    expect(changed('mode=report require=verified', 'require=verified mode=report')).toEqual([]);
  });

  test('a resource that comes or goes is one change, not one for each of its settings', () => {
    const withoutApi: Edit = [
      `resourceServers:
  - name: Didit Sample API
    identifier: https://api.example.com/
    signing_alg: RS256
    token_lifetime: 86400
    allow_offline_access: true
`,
      'resourceServers: []\n',
    ];
    const [before, after] = [sample().model, sample(withoutApi).model];
    const api = { kind: 'API', name: 'https://api.example.com/', path: undefined };
    expect(diffModels({ before, after })).toMatchObject([api]);
    expect(diffModels({ before: after, after: before })).toMatchObject([api]);
  });
});

describe('a deploy', () => {
  test('leaves nothing to plan: whatever the tenant was and whatever the file asks for', () => {
    fc.assert(
      fc.property(arbitraryModel, arbitraryWanted, (tenant, wanted) => {
        const after = afterDeploy(tenant, wanted);
        const again = afterDeploy(after, wanted);
        expect(diffModels({ before: after, after: again })).toEqual([]);
        expect(
          diffFlow(after.flow, again.flow, () => true).filter(({ change }) => change !== 'none'),
        ).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('gives every setting that the file asks for', () => {
    fc.assert(
      fc.property(arbitraryModel, arbitraryWanted, (tenant, wanted) => {
        const after = afterDeploy(tenant, wanted);
        for (const { kind, name, fields } of wanted.resources) {
          const made = after.resources.find((resource) => resource.kind === kind && resource.name === name);
          for (const [path, field] of fields) expect(made?.fields.get(path)).toEqual(field);
        }
      }),
    );
  });

  test('touches nothing that the file does not name', () => {
    fc.assert(
      fc.property(arbitraryModel, arbitraryWanted, (tenant, wanted) => {
        const named = (kind: string, name: string): boolean =>
          wanted.resources.some((resource) => resource.kind === kind && resource.name === name);
        const changed = diffModels({ before: tenant, after: afterDeploy(tenant, wanted) });
        expect(changed.filter(({ kind, name }) => !named(kind, name))).toEqual([]);
      }),
    );
  });
});
