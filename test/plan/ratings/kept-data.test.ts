import { describe, expect, test } from 'vitest';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { modelWithSettings } from '../sample.ts';

type Texts = Parameters<typeof modelWithSettings>[0];

/** What new settings come to, in the place of those of the project's own tenant.yaml. */
const effects = (after: Texts, before: Texts = {}) =>
  settingsEffects({ before: modelWithSettings(before), after: modelWithSettings(after) });

test('personal data that is newly kept is rated, copies to user_metadata by their key', () => {
  const kept = (text: string) => ({ connection: { didit_sync: text } });
  const names = 'mode=on fields=verified,name user_metadata=name:display_name';
  expect(effects(kept(names), kept('fields=verified'))).toMatchObject([
    {
      what: 'kept data',
      application: null,
      security: [
        { code: 'personal_data_kept', because: 'name in the record, name in user_metadata.display_name' },
      ],
    },
  ]);
  expect(effects(kept('mode=off fields=name'), kept('mode=off user_metadata=none'))).toEqual([]);
});

describe('what is kept is rated where', () => {
  const rated = (now: string, before: string) =>
    effects({ connection: { didit_sync: now } }, { connection: { didit_sync: before } }).flatMap(
      ({ security }) => security.map(({ code, because }) => `${code}: ${because}`),
    );

  test.each([
    ['nothing is kept any more', 'mode=off', '', 'evidence_reduced: mode=on → mode=off'],
    [
      'an answer is no longer kept',
      'fields=verified',
      'fields=verified,age_over_18',
      'evidence_reduced: no longer kept: age_over_18',
    ],
    [
      'a copy goes to another key',
      'user_metadata=name:b',
      'user_metadata=name:a',
      'personal_data_kept: name in user_metadata.b',
    ],
    [
      'a copy is of a field that is not kept',
      'user_metadata=name:b',
      '',
      'personal_data_kept: name in user_metadata.b',
    ],
    ['a value is read elsewhere', 'map=gender:a.b', 'map=gender:a', 'connection_request: map=gender:a.b'],
    [
      'there is less time to ask',
      'management_timeout=1s',
      '',
      'evidence_reduced: management_timeout=3s → management_timeout=1s',
    ],
    [
      'Didit has less time',
      'profile_timeout=1s',
      '',
      'evidence_reduced: profile_timeout=5s → profile_timeout=1s',
    ],
    [
      'a stored answer may be older',
      'stand_in=2d',
      'stand_in=1d',
      'rules_loosened: stand_in=1d → stand_in=2d',
    ],
    [
      'nobody can read it',
      'fields=?',
      'fields=verified,age_over_18,age_over_21,email_verified,phone_verified,names_verified',
      'setting_not_judged: didit_sync cannot be read in full',
    ],
  ])('%s, and not when it goes back', (_name, now, before, expected) => {
    expect(rated(now, before)).toEqual([expected]);
    expect(rated(before, now)).not.toContain(expected);
  });
});
