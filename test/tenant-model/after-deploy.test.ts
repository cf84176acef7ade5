import { describe, expect, test } from 'vitest';
import { diffModels } from '../../scripts/tenant-model/diff/diff-models.ts';
import { afterDeploy } from '../../scripts/tenant-model/after-deploy.ts';
import { resourceIn } from '../../scripts/tenant-model/tenant-model.ts';
import type { Field, ResourceKind, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';

const wanted = sample().model;

interface Extra {
  readonly of: readonly [kind: ResourceKind, name: string];
  readonly path: string;
  readonly field: Field;
  /** What else the file asks for that the tenant does not have. */
  readonly edits?: readonly Edit[];
  readonly replaceOptions?: boolean;
}

/** What becomes of one setting that only the tenant has. */
function fateOf({
  of: [kind, name],
  path,
  field,
  edits = [],
  replaceOptions = false,
}: Extra): 'kept' | 'erased' {
  const tenant: TenantModel = {
    ...wanted,
    resources: wanted.resources.map((resource) =>
      resource.kind === kind && resource.name === name
        ? { ...resource, fields: new Map([...resource.fields, [path, field]]) }
        : resource,
    ),
  };
  const after = afterDeploy(tenant, sample(...edits).model, replaceOptions);
  const lost = diffModels({ before: tenant, after }).filter((change) => change.path === path);
  for (const change of lost) expect(change.after).toBeUndefined();
  return lost.length === 0 ? 'kept' : 'erased';
}

const text = (value: string): Field => ({ kind: 'value', value });
const CONNECTION = ['connection', 'didit'] as const;
const APPLICATION = ['application', 'Didit Sample Application'] as const;
const ANOTHER_ENDPOINT: Edit = ['https://apx.didit.me/', 'https://example.com/'];

describe('what only the tenant has', () => {
  test.each<[string, Extra]>([
    [
      'an option of the connection',
      { of: CONNECTION, path: 'options.icon_url', field: text('https://example.com/i') },
    ],
    [
      'another script',
      { of: CONNECTION, path: 'options.scripts.getLogoutUrl', field: { kind: 'code', text: '' } },
    ],
    ["another team's metadata", { of: CONNECTION, path: 'metadata.other_team', field: text('yes') }],
    [
      'a flag of the connection',
      { of: CONNECTION, path: 'show_as_button', field: { kind: 'value', value: true } },
    ],
    ['a logo of an application', { of: APPLICATION, path: 'logo_uri', field: text('https://example.com/l') }],
    [
      "another team's metadata of an application",
      { of: APPLICATION, path: 'client_metadata.other_team', field: text('yes') },
    ],
    [
      'the terms of a grant',
      {
        of: ['grant', 'Didit Actions → https://##AUTH0_DOMAIN##/api/v2/'],
        path: 'organization_usage',
        field: text('allow'),
      },
    ],
  ])('stays: %s', (_name, extra) => {
    expect(fateOf(extra)).toBe('kept');
    expect(fateOf({ ...extra, edits: [ANOTHER_ENDPOINT, ['app_type: regular_web', 'app_type: spa']] })).toBe(
      'kept',
    );
  });

  test('goes with --replace-options where it is an option', () => {
    const icon = { of: CONNECTION, path: 'options.icon_url', field: text('https://example.com/i') };
    expect(fateOf({ ...icon, replaceOptions: true })).toBe('erased');
  });

  test('goes where it is a setting of ours: a rule that was taken out of the file must not live on', () => {
    const rule = (of: Extra['of'], path: string, line: string): Extra => ({
      of,
      path,
      field: { kind: 'settings', key: 'didit_policy', text: 'mode=off' },
      edits: [[line, '']],
    });
    expect(
      fateOf(
        rule(CONNECTION, 'metadata.didit_policy', '      didit_policy: mode=enforce on_unavailable=deny\n'),
      ),
    ).toBe('erased');
    expect(
      fateOf(
        rule(
          APPLICATION,
          'client_metadata.didit_policy',
          '    client_metadata:\n      didit_policy: require=verified\n',
        ),
      ),
    ).toBe('erased');
  });

  test('goes where it is a secret of an Action', () => {
    const secret = {
      of: ['Action', 'didit-claims'],
      path: 'secrets.FORGOTTEN',
      field: { kind: 'secret' },
    } as const;
    expect(fateOf(secret)).toBe('erased');
  });

  test('goes along with a change of the object that it is in, which is sent whole', () => {
    const nested: Extra = {
      of: CONNECTION,
      path: 'options.upstream_params.hint.alias',
      field: text('login_hint'),
    };
    const mentioned: Edit = [
      'pkce_enabled: true',
      'pkce_enabled: true\n      upstream_params: { prompt: { value: x } }',
    ];
    expect(fateOf({ ...nested, edits: [ANOTHER_ENDPOINT] })).toBe('kept');
    expect(fateOf({ ...nested, edits: [mentioned] })).toBe('erased');

    const leeway: Extra = {
      of: APPLICATION,
      path: 'refresh_token.leeway',
      field: { kind: 'value', value: 30 },
    };
    expect(fateOf(leeway)).toBe('kept');
    expect(fateOf({ ...leeway, edits: [['description: Signs', 'description: Lets']] })).toBe('erased');
    expect(
      fateOf({
        ...leeway,
        field: { kind: 'value', value: 0 },
        edits: [['description: Signs', 'description: Lets']],
      }),
    ).toBe('kept');
  });
});

test('bindings of other teams keep their places', () => {
  const bound = (...names: readonly string[]) => names.map((action) => ({ action, displayName: action }));
  const tenant = { ...wanted, flow: bound('fraud', 'didit-profile-sync', 'audit', 'didit-claims') };
  expect(afterDeploy(tenant, wanted).flow.map(({ action }) => action)).toEqual([
    'fraud',
    'didit-profile-sync',
    'audit',
    'didit-step-up',
    'didit-access-policy',
    'didit-claims',
  ]);
  const unbound: Edit = [
    '    - action_name: didit-access-policy\n      display_name: didit-access-policy\n',
    '',
  ];
  const bindsAll = { ...wanted, flow: bound('audit', 'didit-access-policy', 'didit-claims') };
  expect(afterDeploy(bindsAll, sample(unbound).model).flow.map(({ action }) => action)).toEqual([
    'audit',
    'didit-profile-sync',
    'didit-step-up',
    'didit-claims',
  ]);
});

test('an application that the file does not name is carried along for the logins that it has', () => {
  const foreign = { kind: 'application', name: 'Foreign', fields: new Map() } as const;
  const tenant = { ...wanted, resources: [...wanted.resources, foreign] };
  expect(resourceIn(afterDeploy(tenant, wanted), 'application', 'Foreign')).toEqual(foreign);
});
