import { describe, expect, test } from 'vitest';
import {
  isPossible,
  metadataAt,
  organizationsAt,
  placeName,
  placesOf,
  textsAt,
} from '../../scripts/tenant-model/login-place.ts';
import type { Field, Resource, ResourceKind, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';

const resource = (
  kind: ResourceKind,
  name: string,
  fields: Readonly<Record<string, Field>> = {},
): Resource => ({ kind, name, fields: new Map(Object.entries(fields)) });
const value = (one: string | boolean): Field => ({ kind: 'value', value: one });
const list = (...items: readonly string[]): Field => ({ kind: 'set', items });
const policy = (text: string): Field => ({ kind: 'settings', key: 'didit_policy', text });
const organization = (name: string, fields: Readonly<Record<string, Field>> = {}, text = 'mode=off') =>
  resource('organization', name, { 'metadata.didit_policy': policy(text), ...fields });

const MODEL: TenantModel = {
  resources: [
    resource('connection', 'didit', {
      enabled_clients: list('Shop', 'Members', 'Denied'),
      'metadata.didit_policy': policy('mode=report'),
      'metadata.plan': value('gold'),
    }),
    resource('connection', 'of.others', { enabled_clients: list('Members') }),
    resource('application', 'Shop', { 'client_metadata.didit_policy': policy('mode=enforce') }),
    resource('application', 'Members', { organization_usage: value('require') }),
    resource('application', 'Denied', { organization_usage: value('deny') }),
    organization('listing', { connections: list('didit') }),
    organization('silent'),
    organization('off', { connections: list('didit'), 'connections.didit.is_enabled': value(false) }),
    organization('on', { connections: list('didit'), 'connections.didit.is_enabled': value(true) }),
    organization('told', { connections: list('didit'), 'connections.didit.is_enabled': list() }),
    organization('dotted', {
      connections: list('of.others', 'didit'),
      'connections."of.others".is_enabled': value(false),
    }),
    organization('elsewhere', { connections: list('of.others') }),
    organization('without-rules', { connections: list('didit') }, '  '),
    resource('organization', 'unknown-rules'),
  ],
  flow: [],
};
/** Those whose members can sign in through "didit", and that have rules. */
const CONNECTED = ['listing', 'silent', 'on', 'told', 'dotted'];

describe('what people can sign in to', () => {
  test('has a name of its own', () => {
    expect(placeName({ application: 'Shop' })).toBe('Shop');
    expect(placeName({ application: 'Shop', organization: 'acme' })).toBe('Shop in organization acme');
  });

  test('is each application, and each organization with rules where it takes any and the organization takes the connection', () => {
    expect(placesOf(MODEL, 'didit')).toEqual([
      { application: 'Shop' },
      { application: 'Members' },
      ...CONNECTED.map((name) => ({ application: 'Members', organization: name })),
      { application: 'Denied' },
    ]);
    expect(placesOf(MODEL, 'of.others')).toEqual([
      { application: 'Members' },
      { application: 'Members', organization: 'silent' },
      { application: 'Members', organization: 'elsewhere' },
    ]);
    expect(placesOf(MODEL, 'unknown')).toEqual([]);
  });

  test('are all organizations with rules, of a connection that the file does not list, and of an application that nobody has named', () => {
    const all = [...CONNECTED.slice(0, 2), 'off', ...CONNECTED.slice(2), 'elsewhere'];
    expect(organizationsAt(MODEL, 'Members')).toEqual(all);
    expect(organizationsAt(MODEL, '(any other application)')).toEqual(all);
    expect(organizationsAt(MODEL, 'Shop')).toEqual([]);
    expect(organizationsAt(MODEL, 'Denied')).toEqual([]);
    expect(organizationsAt(MODEL, 'unknown')).toEqual([]);
  });

  test.each([
    ['didit', 'Shop', undefined, true],
    ['didit', 'unknown', undefined, false],
    ['of.others', 'Shop', undefined, false],
    ['of.others', 'Shop', 'elsewhere', false],
    ['didit', 'Shop', 'listing', false],
    ['didit', 'Denied', 'listing', false],
    ['didit', 'Members', 'listing', true],
    ['didit', 'Members', 'without-rules', true],
    ['didit', 'Members', 'unknown-rules', true],
    ['didit', 'Members', 'off', false],
    ['didit', 'Members', 'elsewhere', false],
    ['didit', 'Members', 'gone', false],
  ])('through %s is %s, as members of %s: %s', (connection, application, members, expected) => {
    const place = { application, ...(members === undefined ? {} : { organization: members }) };
    expect(isPossible(MODEL, connection, place)).toBe(expected);
  });
});

describe('the settings of a login', () => {
  test('are the metadata at each level that it names', () => {
    expect(metadataAt(MODEL, 'connection', 'didit')).toEqual({ didit_policy: 'mode=report', plan: 'gold' });
    expect(metadataAt(MODEL, 'client', 'Shop')).toEqual({ didit_policy: 'mode=enforce' });
    expect(metadataAt(MODEL, 'organization', 'listing')).toEqual({ didit_policy: 'mode=off' });
    expect(metadataAt(MODEL, 'client', undefined)).toEqual({});
    expect(metadataAt(MODEL, 'client', 'didit')).toEqual({});
  });

  test('of one key are its texts', () => {
    const names = { connection: 'didit', client: 'Shop', organization: 'silent' };
    expect(textsAt(MODEL, names, 'didit_policy')).toEqual({
      ...{ connection: 'mode=report', client: 'mode=enforce', organization: 'mode=off' },
    });
    expect(textsAt(MODEL, { connection: 'didit' }, 'plan')).toEqual({
      ...{ connection: 'gold', client: undefined, organization: undefined },
    });
  });
});
