import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { settingsEffects } from '../../scripts/plan/ratings/settings-effects.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import {
  modelsWithNewNames,
  renamePath,
  renamesIn,
  withNewNames,
  withoutFormerNames,
} from '../../scripts/tenant-model/renames.ts';
import type { Renamed } from '../../scripts/tenant-model/renames.ts';
import type { Field, Resource, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import type { ActionState, ClientState } from '../../scripts/tenant-model/tenant-state.ts';
import { problemsOf } from '../problems-of.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';

const ACTION: readonly Edit[] = [
  ['  - name: didit-claims\n    code', '  - name: our-claims\n    formerly: didit-claims\n    code'],
  ['- action_name: didit-claims', '- action_name: our-claims'],
];
const CLIENT: readonly Edit[] = [
  ['      - Didit Sample Application\n', '      - Our Shop\n'],
  ['  - name: Didit Sample Application\n', '  - name: Our Shop\n    formerly: Didit Sample Application\n'],
];

const POLICY: readonly Edit[] = [
  ['  - name: didit-access-policy\n', '  - name: our-rules\n    formerly: didit-access-policy\n'],
  ['- action_name: didit-access-policy', '- action_name: our-rules'],
];

/** Two files: this project's own, and one with other names for what has the same code. */
const filesWith = (...edits: readonly Edit[]) => {
  const { config, bundles } = sample(...edits);
  const formerNames = new Map(config.actions.map(({ name, formerly }) => [name, formerly ?? name]));
  const after = modelFromConfig(
    withoutFormerNames(config),
    bundles.map((bundle) => ({
      ...bundle,
      code: `// ${formerNames.get(bundle.target.name) ?? bundle.target.name}\n`,
    })),
  );
  return modelsWithNewNames({ before: sample().model, after }, config);
};

describe('a former name, between two files,', () => {
  test('makes the two one thing: its name is all that changes', async () => {
    const plan = await buildPlan(filesWith(...ACTION, ...CLIENT, ...POLICY), {
      ...{ kind: 'revision', revision: 'main', commit: '0'.repeat(40) },
    });
    expect(
      plan.changes.map(({ resource, field, before, after }) => [resource.kind, field, before, after]),
    ).toEqual([
      ['Action', 'name', 'didit-access-policy', 'our-rules'],
      ['Action', 'name', 'didit-claims', 'our-claims'],
      ['application', 'name', 'Didit Sample Application', 'Our Shop'],
    ]);
    expect(plan.flow.map(({ change }) => change)).toEqual(plan.flow.map(() => 'none'));
    expect(plan.effects).toEqual([]);
    expect(securityChanges(plan)).toEqual([]);
  });

  test('hides nothing of what the settings for an Action come to', () => {
    const looser: Edit = ['didit_policy: require=verified', 'didit_policy: require=none'];
    const renamed = settingsEffects(filesWith(...POLICY, looser));
    expect(renamed).toEqual(settingsEffects(filesWith(looser)));
    expect(renamed.flatMap(({ security }) => security.map(({ code }) => code))).toEqual(['rules_loosened']);
  });

  const resource = (
    kind: Resource['kind'],
    name: string,
    fields: readonly [string, Field][] = [],
  ): Resource => ({ kind, name, fields: new Map(fields) });
  const set = (...items: readonly string[]): Field => ({ kind: 'set', items });
  const namesOf = ({ resources, flow }: TenantModel) => ({
    resources: resources.map(({ kind, name }) => `${kind} ${name}`),
    flow: flow.map(({ action }) => action),
  });

  test('counts wherever the earlier file has the name, and nowhere else', () => {
    const before: TenantModel = {
      resources: [
        resource('connection', 'Shop', [
          ['enabled_clients', set('Shop', 'Other')],
          ['realms', set('Shop')],
        ]),
        resource('Action', 'Shop'),
        resource('application', 'Shop'),
        resource('grant', 'Shop → https://api.example/ → more'),
        resource('grant', 'Other → Shop'),
        resource('API', 'Shop'),
      ],
      flow: [{ action: 'Shop', displayName: 'Shop' }],
      names: new Map([
        ['didit-claims', 'Shop'],
        ['didit-step-up', 'other'],
      ]),
    };
    const clients = [{ name: 'New Shop', formerly: 'Shop' }];
    const after = {
      resources: [resource('Action', 'New Shop'), resource('application', 'New Shop')],
      flow: [],
    };
    const { before: renamed, after: named } = modelsWithNewNames({ before, after }, { actions: [], clients });
    expect(namesOf(renamed)).toEqual({
      resources: [
        'connection Shop',
        'Action Shop',
        'application New Shop',
        'grant New Shop → https://api.example/ → more',
        'grant Other → Shop',
        'API Shop',
      ],
      flow: ['Shop'],
    });
    expect(renamed.resources[0]?.fields).toEqual(
      new Map([
        ['enabled_clients', set('New Shop', 'Other')],
        ['realms', set('Shop')],
      ]),
    );
    expect(renamed.names).toEqual(before.names);
    // That its name changes is a setting of it.
    expect(renamed.resources[2]?.fields).toEqual(new Map([['name', { kind: 'value', value: 'Shop' }]]));
    expect(named.resources.map(({ fields }) => Object.fromEntries(fields))).toEqual([
      {},
      { name: { kind: 'value', value: 'New Shop' } },
    ]);
    const actions = [{ name: 'new-shop', formerly: 'Shop' }];
    const ofAction = modelsWithNewNames({ before, after }, { actions, clients: [] }).before;
    expect(namesOf(ofAction)).toEqual({
      resources: namesOf(before).resources.map((name) => (name === 'Action Shop' ? 'Action new-shop' : name)),
      flow: ['new-shop'],
    });
    expect(ofAction.names).toEqual(
      new Map([
        ['didit-claims', 'new-shop'],
        ['didit-step-up', 'other'],
      ]),
    );
  });

  test.each([
    ['where the earlier file does not have it', { name: 'New', formerly: 'Older' }],
    ['where the earlier file has the new name already', { name: 'Other', formerly: 'Shop' }],
    ['where there is none', { name: 'New' }],
  ])('says nothing %s', (_case, client) => {
    const before: TenantModel = {
      resources: [resource('application', 'Shop'), resource('application', 'Other')],
      flow: [],
    };
    const pair = { before, after: { resources: [resource('application', client.name)], flow: [] } };
    expect(modelsWithNewNames(pair, { actions: [], clients: [client] })).toEqual(pair);
  });
});

describe('a former name, at a tenant,', () => {
  const action = (id: string, name: string): ActionState => ({
    ...{ id, name, supportedTriggers: [], status: 'built', deployed: undefined },
    draft: { code: '', runtime: 'node22', dependencies: [], secrets: [] },
  });
  const client = (client_id: string, name: string): ClientState => ({
    ...{ client_id, name, client_secret: undefined, settings: {} },
  });
  const state = {
    actions: [action('a1', 'old'), action('a2', 'twin'), action('a3', 'twin'), action('a4', 'there')],
    clients: [client('c1', 'old'), client('c2', 'Other')],
    bindings: [{ action_name: 'old' }, { action_name: 'somebody-elses' }],
  };
  const renamesOf = (name: string, formerly?: string) =>
    renamesIn({ actions: [{ name, ...(formerly === undefined ? {} : { formerly }) }], clients: [] }, state);

  test('is what gets the new name, under the id that it has', () => {
    expect(renamesOf('new', 'old')).toEqual([{ kind: 'Action', id: 'a1', from: 'old', to: 'new' }]);
    const clients = [{ name: 'New', formerly: 'old' }];
    expect(renamesIn({ actions: [], clients }, state)).toEqual([
      { kind: 'application', id: 'c1', from: 'old', to: 'New' },
    ]);
  });

  test.each([
    ['nothing has it', 'new', 'unheard-of'],
    ['two things have it', 'new', 'twin'],
    ['something has the new name already', 'there', 'old'],
    ['the file names none', 'new', undefined],
  ])('asks for nothing where %s', (_case, name, formerly) => {
    expect(renamesOf(name, formerly)).toEqual([]);
  });

  test('is replaced wherever names stand, for what has the id of its kind', () => {
    const renamed: readonly Renamed[] = [
      { kind: 'Action', id: 'a1', from: 'old', to: 'new' },
      // Ids of another kind are others.
      { kind: 'application', id: 'a2', from: 'twin', to: 'wrong' },
    ];
    const { actions, clients, bindings } = withNewNames(state, renamed);
    expect(actions.map(({ id, name }) => [id, name])).toEqual([
      ...[
        ['a1', 'new'],
        ['a2', 'twin'],
        ['a3', 'twin'],
        ['a4', 'there'],
      ],
    ]);
    expect(clients).toEqual(state.clients);
    expect(bindings).toEqual([{ action_name: 'new' }, { action_name: 'somebody-elses' }]);
    const client = { kind: 'application', id: 'c1', from: 'old', to: 'New' } as const;
    expect(withNewNames(state, [client])).toEqual({
      ...state,
      clients: [{ ...state.clients[0], name: 'New' }, state.clients[1]],
    });
  });

  test('is changed where the Management API has the thing', () => {
    const of = (kind: Renamed['kind']) => renamePath({ kind, id: 'id', from: 'old', to: 'new' });
    expect([of('Action'), of('application')]).toEqual(['/actions/actions/id', '/clients/id']);
  });
});

describe('a former name is refused', () => {
  test.each([
    [
      'where something still has it',
      [['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: didit-step-up\n    code']],
    ],
    [
      'where it is that of itself',
      [['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: didit-claims\n    code']],
    ],
    [
      'where another one has had it, too',
      [
        ['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: old\n    code'],
        ['  - name: didit-step-up\n    code', '  - name: didit-step-up\n    formerly: old\n    code'],
      ],
    ],
  ] satisfies [string, Edit[]][])('%s', (_case, edits) => {
    const [problem, ...others] = problemsOf(() => sample(...edits));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'TENANT_FILE_REFERENCE' });
    expect(problem?.message).toMatch(/former|still listed/);
  });
});
