import { readFields } from '../../../actions/didit/fields.ts';
import type { LoginProfile } from '../../../actions/didit/knowledge.ts';

/** The moment at which the logins of these tests take place. */
export const NOW = Date.parse('2026-06-15T12:00:00Z');

/** The profile of a login whose facts are `ageMilliseconds` old; fresh unless it says otherwise. */
export const loginProfile = (
  fields: object,
  ageMilliseconds = 0,
  fresh = ageMilliseconds === 0,
): LoginProfile => ({
  source: fresh ? 'management' : 'record',
  fresh,
  record: {
    subject: 'someone',
    fields: readFields(fields),
    verifiedAt: Date.parse('2026-01-02T03:04:05Z'),
    unverifiedAt: undefined,
    changedAt: NOW - ageMilliseconds,
    syncedAt: NOW - ageMilliseconds,
    source: 'management',
    authenticatedAt: undefined,
    mapped: { nick: 'John' },
  },
});

/** All that can be known of a person. */
export const everything = {
  verified: true,
  age_over_18: true,
  age_over_21: false,
  email_verified: true,
  phone_verified: true,
  names_verified: true,
  name: 'John Doe',
  given_name: 'John',
  family_name: 'Doe',
  email: 'john@example.com',
  phone_number: '+34123456789',
  birthdate: '1990-05-15',
  gender: 'M',
  address: '1 Example Street',
};
