import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdentityDocument, UserDocument } from '../../../scripts/local-tenant/store/resources.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import {
  mergeMetadata,
  readUpstreamProfile,
  syncRootAttributes,
  userAfterLogin,
} from '../../../scripts/local-tenant/login/users.ts';
import type { UpstreamProfile } from '../../../scripts/local-tenant/login/users.ts';
import { existing, startTenant } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

const LOGIN = { mode: 'on_each_login', at: '2026-11-23T12:00:00.000Z', ip: '127.0.0.1' };
const DIDIT: IdentityDocument = {
  connection: 'didit',
  provider: 'oauth2',
  user_id: 'didit|1',
  isSocial: true,
};
const profile = (attributes: JsonObject): UpstreamProfile => ({ id: '1', attributes });

const json = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));

describe('what a profile script gave back', () => {
  test.each([[{}], [{ user_id: '' }], [{ user_id: null }], [{ user_id: true }], [{ user_id: {} }]])(
    '%j is no user',
    (given) => {
      expect(readUpstreamProfile(given)).toBeUndefined();
    },
  );

  test('a numeric id becomes text, and what is Auth0’s to keep is left out', () => {
    expect(
      readUpstreamProfile({
        user_id: 7,
        name: 'John',
        blocked: false,
        identities: [],
        logins_count: 99,
        created_at: 'then',
        app_metadata: 'no object',
      }),
    ).toEqual({ id: '7', attributes: { name: 'John' } });
  });
});

describe('set_user_root_attributes', () => {
  const before = { name: 'Before', picture: 'old', email: 'old@example.com', gone: true, blocked: true };
  const sent = { name: 'After', email: 'new@example.com' };

  test('on_each_login takes what was sent, and an attribute that is no longer sent is gone', () => {
    expect(syncRootAttributes(before, sent, 'on_each_login')).toEqual({ blocked: true, ...sent });
  });

  test('on_first_login takes the five attributes once, the others each time', () => {
    expect(syncRootAttributes(undefined, sent, 'on_first_login')).toEqual(sent);
    expect(syncRootAttributes(before, sent, 'on_first_login')).toEqual({
      blocked: true,
      name: 'Before',
      picture: 'old',
      email: 'new@example.com',
    });
  });

  test('never_on_login takes the five attributes never', () => {
    expect(syncRootAttributes(undefined, sent, 'never_on_login')).toEqual({ email: 'new@example.com' });
  });

  test('a renamed person has the new name from the second login on, or not, as the option says', async () => {
    for (const [mode, expected] of [
      ['on_each_login', 'Robin After'],
      ['on_first_login', 'Robin Before'],
    ] as const) {
      const tenant = await startTenant();
      const { options } = existing(tenant.collections.connections.get('con_didit'));
      tenant.updateConnection({ options: { ...options, set_user_root_attributes: mode } });
      await tenant.signedIn({ persona: 'renamed' });
      const { idTokenClaims } = await tenant.signedIn({ persona: 'renamed' });
      expect(idTokenClaims['name']).toBe(expected);
      expect(tenant.collections.users.all()).toHaveLength(1);
    }
  });
});

describe('never_on_login', () => {
  const withMode = (tenant: TenantUnderTest, mode: string): void => {
    const { options } = existing(tenant.collections.connections.get('con_didit'));
    tenant.updateConnection({ options: { ...options, set_user_root_attributes: mode } });
  };

  // As the Management API describes the option: it does not create the user.
  test('turns away who has no user yet, and makes none', async () => {
    const tenant = await startTenant();
    withMode(tenant, 'never_on_login');
    expect(await tenant.signIn()).toMatchObject({ kind: 'denied', error: 'access_denied' });
    expect(tenant.collections.users.all()).toEqual([]);
  });

  test('lets in who has one, and leaves the name as it is', async () => {
    const tenant = await startTenant();
    await tenant.signedIn({ persona: 'renamed' });
    withMode(tenant, 'never_on_login');
    const { idTokenClaims } = await tenant.signedIn({ persona: 'renamed' });
    expect(idTokenClaims['name']).toBe('Robin Before');
    expect(tenant.collections.users.all()).toHaveLength(1);
  });
});

describe('the user after a login', () => {
  const user: UserDocument = existing(userAfterLogin(undefined, DIDIT, profile({ name: 'John' }), LOGIN));

  test('keeps metadata, counts, and the time of creation', () => {
    const again = userAfterLogin(
      { ...user, app_metadata: { plan: 'gold' }, user_metadata: { theme: 'dark' } },
      DIDIT,
      profile({ name: 'Jack' }),
      { ...LOGIN, at: '2026-11-24T12:00:00.000Z' },
    );
    expect(again).toEqual({
      ...user,
      root: { name: 'Jack' },
      app_metadata: { plan: 'gold' },
      user_metadata: { theme: 'dark' },
      updated_at: '2026-11-24T12:00:00.000Z',
      last_login: '2026-11-24T12:00:00.000Z',
      logins_count: 2,
    });
  });

  test('loses other metadata when the script returns metadata: Auth0 replaces the whole object', () => {
    const again = userAfterLogin(
      { ...user, app_metadata: { plan: 'gold' } },
      DIDIT,
      {
        ...profile({}),
        app_metadata: { didit: true },
      },
      LOGIN,
    );
    expect(again.app_metadata).toEqual({ didit: true });
  });

  test('through a linked identity leaves the root alone and fills that identity’s profileData', () => {
    const linked: UserDocument = {
      ...user,
      user_id: 'auth0|1',
      identities: [{ connection: 'db', provider: 'auth0', user_id: '1', isSocial: false }, DIDIT],
      root: { name: 'Primary' },
    };
    const after = userAfterLogin(linked, DIDIT, profile({ name: 'John', didit_profile: {} }), LOGIN);
    expect(after.user_id).toBe('auth0|1');
    expect(after.root).toEqual({ name: 'Primary' });
    expect(after.identities).toEqual([
      linked.identities[0],
      { ...DIDIT, profileData: { name: 'John', didit_profile: {} } },
    ]);
  });

  test('a linked identity signs its primary user in', async () => {
    const tenant = await startTenant();
    await tenant.signedIn();
    const [own] = tenant.collections.users.all();
    const secondary = existing(own);
    tenant.collections.users.delete(secondary.user_id);
    tenant.collections.users.put('auth0|1', {
      ...secondary,
      user_id: 'auth0|1',
      identities: [
        { connection: 'db', provider: 'auth0', user_id: '1', isSocial: false },
        existing(secondary.identities[0]),
      ],
      root: { name: 'Primary' },
    });
    const { idTokenClaims } = await tenant.signedIn();
    expect([idTokenClaims.sub, idTokenClaims['name']]).toEqual(['auth0|1', 'Primary']);
    expect(tenant.runs.at(-1)?.event['user']).toMatchObject({
      identities: [{ provider: 'auth0' }, { connection: 'didit', profileData: { name: 'John Doe' } }],
    });
    expect(tenant.collections.users.all()).toHaveLength(1);
  });
});

describe('metadata is merged at the top level', () => {
  test('for any two objects: new keys win, null removes, the rest stays', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (old, changes) => {
        const merged = mergeMetadata(old, changes);
        for (const key of new Set([...Object.keys(old), ...Object.keys(changes)])) {
          const expected = Object.hasOwn(changes, key) ? changes[key] : old[key];
          if (expected === null) expect(Object.hasOwn(merged, key)).toBe(false);
          else expect(merged[key]).toEqual(expected);
        }
        expect(
          Object.keys(merged).every((key) => Object.hasOwn(old, key) || Object.hasOwn(changes, key)),
        ).toBe(true);
      }),
    );
  });
});
