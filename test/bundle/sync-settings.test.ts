import { expect, test } from 'vitest';
import { bundleTargets } from '../../scripts/bundle/targets.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';

/** What the profile script is built with where the connection has this `didit_sync`. */
const builtWith = (text: string): unknown => {
  const { config } = readTenantConfig();
  const connections = config.connections.map((connection) => ({
    ...connection,
    metadata: { didit_sync: text },
  }));
  return bundleTargets({ ...config, connections })[0]?.constants;
};

test.each([
  [
    'written in another order',
    'profile_timeout=7s fields=verified,name',
    'fields=verified,name profile_timeout=7s',
  ],
  ['with other blanks', 'fields=name   map=name:a.b ', 'fields=name map=name:a.b'],
  [
    'that the Actions alone read',
    'mode=on refresh_after=24h',
    'mode=off refresh_after=48h user_metadata=name:n',
  ],
])('settings %s are the same script', (_, one, other) => {
  expect(builtWith(one)).toEqual(builtWith(other));
});

test.each(['fields', 'map', 'profile_timeout'])(
  'a setting that the script reads is part of it: %s',
  (name) => {
    const values = { fields: 'name', map: 'name:a.b', profile_timeout: '7s' };
    const text = Object.entries(values)
      .map(([each, value]) => `${each}=${value}`)
      .join(' ');
    const without = Object.entries(values)
      .filter(([each]) => each !== name)
      .map(([each, value]) => `${each}=${value}`)
      .join(' ');
    expect(builtWith(text)).toEqual({ DIDIT_SYNC_SETTINGS: text });
    expect(builtWith(without)).not.toEqual(builtWith(text));
  },
);

test('a list that is none stays a word that the script reads', () => {
  expect(builtWith('fields=name map=none')).toEqual({ DIDIT_SYNC_SETTINGS: 'fields=name map=none' });
});

test('a text that cannot be read in full stays as it is: the script takes the safest reading itself', () => {
  expect(builtWith('fields=name  fields=email')).toEqual({
    DIDIT_SYNC_SETTINGS: 'fields=name  fields=email',
  });
});
