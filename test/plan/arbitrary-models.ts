import fc from 'fast-check';
import type { Field, Resource, ResourceKind, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';

const names = ['one', 'two', 'three'];
const actions = ['didit-a', 'didit-b', 'didit-c', 'foreign-x', 'foreign-y'];

const word = fc.constantFrom('openid', 'names', 'email', 'https://a.example/', 'https://b.example/');

const value: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant('value' as const),
  value: fc.oneof(fc.boolean(), fc.constant(null), fc.constantFrom('', 'on_each_login', 'one'), fc.nat(2)),
});
const set: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant('set' as const),
  items: fc.uniqueArray(word),
});
const code: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant('code' as const),
  text: fc.constantFrom('a', 'b'),
});
const secret: fc.Arbitrary<Field> = fc.constantFrom<Field>({ kind: 'secret' }, { kind: 'secret', mark: 'm' });
const settings = (key: string): fc.Arbitrary<Field> =>
  fc.record({
    kind: fc.constant('settings' as const),
    key: fc.constant(key),
    text: fc.constantFrom(
      '',
      'mode=off',
      'mode=report require=verified',
      'require=verified  mode=report',
      'broken',
    ),
  });

/** Some of the settings that matter to the rules of a deploy, each of the kind that it has. */
const FIELDS: Readonly<Record<ResourceKind, Readonly<Record<string, fc.Arbitrary<Field>>>>> = {
  connection: {
    display_name: value,
    realms: set,
    enabled_clients: set,
    'metadata.didit_policy': settings('didit_policy'),
    'metadata.other_team': value,
    'options.tokenURL': value,
    'options.scope': set,
    'options.pkce_enabled': value,
    'options.client_secret': secret,
    'options.scripts.fetchUserProfile': code,
    'options.upstream_params.hint.alias': value,
  },
  Action: {
    code,
    runtime: value,
    'secrets.A': secret,
    'secrets.B': secret,
    'dependencies.lodash': value,
    supported_triggers: set,
  },
  application: {
    callbacks: set,
    is_first_party: value,
    'client_metadata.didit_policy': settings('didit_policy'),
    'refresh_token.leeway': value,
    'refresh_token.rotation_type': value,
    'mobile.ios.team_id': value,
  },
  grant: { scope: set, organization_usage: value },
  API: { scopes: set, 'scopes.openid.description': value, token_lifetime: value },
  organization: {
    connections: set,
    'connections.didit.assign_membership_on_login': value,
    'metadata.didit_policy': settings('didit_policy'),
    'metadata.other_team': value,
    'branding.logo_url': value,
  },
};

const resource = (kind: ResourceKind, name: string): fc.Arbitrary<Resource> =>
  fc.record(FIELDS[kind], { requiredKeys: [] }).map((fields) => ({
    kind,
    name,
    fields: new Map(
      Object.entries(fields).flatMap(([path, field]): [string, Field][] =>
        field === undefined ? [] : [[path, field]],
      ),
    ),
  }));

const KINDS: readonly ResourceKind[] = ['connection', 'Action', 'application', 'grant', 'API'];

/** States of a tenant, and what a file may ask for: the same in form. */
export const arbitraryModel: fc.Arbitrary<TenantModel> = fc
  .record({
    resources: fc
      .subarray(
        KINDS.flatMap((kind) => names.map((name) => [kind, name] as const)),
        { maxLength: 6 },
      )
      .chain((chosen) => fc.tuple(...chosen.map(([kind, name]) => resource(kind, name)))),
    ours: fc.subarray(actions.slice(0, 3)),
    bound: fc.shuffledSubarray(actions),
  })
  .chain(({ resources, ours, bound }) =>
    fc.tuple(...ours.map((name) => resource('Action', name))).map((own) => ({
      resources: [...resources, ...own],
      flow: bound.map((action) => ({ action, displayName: action })),
    })),
  );

/** What only a file can ask for: bindings of its own Actions. */
export const arbitraryWanted: fc.Arbitrary<TenantModel> = arbitraryModel.map((model) => ({
  ...model,
  flow: model.flow.filter(({ action }) =>
    model.resources.some(({ kind, name }) => kind === 'Action' && name === action),
  ),
}));
