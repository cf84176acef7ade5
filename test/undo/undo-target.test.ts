import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeSentSnapshot } from '../../scripts/records/sent-snapshot.ts';
import { bundleTargets } from '../../scripts/bundle/targets.ts';
import { findChanges } from '../../scripts/tenant-model/changes.ts';
import type { StepName } from '../../scripts/records/deploy-record.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import { takeSnapshot } from '../../scripts/records/snapshot.ts';
import type { ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { keptOfOthers, undoTarget } from '../../scripts/undo/undo-target.ts';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { tenantFileWith } from '../deploy/deploy-inputs.ts';

const STEPS: readonly StepName[] = [
  'applications',
  'Actions',
  'connection',
  'enabled applications',
  'connection options',
];
const API = 'https://api.example.com/';

const content = (code: string): ActionState['draft'] => ({
  code,
  runtime: 'node22',
  dependencies: [],
  secrets: ['DIDIT_CONNECTION', 'DIDIT_STEP_UP_CLIENT_ID', 'DIDIT_HANDOVER_KEY'].map((name) => ({
    name,
    updated_at: '2026-11-01T00:00:00Z',
  })),
});
const actionOf = (name: string, draft: string, deployed: string, versionId: string): ActionState => ({
  id: `act-${name}`,
  name,
  supportedTriggers: [{ id: 'post-login', version: 'v3' }],
  status: 'built',
  draft: content(draft),
  deployed: { ...content(deployed), versionId },
});

/** What a tenant has of the settings that the deploy of these tests changes. */
interface Values {
  readonly lifetime: number;
  readonly policy: string;
  readonly scope: string;
  readonly displayName: string;
}
const WAS: Values = {
  lifetime: 600,
  policy: 'require=verified',
  scope: 'openid',
  displayName: 'Didit of before',
};
const SENT: Values = {
  lifetime: 86_400,
  policy: 'mode=off',
  scope: 'openid email',
  displayName: 'Didit',
};
const OTHERS: Values = {
  lifetime: 60,
  policy: 'require=age_over_21',
  scope: 'openid phone',
  displayName: 'Of somebody else',
};

const ACTION = actionOf('didit-claims', 'old', 'old', 'ver-1');

const tenantWith = (values: Values, action: ActionState = ACTION): TenantState => ({
  clients: [
    {
      client_id: 'client-1',
      name: 'Didit Sample Application',
      client_secret: undefined,
      settings: { client_metadata: { didit_policy: values.policy, other_team: 'theirs' } },
    },
  ],
  connections: [
    {
      id: 'con-1',
      name: 'didit',
      options: { scope: values.scope, icon_url: 'https://icons.example.com/' },
      metadata: {},
      settings: { display_name: values.displayName },
      enabledClients: ['client-1'],
    },
  ],
  actions: [action],
  bindings: [],
  resourceServers: [
    { id: 'api-1', identifier: API, settings: { name: 'Didit Sample API', token_lifetime: values.lifetime } },
  ],
  clientGrants: [],
});

const config: TenantConfig = (() => {
  const file = tenantFileWith([
    [['clients', 1, 'client_metadata', 'didit_policy'], SENT.policy],
    [['connections', 0, 'options', 'scope'], SENT.scope],
    [['connections', 0, 'metadata'], undefined],
  ]);
  return validateTenantConfig(file, file.document.toJS());
})();

const before = tenantWith(WAS);
const bundles = bundleTargets(config).map((target) => ({ target, code: 'new' }));
const changes = findChanges({ config, bundles }, before);
const snapshot = takeSnapshot(config, changes, before);
const sent = takeSentSnapshot(snapshot, {
  changes,
  state: before,
  codeOf: () => 'new',
  replaceOptions: false,
});

const valuesOf = (target: Snapshot): Partial<Record<keyof Values, unknown>> => {
  const connection = target.connections.find(({ name }) => name === 'didit')?.before;
  const client = target.clients.find(({ name }) => name === 'Didit Sample Application')?.before;
  const metadata = client?.settings['client_metadata'];
  return {
    lifetime: target.resourceServers.find(({ identifier }) => identifier === API)?.before?.settings[
      'token_lifetime'
    ],
    policy: metadata instanceof Object && 'didit_policy' in metadata ? metadata.didit_policy : undefined,
    scope: connection?.options['scope'],
    displayName: connection?.settings['display_name'],
  };
};

const undo = (now: TenantState, steps: readonly string[] = STEPS) => {
  const unfinished = { snapshot, sent, steps };
  const target = undoTarget(unfinished, now);
  return { target, kept: keptOfOthers(unfinished, target, now) };
};

/** Where each value stands: as it was, as it was sent, or as somebody else has made it since. */
const places = fc.record({
  lifetime: fc.constantFrom(WAS.lifetime, SENT.lifetime, OTHERS.lifetime),
  policy: fc.constantFrom(WAS.policy, SENT.policy, OTHERS.policy),
  scope: fc.constantFrom(WAS.scope, SENT.scope, OTHERS.scope),
  displayName: fc.constantFrom(WAS.displayName, SENT.displayName, OTHERS.displayName),
});

describe('undoing a deploy that did not end', () => {
  test('takes back what was sent, and leaves what somebody else has made since', () => {
    fc.assert(
      fc.property(places, (values) => {
        const { target, kept } = undo(tenantWith(values));
        expect(valuesOf(target)).toEqual({
          lifetime: values.lifetime === OTHERS.lifetime ? OTHERS.lifetime : WAS.lifetime,
          policy: values.policy === OTHERS.policy ? OTHERS.policy : WAS.policy,
          scope: values.scope === OTHERS.scope ? OTHERS.scope : WAS.scope,
          displayName: values.displayName === OTHERS.displayName ? OTHERS.displayName : WAS.displayName,
        });
        expect(kept).toEqual([
          ...(values.lifetime === OTHERS.lifetime ? [`API ${API}: token_lifetime`] : []),
          ...(values.policy === OTHERS.policy
            ? ['application Didit Sample Application: client_metadata.didit_policy']
            : []),
          ...(values.displayName === OTHERS.displayName ? ['connection didit: display_name'] : []),
          ...(values.scope === OTHERS.scope ? ['connection didit: options.scope'] : []),
        ]);
      }),
    );
  });

  test('is undoing nothing of a step that was not begun', () => {
    const { target } = undo(tenantWith(SENT, actionOf('didit-claims', 'new', 'new', 'ver-2')), [
      'applications',
    ]);
    expect(target.resourceServers).toHaveLength(1);
    expect(target).toMatchObject({ actions: [], connections: [] });
    expect(target.bindings).toBeUndefined();
    // Of the Actions alone: what is asked of applications and APIs stays as it is, whoever made it so.
    const bindings = [{ action_name: 'theirs' }];
    const actionsAlone = undoTarget(
      { snapshot: { ...snapshot, bindings }, sent, steps: ['Actions'] },
      tenantWith(SENT, actionOf('didit-claims', 'new', 'new', 'ver-2')),
    );
    expect(actionsAlone).toMatchObject({ resourceServers: [], clients: [], clientGrants: [], bindings });
    expect(actionsAlone.actions).toContainEqual({ name: 'didit-claims', before: ACTION });
    const untouched = undoTarget({ snapshot, sent, steps: ['Actions'] }, tenantWith(SENT));
    expect('bindings' in untouched).toBe(snapshot.bindings !== undefined);
  });

  test('takes scopes in another order for those that were sent', () => {
    expect(valuesOf(undo(tenantWith({ ...SENT, scope: 'email openid' })).target).scope).toBe(WAS.scope);
  });

  test('removes nothing that somebody else made under the same name before its step was begun', () => {
    const empty: TenantState = { ...before, connections: [] };
    const toEmpty = findChanges({ config, bundles }, empty);
    const made = takeSnapshot(config, toEmpty, empty);
    const inputs = { changes: toEmpty, state: empty, codeOf: () => 'new', replaceOptions: false };
    const unfinished = { snapshot: made, sent: takeSentSnapshot(made, inputs) };
    expect(made.connections).toEqual([{ name: 'didit' }]);
    expect(undoTarget({ ...unfinished, steps: ['applications', 'Actions'] }, before).connections).toEqual([]);
    expect(undoTarget({ ...unfinished, steps: STEPS.slice(0, 3) }, before).connections).toEqual([
      { name: 'didit' },
    ]);
  });

  test('disables the connection for an application that the deploy itself has made', () => {
    const withMade: TenantState = {
      ...tenantWith(WAS),
      clients: [
        ...before.clients,
        { client_id: 'made-1', name: 'Didit Actions', client_secret: undefined, settings: {} },
        { client_id: 'theirs', name: 'Of another team', client_secret: undefined, settings: {} },
      ],
      connections: before.connections.map((connection) => ({
        ...connection,
        enabledClients: ['client-1', 'made-1', 'theirs'],
      })),
    };
    expect(undo(withMade).target.connections[0]?.before?.enabledClients).toEqual(['client-1', 'theirs']);
  });

  test.each<[string, ActionState, ActionState | undefined]>([
    ['runs the code that was sent', actionOf('didit-claims', 'new', 'new', 'ver-2'), ACTION],
    ['has it in its draft', actionOf('didit-claims', 'new', 'old', 'ver-1'), ACTION],
    ['is as it was', ACTION, ACTION],
    [
      'runs what somebody else has deployed since',
      actionOf('didit-claims', 'fix', 'fix', 'ver-3'),
      undefined,
    ],
    ['has a draft of somebody else', actionOf('didit-claims', 'fix', 'old', 'ver-1'), undefined],
  ])('an Action that %s', (_how, now, expected) => {
    const others = actionOf('theirs', 'theirs', 'theirs', 'ver-9');
    const tenant = { ...tenantWith(WAS), actions: [others, now] };
    const claims = undo(tenant).target.actions.find(({ name }) => name === 'didit-claims');
    expect(claims).toEqual({ name: 'didit-claims', before: expected ?? now });
  });

  test('leaves an Action that somebody has removed to be told as removed', () => {
    const gone = undo({ ...tenantWith(WAS), actions: [] }).target.actions;
    expect(gone.find(({ name }) => name === 'didit-claims')).toEqual({
      name: 'didit-claims',
      before: ACTION,
    });
  });

  test('is undoing all of it, with a record that does not say what was sent', () => {
    expect(undoTarget({ snapshot, steps: STEPS }, tenantWith(OTHERS))).toBe(snapshot);
  });
});
