import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClaimsSettings } from '../../../../actions/didit/settings/claims-settings.ts';
import { formatValue, pattern, writtenAs } from '../../../../scripts/settings/describe.ts';
import { readPolicySettings } from '../../../../actions/didit/settings/policy-settings.ts';
import { readProfileScriptSettings } from '../../../../actions/didit/settings/profile-script-settings.ts';
import { readSyncSettings } from '../../../../actions/didit/settings/sync-settings.ts';
import { SETTINGS } from '../../../../scripts/settings/table.ts';
import { textsOf } from './setting-texts.ts';

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
      standIn: 2_592_000_000,
      userMetadata: [],
      managementTimeout: 3_000,
      readable: true,
    });
    expect(readProfileScriptSettings(undefined)).toEqual({
      fields: [
        'verified',
        'age_over_18',
        'age_over_21',
        'email_verified',
        'phone_verified',
        'names_verified',
      ],
      paths: new Map(),
      timeout: 5_000,
    });
    expect(readClaimsSettings({})).toEqual({
      namespace: undefined,
      idToken: ['verified', 'age_over_18'],
      accessToken: ['verified', 'age_over_18'],
      accessTokenPersonal: [],
      verifiedClaims: ['age_over_18'],
      trustFramework: 'didit',
      linked: false,
      readable: true,
    });
    expect(readPolicySettings({})).toEqual({
      require: { value: [], level: 'default' },
      maxAge: { value: Infinity, level: 'default' },
      applyTo: { value: 'didit', level: 'default' },
      onUnavailable: { value: 'deny', level: 'default' },
      mode: { value: 'enforce', level: 'default' },
      stepUp: { value: 'off', level: 'default' },
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
      'stand_in',
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
  const safest = { ...readSyncSettings(undefined), readable: false };

  test.each([
    'fields=verifed',
    'fields=',
    'refresh_after=soon',
    'sync=off',
    'map=document:number',
    'management_timeout=11s',
    'mode=off mode=off',
    'mode=of',
    'user_metadata=verified:is_verified',
    'user_metadata=name:nick,age_over_18:adult',
    'constructor=x',
    'hasOwnProperty=x',
  ])('%s counts as the safest reading, and is told', (text) => {
    expect(readSyncSettings(text)).toEqual(safest);
  });

  test.each(['stand_in=31d', 'stand_in=soon', 'stand_in=0d'])(
    '%s stands for nothing that could stand in',
    (text) => {
      expect(readSyncSettings(text)).toEqual({ ...safest, standIn: 0 });
    },
  );

  test.each(['id_token=verifed', 'id_token=verified,email', 'id_token=verified id_token=verified'])(
    '%s shows nothing in that token',
    (client) => {
      expect(readClaimsSettings({ client })).toEqual({
        ...readClaimsSettings({}),
        idToken: [],
        readable: false,
      });
    },
  );

  test('leaves the namespace, the trust framework and linked as if nobody had named them', () => {
    for (const client of ['namespace=http://example.com/', 'trust_framework=a/b', 'linked=yes']) {
      expect(readClaimsSettings({ client })).toEqual({ ...readClaimsSettings({}), readable: false });
    }
  });

  test.each([
    'typo',
    'require=verifed',
    'reqire=verified',
    'require= verified',
    'mode=off typo',
    7,
    ['mode=off'],
  ])('in a policy, every setting of its level has its safest value: %j', (client) => {
    expect(readPolicySettings({ client })).toEqual({
      require: { value: [], level: 'client' },
      maxAge: { value: 0, level: 'client' },
      applyTo: { value: 'all', level: 'client' },
      onUnavailable: { value: 'deny', level: 'client' },
      mode: { value: 'enforce', level: 'client' },
      stepUp: { value: 'off', level: 'client' },
      unreadableAt: 'client',
    });
  });

  test('in a policy overrides what an earlier level says, and gives way to what a later one says', () => {
    expect(
      readPolicySettings({
        connection: 'mode=report on_unavailable=allow max_age=30d',
        client: 'typo',
        organization: 'max_age=7d',
      }),
    ).toEqual({
      require: { value: [], level: 'client' },
      maxAge: { value: 604_800_000, level: 'organization' },
      applyTo: { value: 'all', level: 'client' },
      onUnavailable: { value: 'deny', level: 'client' },
      mode: { value: 'enforce', level: 'client' },
      stepUp: { value: 'off', level: 'client' },
      unreadableAt: 'client',
    });
  });

  test('in a policy is told for the first level that holds it', () => {
    expect(readPolicySettings({ connection: 'a', client: 'b' }).unreadableAt).toBe('connection');
    expect(readPolicySettings({ client: 'b', organization: 'c' }).unreadableAt).toBe('client');
    expect(readPolicySettings({ client: 'mode=off', organization: 'c' }).unreadableAt).toBe('organization');
  });
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
        const written = writtenAs(setting.type, value) ?? '';
        expect(setting.type.read(written)).toEqual(value);
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
