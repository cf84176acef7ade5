import { describe, expect, test } from 'vitest';
import {
  diditConnectionOf,
  otherConnectionFor,
  withAssumedConnections,
} from '../../scripts/tenant-model/didit-connection.ts';
import type { Field, Resource, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';

const SECRET = 'secrets.DIDIT_CONNECTION';
const taking = (connection?: string): Field => ({
  kind: 'secret',
  ...(connection === undefined ? {} : { connection }),
});
const thing = (name: string, field?: Field, kind: Resource['kind'] = 'Action'): Resource => ({
  ...{ kind, name },
  fields: new Map(field === undefined ? [] : [[SECRET, field]]),
});
const modelOf = (...resources: readonly Resource[]): TenantModel => ({ resources, flow: [] });

describe('the connection that an Action takes for the Didit one', () => {
  test.each([
    ['the one called didit, where it has no secret for it', thing('one'), 'didit'],
    ['the one that its secret names', thing('one', taking('ours')), 'ours'],
    ['not known where nobody knows the secret', thing('one', taking()), undefined],
    ['not known where the secret is something else', thing('one', { kind: 'value', value: 'x' }), undefined],
    ['not known of an Action that is not there', undefined, undefined],
  ])('is %s', (_title, action, expected) => {
    expect(diditConnectionOf(action)).toBe(expected);
  });

  test('is told where it is another one than this', () => {
    const model = modelOf(
      thing('one', taking('wrong'), 'application'),
      ...[thing('one', taking('ours')), thing('unknown', taking())],
    );
    expect(otherConnectionFor(model, 'one', 'didit')).toBe('ours');
    expect(otherConnectionFor(model, 'one', 'ours')).toBeUndefined();
    expect(otherConnectionFor(model, 'unknown', 'didit')).toBeUndefined();
    expect(otherConnectionFor(model, 'gone', 'ours')).toBeUndefined();
    expect(otherConnectionFor(model, undefined, 'ours')).toBeUndefined();
  });
});

test('of a value that a tenant keeps and never tells, it is assumed to be the one of tenant.yaml', () => {
  const names = ['kept', 'sent', 'new', 'unnamed', 'unlisted'];
  const wanted = modelOf(
    thing('kept', taking('wrong'), 'application'),
    ...names.slice(0, 3).map((name) => thing(name, taking('ours'))),
    thing('unnamed', taking()),
    thing('Shop', taking('ours')),
  );
  const tenant = modelOf(
    ...names.filter((name) => name !== 'new').map((name) => thing(name, taking())),
    thing('Shop', taking()),
    thing('new', taking(), 'application'),
  );
  const marked: Field = { kind: 'secret', mark: 'x' };
  const model = modelOf(...names.map((name) => thing(name, marked)), thing('Shop', marked, 'application'));
  const assumed = withAssumedConnections(model, tenant, wanted, new Set(['sent']));
  expect(assumed).toEqual(
    modelOf(
      thing('kept', taking('ours')),
      ...names.slice(1).map((name) => thing(name, marked)),
      thing('Shop', marked, 'application'),
    ),
  );
});
