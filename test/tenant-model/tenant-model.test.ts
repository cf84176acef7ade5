import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalFields } from '../../scripts/tenant-model/diff/equal-fields.ts';
import {
  ANY_OTHER_APPLICATION,
  applicationsOf,
  flowOf,
  grantName,
  isStepOfLogin,
  itemsAt,
  mentions,
  resourceIn,
  resourcesOf,
  subjectTypeOf,
  textAt,
  textsBelow,
} from '../../scripts/tenant-model/tenant-model.ts';
import type { Field, Resource, ResourceKind, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';

const resource = (
  kind: ResourceKind,
  name: string,
  fields: Readonly<Record<string, Field>> = {},
): Resource => ({
  ...{ kind, name },
  fields: new Map(Object.entries(fields)),
});
const modelOf = (...resources: readonly Resource[]): TenantModel => ({ resources, flow: [] });
const value = (one: string | number | boolean | null): Field => ({ kind: 'value', value: one });
const list = (...items: readonly string[]): Field => ({ kind: 'set', items });
const settings = (text: string, key = 'didit_policy'): Field => ({ kind: 'settings', key, text });
const secret = (mark?: string): Field => ({ kind: 'secret', ...(mark === undefined ? {} : { mark }) });
const code = (text: string): Field => ({ kind: 'code', text });

describe('a thing', () => {
  test('is known by its kind and its name', () => {
    const [api, application] = [resource('API', 'one'), resource('application', 'one')];
    const model = modelOf(application, api);
    expect(resourceIn(model, 'API', 'one')).toBe(api);
    expect(resourceIn(model, 'API', 'other')).toBeUndefined();
    expect(resourcesOf(model, 'API')).toEqual([api]);
  });

  test('that is a grant is known by whom it is for, too', () => {
    expect(grantName('Shop', 'api', {})).toBe('Shop → api');
    expect(grantName('Shop', 'api', { subject_type: 'client' })).toBe('Shop → api');
    expect(grantName('Shop', 'api', { subject_type: 'anonymous_user' })).toBe(
      'Shop → api (for anonymous users)',
    );
    expect([{}, { subject_type: null }, { subject_type: 'user' }].map(subjectTypeOf)).toEqual([
      'client',
      'client',
      'user',
    ]);
  });

  test('that is bound is shown by its own name where the binding has none', () => {
    const bindings = [
      { action_name: 'a' },
      { action_name: 'b', display_name: '' },
      { action_name: 'c', display_name: 'C' },
    ];
    expect(flowOf(bindings)).toEqual([
      { action: 'a', displayName: 'a' },
      { action: 'b', displayName: 'b' },
      { action: 'c', displayName: 'C' },
    ]);
  });
});

describe('what a thing says', () => {
  const one = resource('application', 'one', {
    'a.b': value('x'),
    'metadata.didit_policy': settings('mode=off'),
    'metadata.plan': value('gold'),
    'metadata.seats': value(3),
    'metadata.hidden': secret(),
    metadatum: value('y'),
    list: list('i'),
    code: code('text'),
  });

  test('is said of a setting, or of what is below it, and not of one whose name begins like it', () => {
    expect(['a.b', 'a', 'list', 'a.', 'a.b.c', 'metadat', 'b'].map((path) => mentions(one, path))).toEqual([
      ...[true, true, true, false, false, false, false],
    ]);
  });

  test('is a text where it is one, whatever it is for', () => {
    const texts = [
      'a.b',
      'metadata.didit_policy',
      'code',
      'metadata.seats',
      'metadata.hidden',
      'list',
      'none',
    ];
    expect(texts.map((path) => textAt(one, path))).toEqual([
      ...['x', 'mode=off', 'text', undefined, undefined, undefined, undefined],
    ]);
    expect(textAt(undefined, 'a.b')).toBeUndefined();
    expect([itemsAt(one, 'list'), itemsAt(one, 'a.b'), itemsAt(undefined, 'list')]).toEqual([['i'], [], []]);
  });

  test('are the texts below a path, by their names', () => {
    expect(textsBelow(one, 'metadata')).toEqual({ didit_policy: 'mode=off', plan: 'gold' });
    expect(textsBelow(undefined, 'metadata')).toEqual({});
  });
});

describe('the applications that people sign in to through a connection', () => {
  const step = resource('application', 'Step', { callbacks: list('https://tenant.example/continue') });
  const shop = resource('application', 'Shop', { callbacks: list('https://shop.example/') });
  const machine = resource('application', 'Machine', { app_type: value('non_interactive') });
  const stepUp = { callback: 'https://tenant.example/continue', application: 'Step' };
  const through = (fields: Readonly<Record<string, Field>>, name = 'didit') => [
    ...applicationsOf(
      { ...modelOf(step, shop, machine, resource('connection', 'didit', fields)), stepUp },
      name,
    ),
  ];

  test('are those that it names, but for those that are a step of another login', () => {
    expect(through({ enabled_clients: list('Shop', 'Step', 'Unknown') })).toEqual(['Shop', 'Unknown']);
    expect(through({ enabled_clients: list() })).toEqual([]);
    expect(through({}, 'none')).toEqual([]);
  });

  test('are all that have users, and any other, where it names none or is open to the whole domain', () => {
    expect(through({})).toEqual(['Shop', ANY_OTHER_APPLICATION]);
    const named = { enabled_clients: list('Unknown', 'Shop') };
    expect(through({ ...named, is_domain_connection: value(true) })).toEqual([
      'Unknown',
      'Shop',
      ANY_OTHER_APPLICATION,
    ]);
    expect(through({ ...named, is_domain_connection: value(false) })).toEqual(['Unknown', 'Shop']);
  });

  test('are a step of another login where the Actions use them for it, and all of their codes go to the tenant itself', () => {
    const of = (application: string | undefined, ...callbacks: readonly string[]) =>
      isStepOfLogin(
        {
          ...modelOf(resource('application', 'It', { callbacks: list(...callbacks) })),
          stepUp: { callback: stepUp.callback, ...(application === undefined ? {} : { application }) },
        },
        'It',
      );
    const [tenant, ownDomain] = [stepUp.callback, 'https://login.example/continue'];
    expect(of('It', tenant)).toBe(true);
    expect(of('It', tenant, ownDomain)).toBe(true);
    expect(of('It', tenant, 'https://shop.example/')).toBe(false);
    expect(of('It', tenant, 'https://shop.example/continue?to=elsewhere')).toBe(false);
    expect(of('Step', tenant)).toBe(false);
    expect(of(undefined, tenant)).toBe(false);
    expect(isStepOfLogin(modelOf(resource('application', 'It')), 'It')).toBe(false);
  });
});

describe('two settings', () => {
  const nothing: readonly (Field | undefined)[] = [undefined, value(null), value(''), list(), settings(' ')];
  const something: readonly Field[] = [
    ...[value('a'), value(1), value('1'), value(false), list('a'), list('a', 'b'), code('a'), code('')],
    ...[
      settings('mode=off'),
      settings('mode=off', 'didit_sync'),
      settings('mode=on'),
      secret('1'),
      secret('2'),
    ],
  ];

  test('that say nothing are equal, and differ from all that say something', () => {
    for (const one of nothing) {
      for (const other of nothing) expect(equalFields(one, other)).toBe(true);
      for (const other of something) {
        expect(equalFields(one, other)).toBe(false);
        expect(equalFields(other, one)).toBe(false);
      }
    }
  });

  test('of different kinds or with different content differ, and each is equal to itself', () => {
    something.forEach((one, index) => {
      something.forEach((other, place) => {
        expect(equalFields(one, other), `${JSON.stringify(one)}, ${JSON.stringify(other)}`).toBe(
          index === place,
        );
      });
    });
  });

  test('are equal where only their order or their form differs', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (items) => {
        expect(equalFields(list(...items), list(...items.toReversed(), ...items))).toBe(true);
      }),
    );
    expect(equalFields(settings('require=verified mode=off'), settings('mode=off  require=verified'))).toBe(
      true,
    );
  });

  test('that are secrets are equal where one of them cannot be read', () => {
    expect(equalFields(secret(), secret('1'))).toBe(true);
    expect(equalFields(secret('1'), secret())).toBe(true);
    expect(equalFields(secret(), value('a'))).toBe(false);
  });
});
