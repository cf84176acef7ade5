import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActionConfig, TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { findChanges } from '../../scripts/tenant-model/changes.ts';
import type { ChangedAction, ChangeOptions } from '../../scripts/tenant-model/changes.ts';
import { keyIdName, withDifferentKeys, withoutKeyId } from '../../scripts/tenant-model/shared-key.ts';
import type { ActionContent, ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const KEY = { name: 'DIDIT_HANDOVER_KEY', value: '##DIDIT_HANDOVER_KEY##' };
const NAMES = ['first', 'second', 'third', 'of-somebody'];
/** All but the last have the key in the file. */
const SHARING = NAMES.slice(0, 3);

const configOf = (actions: readonly ActionConfig[]): TenantConfig => ({
  connections: [],
  actions,
  triggers: { 'post-login': [] },
  clients: [],
  clientGrants: [],
});

const stateOf = (actions: readonly ActionState[]): TenantState => ({
  clients: [],
  connections: [],
  actions,
  bindings: [],
  resourceServers: [],
  clientGrants: [],
});

const action = (name: string, more: readonly string[] = []): ActionConfig => ({
  name,
  code: `${name}.js`,
  runtime: 'node22',
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  secrets: [
    ...(SHARING.includes(name) ? [KEY] : []),
    ...more.map((secret) => ({ name: secret, value: `value of ${secret}` })),
  ],
});

/** What a tenant has of it after a deploy. */
function onTenant(
  config: ActionConfig,
  id: string | undefined,
  change: Partial<ActionContent> = {},
): ActionState {
  const content = {
    code: 'built',
    runtime: config.runtime,
    dependencies: [],
    secrets: (config.secrets ?? []).map(({ name }) => ({ name, updated_at: 'then' })),
    ...(id === undefined ? {} : { keyId: id }),
  };
  return {
    id: `id-${config.name}`,
    name: config.name,
    supportedTriggers: config.supported_triggers,
    status: 'built',
    draft: content,
    deployed: { ...content, ...change, versionId: 'version' },
  };
}

const bundles: readonly Bundle[] = NAMES.map((name) => ({
  target: { kind: 'action', name, entry: `${name}.js`, output: `${name}.js`, dependencies: [] },
  code: 'built',
}));

const changesOf = (
  configs: readonly ActionConfig[],
  states: readonly ActionState[],
  options: ChangeOptions = {},
): readonly ChangedAction[] =>
  findChanges({ config: configOf(configs), bundles }, stateOf(states), options).actions;

const reasons = (changed: readonly ChangedAction[]): unknown =>
  changed.map(({ config, isNew, fields, secrets }) => [config.name, isNew ? 'made' : fields, secrets]);

const ALL = NAMES.map((name) => action(name));
const DEPLOYED = ALL.map((config) => onTenant(config, SHARING.includes(config.name) ? 'one' : undefined));
const [A = action('first'), B = action('second'), C = action('third')] = ALL;

describe('the key that Actions share', () => {
  test('is sent to none while all have the same one and nothing else asks for it', () => {
    expect(changesOf(ALL, DEPLOYED)).toEqual([]);
  });

  test('stays as it is where the code of one of them changes', () => {
    const tenant = DEPLOYED.map((state) =>
      state.name === 'second' && state.deployed !== undefined
        ? { ...state, deployed: { ...state.deployed, code: 'of before' } }
        : state,
    );
    expect(reasons(changesOf(ALL, tenant))).toEqual([['second', ['code'], undefined]]);
  });

  test.each<readonly [string, readonly ActionConfig[], readonly ActionState[], ChangeOptions, unknown]>([
    [
      'one of them is new',
      ALL,
      DEPLOYED.slice(1),
      {},
      [
        ['first', 'made', 'new'],
        ['second', [], 'shared key is new'],
        ['third', [], 'shared key is new'],
      ],
    ],
    [
      'one of them was never deployed',
      ALL,
      DEPLOYED.map((state) => (state.name === 'third' ? { ...state, deployed: undefined } : state)),
      {},
      [
        ['first', [], 'shared key is new'],
        ['second', [], 'shared key is new'],
        ['third', ['runtime', 'code', 'secrets.DIDIT_HANDOVER_KEY'], 'new'],
      ],
    ],
    [
      'one of them gets another secret',
      [A, action('second', ['EXTRA']), C, action('of-somebody')],
      DEPLOYED,
      {},
      [
        ['first', [], 'shared key is new'],
        ['second', ['secrets.EXTRA'], 'names changed'],
        ['third', [], 'shared key is new'],
      ],
    ],
    [
      'the code of one changes whose draft holds a value that never ran',
      ALL,
      DEPLOYED.map((state) =>
        state.name === 'first'
          ? onTenant(A, 'one', { code: 'of before', secrets: [{ name: KEY.name, updated_at: 'later' }] })
          : state,
      ),
      {},
      [
        ['first', ['code'], 'unpublished in the draft'],
        ['second', [], 'shared key is new'],
        ['third', [], 'shared key is new'],
      ],
    ],
    [
      'they are asked for, and an Action without the key has no secret to send',
      ALL,
      DEPLOYED,
      { updateSecrets: true },
      SHARING.map((name) => [name, [], 'asked for']),
    ],
    [
      'nobody knows whether the last ones arrived',
      ALL,
      DEPLOYED,
      { updateSecrets: 'in doubt' },
      SHARING.map((name) => [name, [], 'in doubt']),
    ],
    [
      'one of them has another key than the rest',
      ALL,
      DEPLOYED.map((state) => (state.name === 'second' ? onTenant(B, 'other') : state)),
      {},
      SHARING.map((name) => [name, [], 'shared key differs']),
    ],
    [
      'they have keys that no deploy of ours has given them',
      ALL,
      ALL.map((config) => onTenant(config, undefined)),
      {},
      SHARING.map((name) => [name, [], 'shared key differs']),
    ],
  ])('is a new one for all of them where %s', (_case, configs, states, options, expected) => {
    expect(reasons(changesOf(configs, states, options))).toEqual(expected);
  });

  test('is sent to all or to none, whatever is on the tenant, and to all where they do not have the same one', () => {
    const state = fc.record({
      exists: fc.boolean(),
      wasDeployed: fc.boolean(),
      id: fc.constantFrom('one', 'one', 'one', 'other', undefined),
      code: fc.constantFrom('built', 'built', 'of before'),
      names: fc.constantFrom<readonly string[]>([], [], ['EXTRA']),
      updatedAt: fc.constantFrom('then', 'then', 'later'),
    });
    const states = fc.tuple(state, state, state, state);
    const options = fc.constantFrom<ChangeOptions[]>(
      {},
      {},
      { updateSecrets: true },
      { updateSecrets: 'moved' },
      { updateSecrets: 'in doubt' },
    );
    const extra = fc.subarray(NAMES, { maxLength: 1 });
    fc.assert(
      fc.property(states, options, extra, fc.subarray(NAMES), (drawn, given, withExtra, listed) => {
        const configs = listed.map((name) => action(name, withExtra.includes(name) ? ['EXTRA'] : []));
        const tenant = drawn.flatMap(({ exists, wasDeployed, id, code, names, updatedAt }, index) => {
          const name = NAMES[index] ?? '';
          if (!exists) return [];
          const there = onTenant(action(name, names), SHARING.includes(name) ? id : undefined);
          const secrets = there.draft.secrets.map((secret) => ({ ...secret, updated_at: updatedAt }));
          const deployed = there.deployed && { ...there.deployed, code };
          return [
            { ...there, draft: { ...there.draft, secrets }, deployed: wasDeployed ? deployed : undefined },
          ];
        });
        const changed = changesOf(configs, tenant, given);
        const sharing = configs.filter(({ name }) => SHARING.includes(name)).map(({ name }) => name);
        const sent = changed.filter(({ secrets }) => secrets !== undefined).map(({ config }) => config.name);
        const sentAmongSharing = sharing.filter((name) => sent.includes(name));
        expect([[], sharing]).toContainEqual(sentAmongSharing);

        const ids = sharing.map((name) => tenant.find((there) => there.name === name)?.deployed?.keyId);
        if (new Set(ids).size > 1) expect(sentAmongSharing).toEqual(sharing);
        // Who has no part in it is none the worse for it, and nobody is sent anything twice.
        const alone = configs.filter(({ name }) => !SHARING.includes(name));
        expect(reasons(changed.filter(({ config }) => !SHARING.includes(config.name)))).toEqual(
          reasons(changesOf(alone, tenant, given)),
        );
        expect(changed.map(({ config }) => config.name)).toEqual(
          listed.filter((name) => changed.some(({ config }) => config.name === name)),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('which key an Action has', () => {
  test('is told by the name of a secret, which is no secret of the file', () => {
    const secrets = ['DIDIT_CONNECTION', keyIdName('0123456789abcdef')].map((name) => ({ name }));
    expect(withoutKeyId(secrets)).toEqual({
      secrets: [{ name: 'DIDIT_CONNECTION' }],
      keyId: '0123456789abcdef',
    });
  });

  test('is the same where a tenant tells the names of two in another order', () => {
    const ids = ['0123456789abcdef', 'fedcba9876543210'];
    const told = ids.map((id) => ({ name: keyIdName(id) }));
    expect(withoutKeyId(told)).toEqual({ secrets: [], keyId: ids.join(' ') });
    expect(withoutKeyId(told.toReversed())).toEqual(withoutKeyId(told));
  });

  test('counts for those that share one, by their names, whatever others on the tenant have', () => {
    const tenantWith = (id: string | undefined) => [
      onTenant(action('of-somebody'), 'of somebody'),
      onTenant(B, id),
      onTenant(A, 'one'),
    ];
    const configs = [action('of-somebody'), A, B];
    expect(withDifferentKeys(configs, tenantWith('one'))).toEqual([]);
    expect(withDifferentKeys(configs, tenantWith('other'))).toEqual(['first', 'second']);
    expect(withDifferentKeys(configs, tenantWith(undefined))).toEqual(['first', 'second']);
    expect(withDifferentKeys(configs, [])).toEqual(['first', 'second']);
    expect(withDifferentKeys([action('of-somebody')], [])).toEqual([]);
  });

  test.each([
    'DIDIT_SHARED_KEY_',
    'DIDIT_SHARED_KEY_0123456789ABCDEF',
    'X_DIDIT_SHARED_KEY_0123456789abcdef',
    'DIDIT_SHARED_KEY_0123456789abcdef0',
  ])('is told by no other name: %s', (name) => {
    expect(withoutKeyId([{ name }])).toEqual({ secrets: [{ name }], keyId: undefined });
  });
});
