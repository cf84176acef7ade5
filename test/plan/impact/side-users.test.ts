import { expect, test } from 'vitest';
import { aged } from '../../../scripts/simulation/aged-user.ts';
import { withNewProfile } from '../../../scripts/simulation/outcomes/flow-login.ts';

const USER = {
  user_id: 'oauth2|didit|1',
  root: {
    name: 'Ada',
    birthdate: '1990-05-17',
    didit_profile: { subject: '1', fetched_at: '2026-03-31T12:00:00Z' },
  },
  app_metadata: {
    didit: {
      synced_at: '2026-03-31T12:00:00Z',
      authenticated_at: '2026-03-31T11:59:59.250Z',
      verified: true,
    },
    other: ['2026-03-31T12:00:00Z', null, 3],
  },
  user_metadata: { seen: '2026-03-31T12:00:00Z', note: 'on 2026-03-31T12:00:00Z' },
  logins_count: 2,
};

test('a user is older when each time that is kept is an earlier one, to the millisecond', () => {
  expect(aged(USER, 86_400_000)).toEqual({
    ...USER,
    root: { ...USER.root, didit_profile: { subject: '1', fetched_at: '2026-03-30T12:00:00.000Z' } },
    app_metadata: {
      didit: {
        synced_at: '2026-03-30T12:00:00.000Z',
        authenticated_at: '2026-03-30T11:59:59.250Z',
        verified: true,
      },
      other: ['2026-03-30T12:00:00.000Z', null, 3],
    },
    user_metadata: { seen: '2026-03-30T12:00:00.000Z', note: 'on 2026-03-31T12:00:00Z' },
  });
});

test('a text that only looks like a time stays', () => {
  const user = { app_metadata: { at: '2026-99-99T99:99:99Z' } };
  expect(aged(user, 1).app_metadata).toEqual(user.app_metadata);
});

test('a new profile replaces the old one and leaves what is kept', () => {
  const profile = { user_id: 'oauth2|didit|1', root: { name: 'Ada After' } };
  expect(withNewProfile(USER, profile)).toEqual({ ...USER, root: { name: 'Ada After' } });
});

test('a profile with another id is another user, of whom nothing is kept', () => {
  const profile = { user_id: 'oauth2|didit|2', root: { name: 'Ada' } };
  expect(withNewProfile(USER, profile)).toEqual(profile);
});
