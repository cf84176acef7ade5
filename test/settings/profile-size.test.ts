import { expect, test } from 'vitest';
import { FIELD_NAMES } from '../../actions/didit/fields.ts';
import { readProfile } from '../../actions/didit/profile.ts';
import { writeRecord } from '../../actions/didit/record.ts';
import { writeSnapshot } from '../../actions/didit/snapshot.ts';
import { rootAttributes } from '../../actions/connection/root-attributes.ts';
import { MAX_PROFILE_BYTES, largestProfileBytes } from '../../scripts/settings/profile-size.ts';

const NOW = Date.parse('2026-06-15T12:00:00.000Z');

const everything = `fields=${FIELD_NAMES.join(',')}`;

test('the defaults leave half of a profile to others', () => {
  expect(largestProfileBytes({})).toBeLessThan(MAX_PROFILE_BYTES / 2);
});

test('every field, and copies of the longest ones, come near to what Auth0 takes', () => {
  const copies = 'user_metadata=name:a,given_name:b,family_name:c,email:d,address:e';
  const longest = 'fields=name,given_name,family_name,email,address';
  expect(largestProfileBytes({ didit_sync: everything })).toBeGreaterThan(largestProfileBytes({}));
  expect(largestProfileBytes({ didit_sync: `${longest} ${copies}` })).toBeGreaterThan(
    0.8 * MAX_PROFILE_BYTES,
  );
});

test('a record that is not kept takes nothing', () => {
  expect(largestProfileBytes({ didit_sync: 'mode=off' })).toBeLessThan(largestProfileBytes({}));
});

test('nobody gets a profile that is larger than what is computed: the longest of everything', () => {
  const long = (bytes: number): string => 'M'.repeat(bytes - 2);
  const profile = readProfile(
    {
      sub: 'x'.repeat(128),
      picture: `https://example.com/${'p'.repeat(2_020)}`,
      names: { first_name: long(160), family_name: long(160), full_name: long(256), is_verified: false },
      email: { email: `${'e'.repeat(240)}@example.com`, is_verified: false },
      phone: { phone_number: '+123456789012345', is_verified: false },
      birthdate: '1990-05-15',
      gender: long(32),
      address: long(320),
      is_verified: false,
      is_over_18: false,
      is_over_21: false,
    },
    NOW,
    new Map([
      ['gender', ['gender']],
      ['address', ['address']],
    ]),
  );
  if (profile === undefined) throw new Error('The profile can be read.');
  const copied = { name: profile.fields.name, address: profile.fields.address };
  const record = writeRecord({
    subject: profile.subject,
    fields: profile.fields,
    verifiedAt: undefined,
    unverifiedAt: NOW,
    changedAt: NOW,
    syncedAt: NOW,
    source: 'management',
    authenticatedAt: NOW,
    mapped: copied,
  });
  const whole = {
    ...rootAttributes(profile),
    didit_profile: writeSnapshot(profile, FIELD_NAMES, NOW),
    app_metadata: { didit: record },
    user_metadata: copied,
  };
  expect(Object.keys(profile.fields)).toHaveLength(FIELD_NAMES.length);
  expect(Buffer.byteLength(JSON.stringify(whole))).toBeLessThanOrEqual(
    largestProfileBytes({ didit_sync: `${everything} user_metadata=name:name,address:address` }),
  );
});
