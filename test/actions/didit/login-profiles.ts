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
