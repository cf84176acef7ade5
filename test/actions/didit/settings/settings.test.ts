import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClaimsSettings } from '../../../../actions/didit/settings/claims-settings.ts';
import { formatValue, pattern, writtenAs } from '../../../../scripts/settings/describe.ts';
import { parseSettings } from '../../../../actions/didit/settings/grammar.ts';
import { isNamespace } from '../../../../actions/didit/settings/namespace.ts';
import { readPolicySettings } from '../../../../actions/didit/settings/policy-settings.ts';
import { readProfileScriptSettings } from '../../../../actions/didit/settings/profile-script-settings.ts';
import { readSyncSettings } from '../../../../actions/didit/settings/sync-settings.ts';
import { SETTINGS } from '../../../../scripts/settings/table.ts';
import { choice, duration, listOf, orNone, pairs } from '../../../../actions/didit/settings/value-types.ts';
import { textsOf } from './setting-texts.ts';

describe('the grammar', () => {
  test('is name=value, parted by white space', () => {
    expect(parseSettings('  mode=on\tfields=a,b \n x=1=2 ')).toEqual({
      values: new Map([
        ['mode', 'on'],
        ['fields', 'a,b'],
        ['x', '1=2'],
      ]),
      faults: [],
    });
  });

  test.each([undefined, null, '', '   '])('%j is no settings, and no fault', (text) => {
    expect(parseSettings(text)).toEqual({ values: new Map(), faults: [] });
  });

  test.each([
    [true, 'not_text'],
    [{ mode: 'on' }, 'not_text'],
    ['x=1 '.repeat(64), 'too_long'],
    ['mode', 'not_a_setting'],
    ['mode=', 'not_a_setting'],
    ['=on', 'not_a_setting'],
    ['Mode=on', 'not_a_setting'],
    ['mode=on mode=off', 'repeated'],
  ])('%j has a fault: %s', (text, kind) => {
    expect(parseSettings(text).faults.map((fault) => fault.kind)).toEqual([kind]);
  });

  test('gives a name that stands twice no value at all', () => {
    expect(readSyncSettings('mode=off mode=off')).toMatchObject({ mode: 'on', readable: false });
  });
});

describe('values', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
    ['0s', undefined],
    ['1', undefined],
    ['1w', undefined],
    ['-1d', undefined],
    ['1.5h', undefined],
    ['10000s', undefined],
    ['366d', undefined],
    ['1d1d', undefined],
  ])('the time span %s is %s', (text, milliseconds) => {
    expect(duration(365 * 86_400_000).read(text)).toBe(milliseconds);
  });

  test.each([
    ['a', ['a']],
    ['b,a', ['a', 'b']],
    ['a,a', undefined],
    ['a,', undefined],
    ['c', undefined],
    ['', undefined],
  ])('the list %j is %j', (text, words) => {
    expect(listOf(['a', 'b']).read(text)).toEqual(words);
  });

  test.each([
    ['none', []],
    ['a,b', ['a', 'b']],
    ['none,a', undefined],
    ['a,none', undefined],
    ['none,none', undefined],
    ['None', undefined],
    ['', undefined],
  ])('the list %j, where it may be none, is %j', (text, words) => {
    expect(orNone(listOf(['a', 'b']), []).read(text)).toEqual(words);
  });

  test('a choice is one of its words', () => {
    expect(choice('on', 'off').read('off')).toBe('off');
    expect(choice('on', 'off').read('toString')).toBeUndefined();
  });

  test.each([
    ['a:x', [['a', 'x']]],
    [
      'b:y,a:x',
      [
        ['b', 'y'],
        ['a', 'x'],
      ],
    ],
    ['a:x,a:y', undefined],
    ['a:x,b:x', undefined],
    ['c:x', undefined],
    ['a:', undefined],
    ['a', undefined],
    ['a:X', undefined],
  ])('the pairs %j are %j', (text, found) => {
    expect(pairs(['a', 'b'], '[a-z]+').read(text)).toEqual(found);
  });

  test.each([
    'https://example.com/didit/',
    'https://example.com/',
    'https://auth0.com.example.com/',
    'https://example.com:8443/a/b/',
  ])('%s can be a namespace', (text) => {
    expect(isNamespace(text)).toBe(true);
  });

  test.each([
    'http://example.com/',
    'https://example.com',
    'https://auth0.com/',
    'https://tenant.auth0.com/didit/',
    'https://x.webtask.io/',
    'https://webtask.run/',
    'https://AUTH0.com/',
    'https://user@example.com/',
    'https://example.com/?a=/',
    'https://example.com/#/',
    'https://example.com/a/../',
    'urn:didit:/',
    `https://example.com/${'x'.repeat(200)}/`,
    '',
  ])('%j cannot be a namespace', (text) => {
    expect(isNamespace(text)).toBe(false);
  });
});

describe('without settings', () => {
  test('the defaults are safe: answers only, a record, no rule', () => {
    expect(readSyncSettings(undefined)).toEqual({
      mode: 'on',
      refreshAfter: 86_400_000,
      fields: [
        'verified',
        'age_over_18',
        'age_over_21',
        'email_verified',
        'phone_verified',
        'names_verified',
      ],
      userMetadata: [],
      managementTimeout: 3_000,
      readable: true,
    });
    expect(readProfileScriptSettings(undefined)).toMatchObject({ paths: new Map(), timeout: 5_000 });
    expect(readClaimsSettings({})).toMatchObject({
      namespace: undefined,
      idToken: ['verified', 'age_over_18'],
      accessToken: ['verified', 'age_over_18'],
      accessTokenPersonal: [],
      linked: false,
      readable: true,
    });
    expect(readPolicySettings({})).toMatchObject({
      require: { value: [], level: 'default' },
      onUnavailable: { value: 'deny', level: 'default' },
      unreadableAt: undefined,
    });
  });
});

describe('none', () => {
  test('lifts what an earlier level asks for, at an application', () => {
    expect(
      readPolicySettings({ connection: 'require=verified max_age=30d', client: 'require=none max_age=none' }),
    ).toMatchObject({
      require: { value: [], level: 'client' },
      maxAge: { value: Infinity, level: 'client' },
      unreadableAt: undefined,
    });
  });

  test('leaves a token, or the claim verified_claims, without what it has by default', () => {
    expect(readClaimsSettings({ connection: 'access_token=none' })).toMatchObject({
      idToken: ['verified', 'age_over_18'],
      accessToken: [],
      readable: true,
    });
    expect(
      readClaimsSettings({
        connection: 'access_token_personal=name',
        client: 'id_token=none access_token_personal=none verified_claims=none',
      }),
    ).toMatchObject({ idToken: [], accessTokenPersonal: [], verifiedClaims: [], readable: true });
  });

  test('maps and copies nothing', () => {
    expect(readSyncSettings('map=none user_metadata=none')).toEqual(readSyncSettings(undefined));
    expect(readProfileScriptSettings('map=none').paths).toEqual(new Map());
  });

  test('is read by these settings, and by no other but a text of its own', () => {
    const readers = SETTINGS.flatMap(({ settings }) =>
      settings.filter(({ setting }) => setting.type.read('none') !== undefined).map(({ name }) => name),
    );
    expect(readers).toEqual([
      'require',
      'max_age',
      'id_token',
      'access_token',
      'access_token_personal',
      'verified_claims',
      'trust_framework',
      'map',
      'user_metadata',
    ]);
  });

  test.each(['require=none,verified', 'require=verified,none', 'max_age=none,30d', 'mode=none'])(
    'is not read with anything beside it, or where it says nothing: %s keeps people out',
    (client) => {
      expect(readPolicySettings({ connection: 'mode=enforce', client })).toMatchObject({
        mode: { value: 'enforce' },
        unreadableAt: 'client',
      });
    },
  );

  test('leaves a limit that cannot be read the strictest one', () => {
    expect(readPolicySettings({ client: 'max_age=nonne' }).maxAge.value).toBe(0);
  });

  test('cannot make profile sync keep nothing, or more than the answers', () => {
    expect(readSyncSettings('fields=none')).toEqual({ ...readSyncSettings(undefined), readable: false });
  });
});

describe('what cannot be read', () => {
  test.each([
    'fields=verifed',
    'fields=',
    'refresh_after=soon',
    'sync=off',
    'map=document:number',
    'management_timeout=11s',
  ])('%s counts as the safest reading, and is told', (text) => {
    expect(readSyncSettings(text)).toEqual({ ...readSyncSettings(undefined), readable: false });
  });

  test.each(['id_token=verifed', 'id_token=verified,email', 'id_token=verified id_token=verified'])(
    '%s shows nothing in that token',
    (client) => {
      expect(readClaimsSettings({ client })).toMatchObject({ idToken: [], readable: false });
    },
  );
});

describe('whatever the text', () => {
  test('reading settings never throws, and gives only known values', () => {
    const anyText = fc.oneof(
      fc.anything(),
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            'mode=off',
            'fields=name',
            'map=gender:__proto__',
            'id_token=subject',
            'a',
            '=',
            'linked=on',
          ),
          { maxLength: 5 },
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(['on', 'off']).toContain(readSyncSettings(one).mode);
        expect(['didit', 'all']).toContain(
          readPolicySettings({ connection: one, client: other }).applyTo.value,
        );
        expect(typeof readClaimsSettings({ connection: one, client: other }).linked).toBe('boolean');
        expect(readProfileScriptSettings(one).timeout).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the table', () => {
  const settings = SETTINGS.flatMap(({ key, settings: entries }) =>
    entries.map((entry) => ({ key, ...entry })),
  );

  test.each(settings)(
    'gives $key $name an example, a default and a safest reading that its parser reads, or says that none means it',
    ({ setting, example, unwritten }) => {
      expect(setting.type.read(example)).toBeDefined();
      for (const value of [setting.absent, setting.unreadable]) {
        const text = writtenAs(setting.type, value);
        if (text === undefined) expect(unwritten).toBeDefined();
        else expect(setting.type.read(text)).toEqual(value);
      }
    },
  );

  test.each(settings)(
    'gives $key $name a pattern that accepts whatever its parser reads',
    ({ setting, example }) => {
      const accepted = new RegExp(`^(${pattern(setting.type)})$`);
      expect(example).toMatch(accepted);
      fc.assert(
        fc.property(textsOf(setting.type), (text) => {
          if (setting.type.read(text) !== undefined) expect(text).toMatch(accepted);
        }),
      );
    },
  );

  test.each(settings)('shows whatever $key $name can be as a text that means the same', ({ setting }) => {
    fc.assert(
      fc.property(textsOf(setting.type), (text) => {
        const value = setting.type.read(text);
        fc.pre(value !== undefined);
        expect(setting.type.read(formatValue(value))).toEqual(value);
        expect(writtenAs(setting.type, value)).toBe(formatValue(value));
      }),
    );
  });

  test('has nothing that means no namespace, or a limit that only a fresh answer meets', () => {
    const type = (wanted: string) => settings.find(({ name }) => name === wanted)?.setting.type;
    const [namespace, maxAge] = [type('namespace'), type('max_age')];
    expect(namespace && writtenAs(namespace, undefined)).toBeUndefined();
    expect(maxAge && writtenAs(maxAge, 0)).toBeUndefined();
  });

  test('fits one metadata value for each key: all defaults together', () => {
    for (const { settings: entries } of SETTINGS) {
      const text = entries
        .map(({ name, setting }) => `${name}=${formatValue(setting.absent)}`)
        .filter((word) => !word.endsWith('='))
        .join(' ');
      expect(text.length).toBeLessThanOrEqual(255);
    }
  });
});
