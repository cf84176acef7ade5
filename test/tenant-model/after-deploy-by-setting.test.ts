import { describe, expect, test } from 'vitest';
import { afterDeploy, isKept } from '../../scripts/tenant-model/after-deploy.ts';
import { resourceIn } from '../../scripts/tenant-model/tenant-model.ts';
import type { Field, Resource, ResourceKind, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';

const text = (value: string): Field => ({ kind: 'value', value });
const modelOf = (...resources: readonly Resource[]): TenantModel => ({ resources, flow: [] });

interface Sent {
  /** Besides, something else of the same thing changes: an option of a connection, or what is named. */
  readonly change?: boolean | string;
  readonly replaceOptions?: boolean;
  /** The options go out though none of them changes. */
  readonly optionsSent?: boolean;
}

/** What becomes of one setting that only the tenant has, where the file names these. */
function fateOf(
  kind: ResourceKind,
  path: string,
  named: readonly string[],
  sent: Sent = {},
): 'kept' | 'erased' {
  const usual = kind === 'connection' ? 'options.scope' : 'name_that_changes';
  const changes = typeof sent.change === 'string' ? sent.change : usual;
  const thing = (fields: readonly (readonly [string, Field])[]): Resource => ({
    kind,
    name: 'it',
    fields: new Map(fields),
  });
  const listed = named.map((one): [string, Field] => [
    one,
    one === 'connections' ? { kind: 'set', items: ['didit', 'more'] } : text('x'),
  ]);
  const before = modelOf(thing([[path, text('only there')], ...listed, [changes, text('was')]]));
  const wanted = modelOf(
    thing([...listed, [changes, text((sent.change ?? false) === false ? 'was' : 'is')]]),
  );
  const optionsSent = new Set(sent.optionsSent === true ? ['it'] : []);
  const after = afterDeploy(before, wanted, sent.replaceOptions, optionsSent);
  const fields = resourceIn(after, kind, 'it')?.fields;
  for (const [one, field] of wanted.resources[0]?.fields ?? []) expect(fields?.get(one)).toEqual(field);
  return fields?.has(path) === true ? 'kept' : 'erased';
}

describe('a setting that only the tenant has, and that the file does not name, is kept', () => {
  test.each<[ResourceKind, string, readonly string[], Sent]>([
    ['connection', 'options.icon_url', [], { change: true }],
    ['connection', 'display_name', [], { replaceOptions: true }],
    ['connection', 'metadata.theirs', ['metadata.ours'], { change: true }],
    ['connection', 'metadata.my_didit_policy', [], {}],
    // What the file says is that it has none of its own.
    ['connection', 'metadata.theirs', ['metadata'], { change: true }],
    ['organization', 'metadata.theirs', ['metadata'], {}],
    ['connection', 'options.scripts.theirs', ['options.scripts.ours'], { change: true, optionsSent: true }],
    ['connection', 'options.params.a', ['options.params.b'], {}],
    ['connection', 'options.params.a', ['options.other.b'], { change: true }],
    ['connection', 'options.params.a', ['options.params.b'], { change: 'display_name' }],
    ['connection', 'options.params.a1', ['options.params.b'], {}],
    ['connection', 'options."a.b".c', ['options."a.0.x"'], {}],
    ['connection', 'options.list.0.a', ['options.list.0.b'], {}],
    ['connection', 'options."a.b".c', ['options.a.b'], { change: true }],
    ['connection', 'authentication.active', ['authentication.other'], { change: true }],
    ['application', 'description', [], { change: true }],
    ['application', 'client_metadata.theirs', ['client_metadata.ours'], { change: true }],
    ['application', 'refresh_token.leeway', ['refresh_token.rotation_type'], {}],
    ['application', 'refresh_token.leeway', [], { change: true }],
    ['application', 'jwt_configuration.lifetime_in_seconds', ['jwt_configuration.alg'], { change: true }],
    ['application', 'jwt_configuration.secret_encoded', ['jwt_configuration.alg'], { change: true }],
    ['connection', 'options.list.9.a', ['options.list.10.a', 'options.list.9.b'], {}],
    ['connection', 'options.0', ['options.a'], {}],
    ['connection', 'displayed.options.a', [], { replaceOptions: true }],
    ['application', 'of.client_metadata.didit_policy', [], {}],
    ['Action', 'runtime', [], { change: true }],
    ['Action', 'of.secrets', [], {}],
    ['Action', 'secretsLike.a', [], {}],
    ['API', 'scopes.a.description', [], { change: true }],
    ['API', 'scopesLike.a', ['scopes'], {}],
    ['organization', 'connections.other.show_as_button', [], { change: true }],
    ['organization', 'connections.didit.show_as_button', ['connections'], { change: true }],
    ['organization', 'branding.logo_url', ['branding.colors.primary'], {}],
    ['organization', 'branding.logo_url', ['connections'], { change: true }],
    ['organization', 'metadata.theirs', [], { change: true }],
    ['grant', 'organization_usage', [], { change: true }],
    ['grant', 'deep.a', ['deep.b'], { change: true }],
  ])('%s: %s, where it names %j and %j', (kind, path, named, sent) => {
    expect(fateOf(kind, path, named, sent)).toBe('kept');
  });
});

describe('a setting that only the tenant has, and that the file does not name, goes', () => {
  test.each<[string, ResourceKind, string, readonly string[], Sent]>([
    ['as a rule of ours', 'connection', 'metadata.didit_policy', [], {}],
    ['as a rule of ours', 'application', 'client_metadata.didit_claims', [], {}],
    ['as a rule of ours', 'organization', 'metadata.didit_policy', [], {}],
    ['with --replace-options', 'connection', 'options.icon_url', [], { replaceOptions: true }],
    ['as a secret of an Action', 'Action', 'secrets.KEY', [], {}],
    ['as all secrets of an Action', 'Action', 'secrets', [], {}],
    ['as a package of an Action', 'Action', 'dependencies.lodash', [], {}],
    ['where the file has all scopes', 'API', 'scopes.a.description', ['scopes'], {}],
    ['where the file has other scopes', 'API', 'scopes.a.description', ['scopes.b.description'], {}],
    [
      'where the list of the file ends before it',
      'connection',
      'options.list.10.a',
      ['options.list.9.a'],
      {},
    ],
    [
      'where the file has all connections',
      'organization',
      'connections.other.is_enabled',
      ['connections'],
      {},
    ],
    [
      'with the object that it is in',
      'connection',
      'options.params.a',
      ['options.params.b'],
      { change: true },
    ],
    [
      'with the object that it is in',
      'connection',
      'options.params.a',
      ['options.params.b'],
      { optionsSent: true },
    ],
    ['with the object that it is in', 'connection', 'options."a.b".c', ['options."a.b".d'], { change: true }],
    [
      'with the object that it is in',
      'application',
      'refresh_token.leeway',
      ['refresh_token.rotation_type'],
      { change: true },
    ],
    ['with the object that it is in', 'application', '"a.b".c', ['"a.b".d'], { change: true }],
    [
      'with the object that it is in',
      'application',
      'addons.metadata.a',
      ['addons.metadata.b'],
      { change: true },
    ],
    [
      'with the object that it is in',
      'organization',
      'branding.logo_url',
      ['branding.colors.primary'],
      { change: true },
    ],
    [
      'where the file has a value, or nothing, in its place',
      'connection',
      'options.params.a',
      ['options.params'],
      {},
    ],
    ['where the file has an object in its place', 'connection', 'options.params', ['options.params.a'], {}],
    ['where the list of the file ends before it', 'connection', 'options.list.1.a', ['options.list.0.a'], {}],
    [
      'where the file has an object instead of the list',
      'connection',
      'options.list.0.a',
      ['options.list.key'],
      {},
    ],
    [
      'where the file has a list instead of the object',
      'connection',
      'options.list.key',
      ['options.list.0.a'],
      {},
    ],
  ])('%s: %s: %s, where it names %j and %j', (_why, kind, path, named, sent) => {
    expect(fateOf(kind, path, named, sent)).toBe('erased');
  });
});

test('whether it stays whatever else of the file is sent can be told beforehand', () => {
  const asked: Resource = {
    kind: 'connection',
    name: 'it',
    fields: new Map([['options.params.b', text('x')]]),
  };
  expect(
    ['options.params.a', 'options.icon_url', 'metadata.didit_sync', 'options.scripts.x'].map((path) =>
      isKept(path, asked),
    ),
  ).toEqual([false, true, false, true]);
});

test('what only one of the two has is there afterwards, of whichever kind it is', () => {
  const thing = (kind: ResourceKind, name: string): Resource => ({ kind, name, fields: new Map() });
  const names = new Map([['didit-claims', 'claims']]);
  const before = modelOf(thing('API', 'one'), thing('grant', 'two'));
  const after = afterDeploy(before, { ...modelOf(thing('API', 'two'), thing('API', 'one')), names });
  expect(after.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'API one',
    'grant two',
    'API two',
  ]);
  expect(after.names).toBe(names);
  expect('names' in afterDeploy(before, before)).toBe(false);
});
