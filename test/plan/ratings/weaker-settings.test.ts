import { describe, expect, test } from 'vitest';
import { diffModels } from '../../../scripts/tenant-model/diff/diff-models.ts';
import type { Field, Resource } from '../../../scripts/tenant-model/tenant-model.ts';
import { rateChange } from '../../../scripts/plan/ratings/rate-change.ts';
import { rateConnection } from '../../../scripts/plan/ratings/rate-connection.ts';
import { rateSetting } from '../../../scripts/plan/ratings/rate-setting.ts';
import type { SecurityRating } from '../../../scripts/plan/ratings/security-codes.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

function ratings(before: readonly Edit[], after: readonly Edit[]): readonly string[] {
  const pair = { before: sample(...before).model, after: sample(...after).model };
  return diffModels(pair)
    .flatMap((change) => rateChange(change, pair))
    .map(({ code, because }) => `${code}: ${because}`);
}

const inApplication = (line: string): Edit => [
  '    app_type: regular_web\n',
  `    app_type: regular_web\n    ${line}\n`,
];
const inApi = (line: string): Edit => [
  'allow_offline_access: true\n',
  `allow_offline_access: true\n    ${line}\n`,
];
const inGrant = (line: string): Edit => ['      - read:users\n', `      - read:users\n    ${line}\n`];
const inConnection = (line: string): Edit => [
  '    display_name: Didit\n',
  `    display_name: Didit\n    ${line}\n`,
];
const inOptions = (line: string): Edit => [
  '      pkce_enabled: true\n',
  `      pkce_enabled: true\n      ${line}\n`,
];
const REFRESH_TOKEN = 'rotation_type: rotating\n      expiration_type: expiring';

describe('a setting that makes things less safe is rated, and not when it goes back', () => {
  test.each<[Edit, string]>([
    [['alg: RS256', 'alg: HS256'], 'token_weakened: RS256 → HS256'],
    [['rotation_type: rotating', 'rotation_type: non-rotating'], 'token_weakened: rotating → non-rotating'],
    [
      [REFRESH_TOKEN, 'rotation_type: non-rotating\n      expiration_type: non-expiring'],
      'token_weakened: expiring → non-expiring',
    ],
    [['signing_alg: RS256', 'signing_alg: HS256'], 'token_weakened: RS256 → HS256'],
    [['token_lifetime: 86400', 'token_lifetime: 2592000'], 'token_weakened: 86400 → 2592000'],
    [inApi('skip_consent_for_verifiable_first_party_clients: true'), 'consent_skipped: false → true'],
    [inGrant('allow_any_organization: true'), 'grant_scopes: false → true'],
    [['app_type: regular_web', 'app_type: spa'], 'client_authentication: regular_web → spa'],
    [inApplication('cross_origin_authentication: true'), 'client_authentication: false → true'],
    [inApplication('allowed_clients: [Other]'), 'client_authentication: Other'],
    [
      inApplication('oidc_logout: { backchannel_logout_urls: ["https://evil.example/"] }'),
      'redirect_added: https://evil.example/',
    ],
    [inConnection('connected_accounts: { active: true }'), 'connection_reach: false → true'],
    [inConnection('realms: [didit, other]'), 'connection_reach: other'],
    [['is_domain_connection: false', 'is_domain_connection: true'], 'connection_reach: false → true'],
    [
      ['authorizationURL: https://auth.didit.me', 'authorizationURL: https://auth.didit.me?scope=address'],
      'scopes_widened: scope in the address: none → address',
    ],
  ])('%j', (edit, expected) => {
    expect(ratings([], [edit])).toContain(expected);
    expect(ratings([edit], [])).toEqual([]);
  });

  test.each<[before: Edit, after: Edit, string]>([
    [
      inApplication('is_first_party: false'),
      inApplication('is_first_party: true'),
      'consent_skipped: false → true',
    ],
    [
      inApplication('require_pushed_authorization_requests: true'),
      inApplication('require_pushed_authorization_requests: false'),
      'client_authentication: true → false',
    ],
    [
      inApplication('require_proof_of_possession: true'),
      inApplication('require_proof_of_possession: false'),
      'client_authentication: true → false',
    ],
    [inApi('enforce_policies: true'), inApi('enforce_policies: false'), 'api_policy: true → false'],
    [
      inOptions('non_persistent_attrs: [email, phone_number]'),
      inOptions('non_persistent_attrs: [email]'),
      'personal_data_kept: phone_number',
    ],
  ])('%j → %j', (before, after, expected) => {
    expect(ratings([before], [after])).toEqual([expected]);
    expect(ratings([after], [before])).toEqual([]);
  });
});

describe('a setting that is kept secret may be any of the weaker ones', () => {
  const application: Resource = { kind: 'application', name: 'Shop', fields: new Map() };
  const connection: Resource = { kind: 'connection', name: 'didit', fields: new Map() };
  const HIDDEN: Field = { kind: 'secret' };
  const codesOf = (ratings: readonly SecurityRating[]): readonly string[] => ratings.map(({ code }) => code);

  test.each<[string, Field, string]>([
    ['callbacks', { kind: 'set', items: ['https://app.example.com/'] }, 'redirect_added'],
    ['grant_types', { kind: 'set', items: [] }, 'client_authentication'],
    ['token_endpoint_auth_method', { kind: 'value', value: 'client_secret_post' }, 'client_authentication'],
    ['is_first_party', { kind: 'value', value: false }, 'consent_skipped'],
  ])('%s of an application', (path, before, code) => {
    expect(codesOf(rateSetting(application, path, { before, after: HIDDEN }))).toEqual([code]);
  });

  test.each<[string, Field, string]>([
    ['enabled_clients', { kind: 'set', items: ['Shop'] }, 'application_enabled'],
    ['options.scope', { kind: 'set', items: ['openid'] }, 'scopes_widened'],
  ])('%s of a connection', (path, before, code) => {
    expect(codesOf(rateConnection(connection, path, { before, after: HIDDEN }))).toContain(code);
  });
});

describe('an address with another query is rated whichever way it goes', () => {
  const QUERY: Edit = [
    'authorizationURL: https://auth.didit.me',
    'authorizationURL: https://auth.didit.me?acr_values=none',
  ];
  test.each<[readonly Edit[], readonly Edit[]]>([
    [[], [QUERY]],
    [[QUERY], []],
  ])('%j → %j', (before, after) => {
    expect(ratings(before, after)).toEqual(['connection_request: another query in the address']);
  });
});

describe('a setting that may do anything is rated whichever way it goes', () => {
  test.each<[Edit, string]>([
    [inApplication('custom_login_page: "<script src=https://evil.example/></script>"'), 'login_page'],
    [
      inApplication('token_exchange: { allow_any_profile_of_type: [custom_authentication] }'),
      'client_authentication',
    ],
    [
      inApplication('session_transfer: { delegation: { allow_delegated_access: true } }'),
      'client_authentication',
    ],
    [inApplication('initiate_login_uri: https://evil.example/'), 'redirect_added'],
    [inOptions('upstream_params: { scope: { value: address } }'), 'scopes_widened'],
    [inOptions('fieldsMap: { email: other }'), 'connection_request'],
    [inOptions('authParams: { a: b }'), 'connection_request'],
    [inOptions('customHeaders: { X-A: b }'), 'connection_request'],
  ])('%j', (edit, code) => {
    expect(ratings([], [edit])[0]).toMatch(new RegExp(`^${code}: not set → `));
  });
});

test.each<[string, string]>([
  ['can_create_session_transfer_token: true', 'false → true'],
  ['enforce_cascade_revocation: false', 'true → false'],
  ['enforce_device_binding: none', 'ip → none'],
])('what the service starts session transfers with is what they are compared with: %s', (setting, change) => {
  const edit = inApplication(`session_transfer: { ${setting} }`);
  expect(ratings([], [edit])).toEqual([`client_authentication: ${change}`]);
});

test('a setting that the table does not know is rated, whatever it sounds like', () => {
  expect(ratings([], [inApplication('native_social_login: { apple: { enabled: true } }')])).toEqual([
    'setting_not_judged: not set → true',
  ]);
  expect(ratings([], [inApplication('mobile: { ios: { team_id: AAAAAAAAAA } }')])).toEqual([
    'setting_not_judged: not set → AAAAAAAAAA',
  ]);
});

test.each(['user', 'anonymous_user'])(
  'a grant of the type "%s" is a new one, and another than that of the application',
  (type) => {
    expect(ratings([], [inGrant(`subject_type: ${type}`)])).toEqual(['grant_scopes: read:users']);
    expect(ratings([inGrant(`subject_type: ${type}`)], [])).toEqual(['grant_scopes: read:users']);
  },
);

test('a new grant is rated without scopes too, and by its other settings', () => {
  const grantOf = (...fields: readonly [string, Field][]): readonly string[] => {
    const grant: Resource = { kind: 'grant', name: 'Shop → https://api.example/', fields: new Map(fields) };
    const pair = { before: { resources: [], flow: [] }, after: { resources: [grant], flow: [] } };
    return diffModels(pair).flatMap((change) =>
      rateChange(change, pair).map(({ code, because }) => `${code}: ${because}`),
    );
  };
  expect(grantOf()).toEqual(['grant_scopes: a new grant, without scopes so far']);
  expect(grantOf(['allow_any_organization', { kind: 'value', value: true }])).toEqual([
    'grant_scopes: false → true',
  ]);
});

test('a new connection is rated by what it sends along', () => {
  const pair = {
    before: { resources: [], flow: [] },
    after: sample(inOptions('upstream_params: { prompt: { value: none } }')).model,
  };
  expect(diffModels(pair).flatMap((change) => rateChange(change, pair).map(({ code }) => code))).toContain(
    'connection_request',
  );
});

test('a host in an option is rated, whatever the option is called', () => {
  const connection: Resource = { kind: 'connection', name: 'didit', fields: new Map() };
  const after: Field = { kind: 'value', value: 'https://evil.example/token' };
  expect(rateConnection(connection, 'options.token_endpoint', { before: undefined, after })).toContainEqual({
    code: 'endpoint_host',
    because: 'none → https://evil.example',
  });
});

test('a new connection without PKCE says so', () => {
  const pair = {
    before: { resources: [], flow: [] },
    after: sample(['pkce_enabled: true', 'pkce_enabled: false']).model,
  };
  const codes = diffModels(pair).flatMap((change) => rateChange(change, pair).map(({ code }) => code));
  expect(codes).toContain('pkce_off');
  expect(codes).not.toContain('scopes_widened');
});

test('what a file no longer names stays on a tenant, and is not rated', () => {
  expect(ratings([inApplication('require_proof_of_possession: true')], [])).toEqual([]);
  expect(
    ratings([], [['    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n', '']]),
  ).toEqual([]);
});

test('what a file no longer names of an object that is replaced whole is rated', () => {
  expect(ratings([], [['alg: RS256', 'lifetime_in_seconds: 36000']])).toEqual([
    'token_weakened: RS256 → HS256',
  ]);
});
