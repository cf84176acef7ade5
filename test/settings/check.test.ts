import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, test } from 'vitest';
import { MAX_CLAIMS_BYTES } from '../../actions/didit/claims-contract.ts';
import { PERSONAL_NAMES } from '../../actions/didit/fields.ts';
import { checkSettings } from '../../scripts/settings/check.ts';
import { checkTogether, claimBudgets } from '../../scripts/settings/check-together.ts';
import { readClaimsSettings } from '../../actions/didit/settings/claims-settings.ts';

describe('metadata that is right', () => {
  test.each([
    [
      'connection',
      { didit_sync: 'mode=on refresh_after=24h', didit_policy: 'mode=enforce', other: 'anything at all' },
    ],
    ['client', { didit_policy: 'require=verified', didit_claims: 'linked=on' }],
    ['organization', { didit_policy: 'require=age_over_18 max_age=30d' }],
    ['client', { didit_policy: 'require=none max_age=none' }],
    [
      'client',
      { didit_claims: 'id_token=none access_token=none access_token_personal=none verified_claims=none' },
    ],
    ['connection', { didit_sync: 'map=none user_metadata=none' }],
    ['client', undefined],
  ] as const)('has no problem at the level %s: %j', (level, metadata) => {
    expect(checkSettings(level, metadata)).toEqual([]);
  });
});

describe('a mistake is told with its key, what is wrong, and the nearest valid name', () => {
  test.each([
    ['client', { didit_polcy: 'require=verified' }, { key: 'didit_polcy', nearest: 'didit_policy' }],
    ['client', { didit_policy: 'requre=verified' }, { setting: 'requre', nearest: 'require' }],
    ['client', { didit_policy: 'require=verifed' }, { setting: 'require', nearest: 'verified' }],
    [
      'client',
      { didit_policy: 'require' },
      { wrong: '"require" is not a name=value pair', nearest: 'require' },
    ],
    ['client', { didit_policy: 'mode=enfroce' }, { setting: 'mode', nearest: 'enforce' }],
    ['client', { didit_policy: 'mode=off mode=off' }, { setting: 'mode', wrong: 'it is there twice' }],
    ['client', { didit_policy: 7 }, { key: 'didit_policy', wrong: 'a metadata value must be a text' }],
    ['client', { didit_policy: 'x'.repeat(256) }, { wrong: 'Auth0 accepts at most 255 characters' }],
    ['client', { didit_sync: 'mode=off' }, { wrong: 'it has no effect at this level, only at: connection' }],
    ['organization', { didit_claims: 'linked=on' }, { key: 'didit_claims' }],
    ['connection', { didit_sync: 'map=gendr:gender.value' }, { setting: 'map', nearest: 'gender' }],
    ['connection', { didit_claims: 'namespace=https://auth0.com/' }, { setting: 'namespace' }],
    [
      'client',
      { Didit_policy: 'require=verified' },
      {
        key: 'Didit_policy',
        wrong: 'it only looks like didit_policy, and has no effect',
        nearest: 'didit_policy',
      },
    ],
    ['client', { '  didit_claims': '' }, { nearest: 'didit_claims' }],
    ['connection', { 'didit-sync': '' }, { nearest: 'didit_sync' }],
    ['organization', { ԁіԁіт_роӏісу: '' }, { nearest: 'didit_policy' }],
  ] as const)('%s %j', (level, metadata, problem) => {
    expect(checkSettings(level, metadata)).toMatchObject([problem]);
  });

  test('every mistake of a metadata object at once', () => {
    const problems = checkSettings('connection', { didit_sync: 'a=1 b mode=maybe', didit_x: '' });
    expect(problems.map(({ key, setting }) => [key, setting])).toEqual([
      ['didit_sync', undefined],
      ['didit_sync', 'a'],
      ['didit_sync', 'mode'],
      ['didit_x', undefined],
    ]);
  });

  test.each(['verified:v', 'age_over_18:adult', 'name:nick,phone_verified:p'])(
    'a flag that is copied to user_metadata, where people can write it themselves, with what to use instead: %s',
    (mapping) => {
      const [problem] = checkSettings('connection', { didit_sync: `user_metadata=${mapping}` });
      const flag = /(verified|age_over_18|phone_verified):/.exec(mapping)?.[1] ?? '';
      expect(problem).toMatchObject({ key: 'didit_sync', setting: 'user_metadata' });
      expect(problem?.wrong).toContain('people can write their own user_metadata');
      expect(problem?.wrong).toContain(`app_metadata.didit.${flag}`);
    },
  );

  test.each(['diditron', 'organization', 'организация', 'policy', 'didactic_policies'])(
    "but never another team's key: %s",
    (key) => {
      expect(checkSettings('client', { [key]: 'x' })).toEqual([]);
    },
  );

  test('and none is invented: whatever the metadata, checking never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom('didit_sync', 'didit_q', 'x'), fc.anything())),
        (metadata) => {
          for (const { key } of checkSettings('connection', metadata)) expect(key).toMatch(/^didit_/);
        },
      ),
    );
  });
});

describe('a suggestion for a value that cannot be read', () => {
  const nearestFor = (key: string, text: string): string | undefined => {
    const [problem] = checkSettings('connection', { [key]: text });
    if (problem === undefined) throw new Error(`${text} can be read`);
    return problem.nearest;
  };

  test.each([
    ['didit_claims', 'access_token=nonne', 'none'],
    ['didit_claims', 'access_token=nome', 'none'],
    ['didit_policy', 'max_age=nonn', 'none'],
    ['didit_claims', 'access_token=nam', 'name'],
    ['didit_claims', 'id_token=verified,birthdat', 'birthdate'],
    ['didit_claims', 'access_token_personal=adress', 'address'],
  ])('is what a slip of the pen was meant to be: %s: %s', (key, text, nearest) => {
    expect(nearestFor(key, text)).toBe(nearest);
  });

  test.each([
    ['didit_claims', 'access_token=none,verified'],
    ['didit_claims', 'access_token=verified,none'],
    ['didit_policy', 'require=none,verified'],
    ['didit_sync', 'fields=none'],
    ['didit_sync', 'fields=none,verified'],
    ['didit_policy', 'mode=none'],
  ])('is not made for none: %s: %s', (key, text) => {
    expect(nearestFor(key, text)).toBeUndefined();
  });

  test.each([
    ['didit_claims', 'access_token=no'],
    ['didit_claims', 'access_token=empty'],
    ['didit_claims', 'id_token=verified,nane1'],
    ['didit_claims', 'id_token=verified_claim5x1'],
    ['didit_policy', 'max_age=on'],
  ])('is neither personal data nor none where more than a slip of the pen is wrong: %s: %s', (key, text) => {
    expect(nearestFor(key, text)).toBeUndefined();
  });

  test('is personal only where a character or two are wrong, whatever the word', () => {
    const personal = ['subject', 'verified_claims', ...PERSONAL_NAMES];
    fc.assert(
      fc.property(
        fc.constantFrom(
          ['didit_claims', 'id_token'] as const,
          ['didit_claims', 'access_token_personal'] as const,
          ['didit_claims', 'verified_claims'] as const,
          ['didit_sync', 'fields'] as const,
        ),
        fc.oneof(
          fc.stringMatching(/^[a-z_]{1,8}$/),
          fc.stringMatching(/^[a-z_]{0,2}(name|none|email|gender|birth|phone)[a-z_]{0,3}$/),
        ),
        ([key, setting], word) => {
          const [problem] = checkSettings('connection', { [key]: `${setting}=${word}` });
          const nearest = problem?.nearest;
          if (nearest === undefined || !personal.includes(nearest)) return;
          expect(distance(word, nearest)).toBeLessThanOrEqual(nearest.length < 8 ? 1 : 2);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('settings that are wrong only together', () => {
  const connection = { didit_claims: 'namespace=https://example.com/didit/' };

  test('are not found where nothing is wrong', () => {
    expect(checkTogether({ connection, client: { didit_policy: 'require=verified' } })).toEqual([]);
    expect(checkTogether({ connection: {}, client: {} })).toEqual([]);
  });

  test.each([
    [{ didit_claims: 'id_token=birthdate' }, 'id_token'],
    [{ didit_claims: 'id_token=verified_claims verified_claims=given_name' }, 'verified_claims'],
  ])('%j names what is never synced', (client, setting) => {
    expect(checkTogether({ connection, client })).toMatchObject([{ key: 'didit_claims', setting }]);
  });

  test('a rule that no synced field can meet', () => {
    expect(
      checkTogether({
        connection: { ...connection, didit_sync: 'fields=verified,age_over_18' },
        client: { didit_policy: 'require=age_over_21' },
      }),
    ).toMatchObject([{ key: 'didit_policy', setting: 'require' }]);
  });

  test('mappings of fields that are not synced', () => {
    const didit_sync = 'map=gender:gender.value user_metadata=name:nick';
    expect(checkTogether({ connection: { ...connection, didit_sync }, client: {} })).toMatchObject([
      { setting: 'user_metadata' },
      { setting: 'map' },
    ]);
  });

  test('do not include the lack of a namespace where no token carries claims', () => {
    const client = { didit_claims: 'id_token=none access_token=none' };
    expect(checkTogether({ connection: {}, client })).toEqual([]);
    expect(checkTogether({ connection: {}, client: { didit_claims: 'id_token=none' } })).toMatchObject([
      { key: 'didit_claims', setting: 'namespace' },
    ]);
  });

  test.each([
    ['age_over_21', 'is_verified is_over_18', 'is_over_21'],
    ['verified', 'is_over_18', 'is_verified'],
    ['age_over_18', 'birthdate', 'is_over_18'],
    ['email_verified', 'is_verified', 'email'],
    ['names_verified', 'email phone', 'names'],
    ['phone_verified', 'email names', 'phone'],
  ])(
    'a rule that no scope can meet: %s without its scope names the line to write',
    (flag, scopes, missing) => {
      const together = {
        connection: {},
        client: { didit_policy: `require=${flag}` },
        scopes: ['openid', ...scopes.split(' ')],
      };
      expect(checkTogether(together)).toEqual([
        {
          key: 'didit_policy',
          setting: 'require',
          wrong: `${flag} is never known: the connection does not ask Didit for it`,
          write: `\`scope: openid ${scopes} ${missing}\` in the options of the connection, or take ${flag} out of require`,
        },
      ]);
      expect(checkTogether({ ...together, scopes: [...together.scopes, missing] })).toEqual([]);
      expect(checkTogether({ ...together, scopes: undefined })).toEqual([]);
    },
  );

  test('an age without its scope, unless it can be computed from a birth date that map finds', () => {
    const together = {
      connection: {
        didit_sync: 'map=birthdate:birthdate.value fields=verified,age_over_18,age_over_21,birthdate',
      },
      client: { didit_policy: 'require=age_over_21' },
    };
    expect(checkTogether({ ...together, scopes: ['openid', 'birthdate'] })).toEqual([]);
    expect(checkTogether({ ...together, scopes: ['openid'] })).toMatchObject([{ setting: 'require' }]);
  });

  test('a claim that no scope can fill, the default ones included', () => {
    const scopes = ['openid', 'is_verified'];
    expect(checkTogether({ connection, client: {}, scopes })).toMatchObject([
      {
        key: 'didit_claims',
        setting: 'id_token',
        write: expect.stringContaining('`scope: openid is_verified is_over_18`') as string,
      },
      { key: 'didit_claims', setting: 'access_token' },
    ]);
    const client = { didit_claims: 'id_token=verified access_token=none' };
    expect(checkTogether({ connection, client, scopes })).toEqual([]);
  });

  test.each([
    ['', 'require=verified on_unavailable=allow', 0],
    ['mode=off', 'require=verified on_unavailable=deny', 0],
    ['mode=off', 'on_unavailable=allow', 0],
    ['mode=off', 'require=verified on_unavailable=allow mode=report', 0],
    ['mode=off', 'require=verified on_unavailable=allow', 1],
  ])(
    'a rule that lets in whose answer cannot be had, where nothing is stored: %j, %j',
    (sync, policy, problems) => {
      const found = checkTogether({ connection: { didit_sync: sync }, client: { didit_policy: policy } });
      expect(found.map(({ setting }) => setting)).toEqual(Array(problems).fill('on_unavailable'));
    },
  );

  test('claims without a namespace', () => {
    expect(checkTogether({ connection: {}, client: { didit_claims: 'linked=on' } })).toMatchObject([
      { key: 'didit_claims', setting: 'namespace' },
    ]);
  });

  test('a personal value that is named for the access token once', () => {
    const synced = { ...connection, didit_sync: 'fields=verified,age_over_18,birthdate' };
    expect(
      checkTogether({ connection: synced, client: { didit_claims: 'access_token=birthdate' } }),
    ).toMatchObject([{ key: 'didit_claims', setting: 'access_token' }]);
    expect(
      checkTogether({
        connection: synced,
        client: { didit_claims: 'access_token=birthdate access_token_personal=birthdate' },
      }),
    ).toEqual([]);
  });

  test('a max_age that is over before the record is written again', () => {
    expect(checkTogether({ connection, client: { didit_policy: 'max_age=1h' } })).toMatchObject([
      { key: 'didit_policy', setting: 'max_age' },
    ]);
  });

  test('claims that can grow too large', () => {
    const all =
      'subject,verified,verified_at,age_over_18,age_over_21,email_verified,phone_verified,names_verified,synced_at,source,name,given_name,family_name,birthdate,gender,phone_number,address,verified_claims';
    const namespace = `namespace=https://example.com/${'n'.repeat(170)}/`;
    const problems = checkTogether({
      connection: { didit_claims: namespace },
      client: { didit_claims: `id_token=${all}` },
    });
    expect(problems.filter(({ wrong }) => wrong.includes('bytes'))).toMatchObject([
      { key: 'didit_claims', setting: 'id_token' },
    ]);
    const short = readClaimsSettings({ connection: connection.didit_claims, client: `id_token=${all}` });
    expect(short.readable).toBe(true);
    expect(claimBudgets(short)[0]?.bytes).toBeLessThanOrEqual(MAX_CLAIMS_BYTES);
  });

  test('(the default set stays far below 1 kB)', () => {
    const defaults = claimBudgets(readClaimsSettings({ connection: connection.didit_claims }));
    for (const { bytes } of defaults) expect(bytes).toBeLessThan(200);
  });
});
