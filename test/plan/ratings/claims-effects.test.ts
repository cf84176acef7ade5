import { describe, expect, test } from 'vitest';
import { ANY_OTHER_CONNECTION } from '../../../scripts/plan/ratings/settings-effect.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { modelWithSettings } from '../sample.ts';

type Texts = Parameters<typeof modelWithSettings>[0];

/** What new settings come to, in the place of those of the project's own tenant.yaml. */
const effects = (after: Texts, before: Texts = {}) =>
  settingsEffects({ before: modelWithSettings(before), after: modelWithSettings(after) });

const claims = (text: string): Texts => ({
  connection: { didit_claims: `namespace=https://example.com/didit/ ${text}` },
});

describe('claims', () => {
  const [answers, none] = [claims('id_token=verified access_token=verified'), []];

  test('that are answers are no personal data', () => {
    expect(effects(claims('id_token=verified,age_over_21 access_token=verified'), answers)).toMatchObject([
      { what: 'claims', security: none },
    ]);
  });

  test.each([
    ['a personal value', 'id_token=verified,birthdate access_token=verified', 'birthdate in the ID token'],
    [
      'what links a person across services',
      'id_token=verified access_token=verified,subject',
      'subject in the access token',
    ],
    [
      'what verified_claims holds',
      'id_token=verified_claims verified_claims=name,age_over_18 access_token=verified',
      'name in the ID token',
    ],
    [
      'what verified_claims holds in the access token',
      'id_token=verified access_token=verified_claims verified_claims=name access_token_personal=name',
      'name in the access token',
    ],
  ])('are rated for %s', (_name, text, because) => {
    expect(effects(claims(text), answers)[0]?.security).toEqual([
      { code: 'personal_data_in_token', because },
    ]);
  });

  test('are personal in the access token only when it is said twice', () => {
    const once = claims('id_token=verified access_token=verified,name');
    const twice = claims('id_token=verified access_token=verified,name access_token_personal=name');
    expect(effects(once, answers)[0]?.security).toEqual([]);
    expect(effects(twice, once)[0]?.security).toEqual([
      { code: 'personal_data_in_token', because: 'name in the access token' },
    ]);
  });

  describe('of logins through another connection', () => {
    const TEXT = 'id_token=verified,birthdate access_token=verified,subject';
    const ofApplication = (text: string) => ({ application: { didit_claims: text } });
    const elsewhere = (...sides: Parameters<typeof effects>) =>
      effects(...sides).filter(({ connection }) => connection === ANY_OTHER_CONNECTION);
    const RATED = [
      ...['birthdate in the ID token', 'subject in the access token'].map((personal) => ({
        code: 'personal_data_in_token',
        because: `through any other connection: ${personal}`,
      })),
      {
        code: 'claims_widened',
        because: 'through any other connection: linked=on: verified, birthdate, subject',
      },
    ];

    test('are rated where an application asks for them, though Didit logins get the same as before', () => {
      const [off, on] = [ofApplication(TEXT), ofApplication(`${TEXT} linked=on`)];
      expect(elsewhere(on, off)).toMatchObject([{ what: 'claims', before: 'no claims', security: RATED }]);
      expect(elsewhere(off, on)).toMatchObject([{ what: 'claims', after: 'no claims', security: [] }]);
    });

    test('are rated, too, where the Didit connection has them all: what it says counts for its own logins', () => {
      const connection = { didit_claims: `${TEXT} linked=on` };
      expect(
        effects({ connection, ...ofApplication(`${TEXT} linked=on`) }, { connection, ...ofApplication('') }),
      ).toMatchObject([{ connection: ANY_OTHER_CONNECTION, security: RATED }]);
      expect(elsewhere(claims(`${TEXT} linked=on`), claims(TEXT))).toEqual([]);
    });

    test('are rated though none of them is personal', () => {
      const answers = 'id_token=verified access_token=none';
      const found = elsewhere(ofApplication(`${answers} linked=on`), ofApplication(answers));
      expect(found.flatMap(({ security }) => security)).toEqual([
        { code: 'claims_widened', because: 'through any other connection: linked=on: verified' },
      ]);
    });

    test('are rated of the connection that says so', () => {
      expect(effects(claims('id_token=verified linked=on'), claims('id_token=verified'))).toMatchObject([
        { connection: 'didit', security: [{ code: 'claims_widened' }] },
      ]);
    });

    test('are rated of a new application, of which nothing is told where it gets none', () => {
      const ofNew = (text: string) => {
        const after = modelWithSettings(ofApplication(text));
        const resources = after.resources.filter(({ kind }) => kind !== 'application');
        return settingsEffects({ before: { ...after, resources }, after }).filter(
          ({ connection }) => connection === ANY_OTHER_CONNECTION,
        );
      };
      expect(ofNew(`${TEXT} linked=on`)).toMatchObject([{ before: null, security: RATED }]);
      expect(ofNew(TEXT)).toEqual([]);
    });
  });

  test.each([
    [
      'namespace=https://other.example/ id_token=verified',
      'namespace=https://example.com/ id_token=verified',
    ],
    ['id_token=verified_claims trust_framework=eidas', 'id_token=verified_claims trust_framework=didit'],
  ])(
    'that are called otherwise, or vouched for by somebody else, have to be looked at: %s',
    (now, before) => {
      const of = (text: string): Texts => ({ connection: { didit_claims: text } });
      expect(effects(of(now), of(before))[0]?.security.map(({ code }) => code)).toEqual([
        'setting_not_judged',
      ]);
    },
  );

  test('that are taken away are not rated', () => {
    expect(
      effects(answers, claims('id_token=verified,birthdate access_token=verified'))[0]?.security,
    ).toEqual([]);
  });
});

describe('claims are told', () => {
  const NS = 'namespace=https://example.com/didit/';
  const told = (text: string, before = 'id_token=none access_token=none') => {
    const of = (one: string): Texts => ({ connection: { didit_claims: one } });
    const [effect] = effects(of(text), of(before));
    return effect?.after;
  };

  test.each([
    ['id_token=verified', 'id_token=verified access_token=verified,age_over_18 linked=off'],
    [`${NS} id_token=none access_token=verified`, `${NS} id_token=none access_token=verified linked=off`],
    [
      'id_token=birthdate access_token=birthdate access_token_personal=birthdate',
      'id_token=birthdate access_token=birthdate access_token_personal=birthdate linked=off',
    ],
    [
      'id_token=verified_claims access_token=none verified_claims=name trust_framework=eidas',
      'id_token=verified_claims access_token=none verified_claims=name trust_framework=eidas linked=off',
    ],
    [
      'id_token=none access_token=verified_claims',
      'id_token=none access_token=verified_claims verified_claims=age_over_18 trust_framework=didit linked=off',
    ],
    ['id_token=verified access_token=none linked=on', 'id_token=verified access_token=none linked=on'],
  ])('as one text would say it: %s', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  const security = (now: string, before: string) =>
    effects({ connection: { didit_claims: now } }, { connection: { didit_claims: before } }).flatMap(
      (effect) => effect.security.map(({ code, because }) => `${code}: ${because}`),
    );

  test('by what they were called and are called, and who vouched for them and vouches', () => {
    const rest = 'id_token=verified_claims access_token=none';
    expect(security(`${NS} ${rest} trust_framework=eidas`, rest)).toEqual([
      `setting_not_judged: namespace=none → ${NS}`,
      'setting_not_judged: trust_framework=didit → trust_framework=eidas',
    ]);
    expect(security(rest, `${NS} ${rest}`)).toEqual([`setting_not_judged: ${NS} → namespace=none`]);
    const answers = 'id_token=verified access_token=none';
    expect(security(`${answers} trust_framework=eidas`, answers)).toEqual([]);
  });

  test('of each token by all that is personal and new in it', () => {
    expect(
      security('id_token=birthdate,name,subject access_token=none', 'id_token=name access_token=none'),
    ).toEqual(['personal_data_in_token: subject, birthdate in the ID token']);
    const both = 'id_token=none access_token=birthdate,name';
    expect(security(`${both} access_token_personal=name`, 'id_token=none access_token=none')).toEqual([
      'personal_data_in_token: name in the access token',
    ]);
  });

  test('of logins through other connections only where there are some, and were none', () => {
    const none = 'id_token=none access_token=none';
    expect(security(`${none} linked=on`, none)).toEqual([]);
    expect(
      security('id_token=verified access_token=verified linked=on', 'linked=on id_token=verified'),
    ).toEqual([]);
    expect(
      security(
        'id_token=verified access_token=age_over_18 linked=on',
        'id_token=verified access_token=age_over_18',
      ),
    ).toEqual(['claims_widened: linked=on: verified, age_over_18']);
  });
});
