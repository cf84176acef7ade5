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

describe('what is kept is told', () => {
  const told = (now: string, before = '') => {
    const [effect] = effects({ connection: { didit_sync: now } }, { connection: { didit_sync: before } });
    return [effect?.before, effect?.after];
  };
  const USUAL =
    'mode=on fields=verified,age_over_18,age_over_21,email_verified,phone_verified,names_verified user_metadata=none stand_in=30d';

  test.each([
    [
      'fields=verified,name user_metadata=name:nick',
      'mode=on fields=verified,name user_metadata=name:nick stand_in=30d',
    ],
    ['stand_in=none', USUAL.replace('30d', 'none')],
    ['map=name:b.c,gender:a', `${USUAL} map=gender:a,name:b.c`],
    ['management_timeout=1s profile_timeout=2s', `${USUAL} management_timeout=1s profile_timeout=2s`],
    ['mode=off fields=name', 'mode=off'],
    ['mode=off profile_timeout=2s map=name:b', 'mode=off map=name:b profile_timeout=2s'],
  ])('as one text would say it, with what is seldom set only where it is: %s', (text, expected) => {
    expect(told(text)).toEqual([USUAL, expected]);
    expect(told('', text)).toEqual([expected, USUAL]);
  });
});

describe('what a connection keeps', () => {
  const security = (now: string, before: string) =>
    effects({ connection: { didit_sync: now } }, { connection: { didit_sync: before } }).flatMap((effect) =>
      effect.security.map(({ code, because }) => `${code}: ${because}`),
    );

  test('is all that is new where nothing was kept, and nothing less', () => {
    expect(security('fields=verified,name stand_in=2d', 'mode=off stand_in=1d')).toEqual([
      'personal_data_kept: name in the record',
      'rules_loosened: stand_in=1d → stand_in=2d',
    ]);
    expect(security('mode=off fields=name stand_in=2d', 'mode=off stand_in=1d')).toEqual([]);
    expect(security('mode=off fields=name', 'fields=verified')).toEqual([
      'evidence_reduced: mode=on → mode=off',
    ]);
  });

  test('is less by each answer, not by what is personal, which no rule rests on', () => {
    expect(security('fields=email_verified', 'fields=verified,age_over_18,name,email_verified')).toEqual([
      'evidence_reduced: no longer kept: verified, age_over_18',
    ]);
  });

  test('that could not be read before either is no news', () => {
    expect(security('fields=?', 'fields=!')).toEqual([]);
  });

  test('of a new connection is rated by what is personal, where it reads it, and whether it can be read', () => {
    const after = modelWithSettings({
      connection: { didit_sync: 'fields=verified,name map=name:a.b stand_in=1d profile_timeout=1s x' },
    });
    const before = { ...after, resources: after.resources.filter(({ kind }) => kind !== 'connection') };
    const kept = settingsEffects({ before, after }).filter(({ what }) => what === 'kept data');
    expect(kept.map((effect) => effect.before)).toEqual([null]);
    expect(kept.flatMap(({ security: found }) => found)).toEqual([
      { code: 'personal_data_kept', because: 'name in the record' },
      { code: 'connection_request', because: 'map=name:a.b' },
      { code: 'setting_not_judged', because: 'didit_sync cannot be read in full' },
    ]);
    expect(
      settingsEffects({ before: after, after: before }).filter(({ what }) => what === 'kept data'),
    ).toEqual([]);
  });
});
