import { describe, expect, test } from 'vitest';
import type { Field, Resource, ResourceKind } from '../../../scripts/tenant-model/tenant-model.ts';
import { secretInWords } from '../../../scripts/plan/ratings/rate-action.ts';
import { rateChange } from '../../../scripts/plan/ratings/rate-change.ts';
import { rateConnection } from '../../../scripts/plan/ratings/rate-connection.ts';
import { rateSetting } from '../../../scripts/plan/ratings/rate-setting.ts';

const value = (text: string | number | boolean | undefined): Field | undefined =>
  text === undefined ? undefined : { kind: 'value', value: text };
const SECRET: Field = { kind: 'secret' };
const DIDIT: Resource = { kind: 'connection', name: 'didit', fields: new Map() };

/** `code: because` of one setting that goes from one field to another. */
const rated = (path: string, before: Field | undefined, after: Field | undefined): readonly string[] =>
  rateConnection(DIDIT, `options.${path}`, { before, after }).map(
    ({ code, because }) => `${code}: ${because}`,
  );
const change = (path: string, before: string | undefined, after: string | undefined): readonly string[] =>
  rated(path, value(before), value(after));

describe('the address of an endpoint', () => {
  const AT = 'https://apx.didit.me/token';

  test('that nobody can see may be on any host', () => {
    expect(rated('tokenURL', value(AT), SECRET)).toEqual([
      'endpoint_host: https://apx.didit.me → an address that is not shown',
    ]);
    expect(rated('userinfo_url', undefined, SECRET)).toContain(
      'endpoint_host: none → an address that is not shown',
    );
    // What is no address is none when it is hidden.
    expect(rated('url_policy', undefined, SECRET).join()).not.toContain('endpoint_host');
  });

  test.each([
    ['', '?scope=address', 'scopes_widened: scope in the address: none → address'],
    [
      '?scope=openid',
      '?scope=openid+address',
      'scopes_widened: scope in the address: openid → openid address',
    ],
    [
      '?scope=openid',
      '?scope=openid&scope=address',
      'scopes_widened: scope in the address: openid → openid address',
    ],
    ['?scope=openid&a=b', '?scope=openid&a=c', 'connection_request: another query in the address'],
    ['?a=b', '', 'connection_request: another query in the address'],
  ])('is rated by what its query asks for: from "%s" to "%s"', (before, after, expected) => {
    expect(change('authorizationURL', `${AT}${before}`, `${AT}${after}`)).toEqual([expected]);
  });

  test.each([
    ['https://apx.didit.me/token', 'https://apx.didit.me/other/token'],
    ['https://apx.didit.me/token', 'https://apx.didit.me/token/'],
    ['https://apx.didit.me', 'https://apx.didit.me/@evil.example'],
    ['https://apx.didit.me/realms/one', 'https://apx.didit.me/realms/%6Fne'],
    ['https://apx.didit.me/token', 'https://apx.didit.me/token#/other'],
  ])('that leads to another place on the same host is rated: from %s to %s', (before, after) => {
    for (const path of ['tokenURL', 'authorizationURL', 'logoutUrl'])
      expect(change(path, before, after)).toEqual(['connection_request: another path in the address']);
  });

  test.each([
    ['https://apx.didit.me', 'https://apx.didit.me/'],
    ['https://apx.didit.me/a/../token', 'https://APX.didit.me:443/token'],
    ['https://apx.didit.me/token', undefined],
  ])('that leads to the same place, or to none, is not rated: from %s to %s', (before, after) => {
    expect(change('tokenURL', before, after)).toEqual([]);
  });

  // A browser and Node find apx.didit.me in all of them; other programs find another host, or none.
  test.each([
    ['https://evil.example@apx.didit.me/token', 'https://[hidden]@apx.didit.me'],
    ['https://apx.didit.me\\@evil.example/token', 'https://apx.didit.me\\@evil.example'],
    ['https://apx.didit.me\\.evil.example/token', 'https://apx.didit.me\\.evil.example'],
    ['https://apx%2Edidit.me/token', 'https://apx%2Edidit.me'],
    ['https://apx\u3002didit.me/token', 'https://apx\u3002didit.me'],
    ['https://apx.di\u00addit.me/token', 'https://apx.di\u00addit.me'],
    ['https://apx.di\tdit.me/token', 'https://apx.di\tdit.me'],
    ['https:///apx.didit.me/token', 'https://'],
  ])(
    'whose host is written so that programs read it in different ways is rated as another one: %s',
    (after, host) => {
      expect(change('tokenURL', AT, after)[0]).toBe(`endpoint_host: https://apx.didit.me → ${host}`);
      expect(change('tokenURL', after, after)).toEqual([]);
    },
  );

  test.each(['https://APX.Didit.me/token', 'https://apx.didit.me:443/token', 'HTTPS://apx.didit.me/token'])(
    'whose host is the same to every program is not rated: %s',
    (after) => {
      expect(change('tokenURL', AT, after)).toEqual([]);
    },
  );

  test('on another host is rated for that', () => {
    expect(change('tokenURL', AT, 'https://evil.example/other')).toEqual([
      'endpoint_host: https://apx.didit.me → https://evil.example',
    ]);
  });

  test.each([
    ['?scope=openid', '?scope=openid'],
    ['?scope=openid+address', ''],
    ['?scope=openid&a=b', '?a=b&scope=openid'],
  ])('is not rated where it asks for no more: from "%s" to "%s"', (before, after) => {
    expect(change('authorizationURL', `${AT}${before}`, `${AT}${after}`)).toEqual([]);
  });

  test('is rated by its host where it is new, in whatever case the option is written, and not where it goes', () => {
    for (const option of ['tokenURL', 'tokenurl', 'token_endpoint_URL'])
      expect(change(option, undefined, AT)).toContain('endpoint_host: none → https://apx.didit.me');
    expect(change('tokenURL', AT, undefined)).toEqual([]);
  });

  test('is one only where it begins as one', () => {
    expect(change('tokenURL', AT, 'see https://evil.example/')).toEqual([]);
    expect(change('tokenURL', AT, 'ftp://apx.didit.me/')).toEqual([
      'endpoint_host: https://apx.didit.me → ftp://apx.didit.me',
    ]);
  });

  test('of the icon is no endpoint: the page where people sign in shows it', () => {
    expect(change('icon_url', 'https://a.example/i', 'https://a.example/j?scope=x')).toEqual([
      'login_page: https://a.example/i → https://a.example/j?scope=x',
    ]);
  });
});

describe('a setting of a connection', () => {
  test('that is not there counts as what the service does', () => {
    expect(change('set_user_root_attributes', undefined, 'on_first_login')).toEqual([
      'root_attributes: on_each_login → on_first_login',
    ]);
    expect(change('set_user_root_attributes', 'on_first_login', undefined)).toEqual([
      'root_attributes: on_first_login → on_each_login',
    ]);
    expect(change('client_id', undefined, 'one')).toEqual(['didit_client: none → one']);
    expect(change('client_id', 'one', undefined)).toEqual(['didit_client: one → none']);
    expect(rated('pkce_enabled', value(true), undefined)).toEqual(['pkce_off: pkce_enabled is not true']);
    expect(rated('pkce_enabled', value(false), value(true))).toEqual([]);
  });

  test('that holds a secret is told by where its value comes from, never by it', () => {
    const from = (name: string): Field => ({ kind: 'secret', from: `##${name}##` });
    expect(rated('client_secret', from('ONE'), from('TWO'))).toEqual([
      'didit_client: client_secret: ##ONE## → ##TWO##',
    ]);
    expect([undefined, value('marked'), SECRET, from('ONE')].map(secretInWords)).toEqual([
      'not set',
      'a value',
      'a value that is not shown',
      '##ONE##',
    ]);
    expect(secretInWords({ kind: 'secret', connection: 'didit' })).toBe('didit');
  });

  test('that lists scopes is rated by each that comes or goes, and not by what nobody can see', () => {
    const scopes = (...items: readonly string[]): Field => ({ kind: 'set', items });
    expect(rated('scope', scopes('openid', 'name'), scopes('openid', 'email'))).toEqual([
      'scopes_widened: email',
      'evidence_reduced: scope name is no longer asked for',
    ]);
    expect(rated('scope', scopes('openid'), SECRET)).toEqual(['scopes_widened: openid → (set, not shown)']);
  });
});

describe('one setting of anything', () => {
  const of = (kind: ResourceKind, path: string, before: Field | undefined, after: Field | undefined) =>
    rateSetting({ kind, name: 'it', fields: new Map() }, path, { before, after }).map(
      ({ code, because }) => `${code}: ${because}`,
    );

  test('is rated by the table of its kind alone', () => {
    expect(of('API', 'name', value('a'), value('b'))).toEqual([]);
    expect(of('grant', 'name', value('a'), value('b'))).toEqual(['setting_not_judged: a → b']);
  });

  test.each<[Field | undefined, Field | undefined, readonly string[]]>([
    [value(60), value(61), ['token_weakened: 60 → 61']],
    [value(60), value(59), []],
    [value(60), value('for ever'), ['token_weakened: 60 → for ever']],
    [value('for ever'), value(60), ['token_weakened: for ever → 60']],
    [SECRET, value(60), ['token_weakened: (set, not shown) → 60']],
  ])(
    'that limits a time is rated where it gets longer, or nobody knows: %j, %j',
    (before, after, expected) => {
      expect(of('API', 'token_lifetime_for_web', before, after)).toEqual(expected);
    },
  );

  test.each<[ResourceKind, string, string | boolean, string | boolean]>([
    ['application', 'token_endpoint_auth_method', 'client_secret_post', 'client_secret_basic'],
    ['API', 'scopes."read:users".description', 'a', 'b'],
    ['organization', 'connections.didit.show_as_button', true, false],
  ])('of which everybody knows that it is harmless is not rated: %s, %s', (kind, path, before, after) => {
    expect(of(kind, path, value(before), value(after))).toEqual([]);
  });

  test('that does not change is not rated', () => {
    expect(of('connection', 'nobody_knows_it', value('a'), value('a'))).toEqual([]);
  });

  test('is told in a line: lists by their items, long texts by their beginning', () => {
    const list: Field = { kind: 'set', items: ['a', 'b'] };
    expect(of('connection', 'unknown', undefined, list)).toEqual(['setting_not_judged: not set → a, b']);
    expect(of('connection', 'unknown', undefined, value('x'.repeat(80)))).toEqual([
      `setting_not_judged: not set → ${'x'.repeat(80)}`,
    ]);
    expect(of('connection', 'unknown', undefined, value('x'.repeat(81)))).toEqual([
      `setting_not_judged: not set → ${'x'.repeat(80)}…`,
    ]);
  });
});

describe('what is new', () => {
  const NOTHING = { resources: [], flow: [] };
  const added = (
    kind: ResourceKind,
    name: string,
    fields: Readonly<Record<string, Field>>,
  ): readonly string[] => {
    const resource: Resource = { kind, name, fields: new Map(Object.entries(fields)) };
    const pair = { before: NOTHING, after: { ...NOTHING, resources: [resource] } };
    return rateChange({ kind, name, path: undefined, before: undefined, after: undefined }, pair).map(
      ({ code, because }) => `${code}: ${because}`,
    );
  };
  const text = (text: string): Field => ({ kind: 'value', value: text });
  const list = (...items: readonly string[]): Field => ({ kind: 'set', items });

  test('of APIs is rated by its settings, but not by scopes that nobody has yet', () => {
    const settings = { name: text('API'), scopes: list('read:a'), signing_alg: text('HS256') };
    expect(added('API', 'https://api.example/', settings)).toEqual(['token_weakened: RS256 → HS256']);
  });

  test('of organizations is rated by its settings', () => {
    expect(added('organization', 'acme', { 'branding.logo_url': text('https://a.example/') })).toEqual([
      'login_page: not set → https://a.example/',
    ]);
  });

  test('of Actions is rated by its code and secrets; what runs it, and when, is part of being new', () => {
    const fields = {
      runtime: text('node22'),
      supported_triggers: list('post-login v3'),
      'secrets.KEY': SECRET,
    };
    expect(added('Action', 'another', fields)).toEqual(['action_secret_added: KEY']);
    expect(added('Action', 'another', { timeout: text('9') })).toEqual(['setting_not_judged: not set → 9']);
  });

  test('of applications names three of its addresses, and how many more there are', () => {
    const of = (...names: readonly string[]) =>
      added('application', 'Shop', { app_type: text('spa'), callbacks: list(...names) })[0];
    const begin =
      'application_added: spa; grant types: those that Auth0 chooses, implicit among them; callbacks: ';
    expect(of('a', 'b', 'c')).toBe(`${begin}a, b, c`);
    expect(of('a', 'b', 'c', 'd', 'e')).toBe(`${begin}a, b, c and 2 more`);
  });

  test('of applications is not rated by grants that need a secret or a person', () => {
    const fields = {
      is_first_party: { kind: 'value', value: false } as const,
      grant_types: list('authorization_code', 'refresh_token', 'client_credentials'),
    };
    expect(added('application', 'Shop', fields)).toEqual([expect.stringMatching(/^application_added: /)]);
  });

  test('of connections is rated by each host of its scripts that is none of its endpoints', () => {
    const script = "fetch('https://apx.didit.me/a'); fetch('https://evil.example/')";
    const fields: Record<string, Field> = {
      'options.tokenURL': text('https://apx.didit.me/token'),
      'options.scripts.fetchUserProfile': { kind: 'code', text: script },
      'options.pkce_enabled': { kind: 'value', value: true },
      'options.note': { kind: 'code', text: "fetch('https://note.example/')" },
      // What stands in metadata is where nobody goes.
      'metadata.partner': text('https://evil.example/'),
    };
    const found = added('connection', 'didit', fields);
    expect(found.filter((line) => /^(?:connection_added|action_host|pkce)/.test(line))).toEqual([
      'connection_added: options.tokenURL https://apx.didit.me',
      'action_host: evil.example',
    ]);
  });

  test('has a name that may be filled in with one that is there; the tenant’s own domain is known', () => {
    const finding = 'setting_not_judged: its name is filled in at the deploy, and may be one that is there';
    expect(added('API', 'https://##AUTH0_DOMAIN##/api/', {})).toEqual([]);
    expect(added('API', 'https://##AUTH0_DOMAIN##/##STAGE##/', {})).toEqual([finding]);
    expect(added('organization', '##ACME##', {})).toEqual([finding]);
  });
});

test('another name of an Action or an application is no finding: it stays what it is', () => {
  const name = { path: 'name', before: value('old'), after: value('new') } as const;
  const of = (kind: ResourceKind) => {
    const resource: Resource = { kind, name: 'new', fields: new Map() };
    const pair = { before: { resources: [resource], flow: [] }, after: { resources: [resource], flow: [] } };
    return rateChange({ kind, name: 'new', ...name }, pair).map(({ code }) => code);
  };
  expect(of('Action')).toEqual([]);
  expect(of('application')).toEqual([]);
  expect(of('connection')).toEqual(['setting_not_judged']);
});
