import { describe, expect, test } from 'vitest';
import { diffModels } from '../../../scripts/tenant-model/diff/diff-models.ts';
import type { ModelPair } from '../../../scripts/tenant-model/diff/change.ts';
import { changeVerb } from '../../../scripts/plan/change-verb.ts';
import { resourceIn } from '../../../scripts/tenant-model/tenant-model.ts';
import { rateChange } from '../../../scripts/plan/ratings/rate-change.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

/** `code: because` of everything that edits of tenant.yaml are rated with, going from `before` to `after`. */
const ratings = (after: readonly Edit[], before: readonly Edit[] = []): readonly string[] =>
  ratingsBetween({ before: sample(...before).model, after: sample(...after).model });

function ratingsBetween(pair: ModelPair): readonly string[] {
  return diffModels(pair)
    .flatMap((change) => rateChange(change, pair))
    .map(({ code, because }) => `${code}: ${because}`);
}

const SECOND_APPLICATION: Edit = ['    enabled_clients:\n', '    enabled_clients:\n      - Didit Actions\n'];
const ANOTHER_SECRET: Edit = [
  '    secrets:\n',
  "    secrets:\n      - name: WEBHOOK_KEY\n        value: '##WEBHOOK_KEY##'\n",
];
const DEPENDENCY: Edit = [
  'dependencies: []',
  'dependencies:\n      - name: lodash\n        version: 4.17.21',
];

describe('a security reviewer must see', () => {
  test.each<[string, Edit, string]>([
    [
      'an endpoint on another host',
      ['https://apx.didit.me/', 'https://apx.didit.example/'],
      'endpoint_host: https://apx.didit.me → https://apx.didit.example',
    ],
    [
      'an authorize page on another host',
      ['authorizationURL: https://auth.didit.me', 'authorizationURL: https://auth.didit.me.example'],
      'endpoint_host: https://auth.didit.me → https://auth.didit.me.example',
    ],
    [
      'an endpoint on another port',
      ['https://apx.didit.me/', 'https://apx.didit.me:8443/'],
      'endpoint_host: https://apx.didit.me → https://apx.didit.me:8443',
    ],
    [
      'an endpoint that is filled in later',
      ['https://apx.didit.me/auth/v2/token', 'https://##SOME_VALUE##/token'],
      'endpoint_host: https://apx.didit.me → https://##SOME_VALUE##/token',
    ],
    [
      'an endpoint that is filled in as a whole',
      ['https://apx.didit.me/auth/v2/token', "'##SOME_VALUE##'"],
      'endpoint_host: https://apx.didit.me → ##SOME_VALUE##',
    ],
    [
      'an authorize page that is filled in as a whole',
      ['https://auth.didit.me', "'@@SOME_VALUE@@'"],
      'endpoint_host: https://auth.didit.me → @@SOME_VALUE@@',
    ],
    ...[
      ['mode=enforce on_unavailable=deny', "'##SOME_VALUE##'"],
      ['mode=enforce on_unavailable=deny', "'mode=##SOME_VALUE## on_unavailable=deny'"],
      ['didit_policy: require=verified', "didit_policy: '@@SOME_VALUE@@'"],
      ['access_token=verified,age_over_18', 'access_token=##SOME_VALUE##'],
      ['refresh_after=24h', 'refresh_after=##SOME_VALUE##'],
    ].map(([from = '', to = '']): [string, Edit, string] => [
      `settings that are filled in later, as ${to}`,
      [from, to],
      'setting_not_judged: what is filled in at the deploy is not known here',
    ]),
    [
      'PKCE switched off',
      ['pkce_enabled: true', 'pkce_enabled: false'],
      'pkce_off: pkce_enabled is not true',
    ],
    ['wider scopes', ['scope: openid', 'scope: openid address'], 'scopes_widened: address'],
    [
      'another rule for root attributes',
      ['set_user_root_attributes: on_each_login', 'set_user_root_attributes: on_first_login'],
      'root_attributes: on_each_login → on_first_login',
    ],
    [
      'another application at Didit',
      ["'##DIDIT_CLIENT_ID##'", "'##OTHER_CLIENT_ID##'"],
      'didit_client: ##DIDIT_CLIENT_ID## → ##OTHER_CLIENT_ID##',
    ],
    ['an application that is enabled', SECOND_APPLICATION, 'application_enabled: Didit Actions'],
    ['a new Action secret', ANOTHER_SECRET, 'action_secret_added: WEBHOOK_KEY'],
    ['a package from the npm registry', DEPENDENCY, 'action_dependency: lodash 4.17.21'],
    [
      'wider scopes of a grant',
      ['      - read:users', '      - read:users\n      - delete:users'],
      'grant_scopes: delete:users',
    ],
    [
      'another address for codes',
      [
        '      - https://app.example.com/callback',
        '      - https://app.example.com/callback\n      - https://evil.example/',
      ],
      'redirect_added: https://evil.example/',
    ],
    [
      'an application that needs no secret any more',
      [
        'refresh_token\n    token_endpoint_auth_method: client_secret_post',
        'refresh_token\n    token_endpoint_auth_method: none',
      ],
      'client_authentication: client_secret_post → none',
    ],
    [
      'another grant for an application',
      ['      - authorization_code\n', '      - authorization_code\n      - password\n'],
      'client_authentication: password',
    ],
  ])('%s', (_name, edit, expected) => {
    expect(ratings([edit])).toEqual([expected]);
  });

  test.each<[string, Edit, string]>([
    [
      'a scope that is no longer asked for',
      ['scope: openid user_id', 'scope: openid address user_id'],
      'evidence_reduced: scope address is no longer asked for',
    ],
    ['a secret that is taken away', ANOTHER_SECRET, 'action_secret_removed: WEBHOOK_KEY'],
    ['a dependency that is taken away', DEPENDENCY, 'action_dependency: lodash is removed'],
  ])('%s', (_name, edit, expected) => {
    expect(ratings([], [edit])).toEqual([expected]);
  });

  test('an application that is disabled', () => {
    expect(ratings([], [SECOND_APPLICATION])).toEqual(['application_disabled: Didit Actions']);
  });

  test('a connection that makes no users any more, where it is there and where it is new', () => {
    const never: Edit = [
      'set_user_root_attributes: on_each_login',
      'set_user_root_attributes: never_on_login',
    ];
    const finding = 'new_people_locked_out: set_user_root_attributes is never_on_login';
    expect(ratings([never])).toEqual([finding, 'root_attributes: on_each_login → never_on_login']);
    const model = sample(never).model;
    const without = { ...model, resources: model.resources.filter(({ kind }) => kind !== 'connection') };
    expect(ratingsBetween({ before: without, after: model })).toContain(finding);
  });

  test('another profile script', () => {
    const [before, after] = [sample().model, sample().model];
    const pair = {
      before,
      after: {
        ...after,
        resources: after.resources.map((resource) => ({
          ...resource,
          fields: new Map(
            [...resource.fields].map(([path, field]) => [
              path,
              path === 'options.scripts.fetchUserProfile'
                ? ({ kind: 'code', text: 'function other() {}' } as const)
                : field,
            ]),
          ),
        })),
      },
    };
    expect(diffModels(pair).flatMap((change) => rateChange(change, pair))).toMatchObject([
      { code: 'profile_script' },
    ]);
  });

  test('a new connection with where it sends people and codes, new secrets and grants', () => {
    const pair = { before: { resources: [], flow: [] }, after: sample().model };
    const codes = diffModels(pair).flatMap((change) => rateChange(change, pair));
    expect(codes).toContainEqual({
      code: 'connection_added',
      because: 'options.authorizationURL https://auth.didit.me, options.tokenURL https://apx.didit.me',
    });
    expect(codes).toContainEqual({ code: 'application_enabled', because: 'Didit Sample Application' });
    expect(codes).toContainEqual({ code: 'action_secret_added', because: 'AUTH0_MANAGEMENT_CLIENT_SECRET' });
    expect(codes).toContainEqual({ code: 'grant_scopes', because: 'read:users' });
  });
});

describe('nobody is alarmed by', () => {
  test.each<[string, Edit]>([
    ['another display name', ['display_name: Didit\n', 'display_name: Didit ID\n']],
    ['a description', ['description: Lets the', 'description: It lets the']],
    ['a shorter token', ['token_lifetime: 86400', 'token_lifetime: 3600']],
  ])('%s', (_name, edit) => {
    const pair = { before: sample().model, after: sample(edit).model };
    expect(diffModels(pair)).toHaveLength(1);
    expect(ratings([edit])).toEqual([]);
  });

  test.each<[string, Edit]>([['PKCE switched on', ['pkce_enabled: true', 'pkce_enabled: false']]])(
    '%s',
    (_name, edit) => {
      expect(ratings([], [edit])).toEqual([]);
    },
  );
});

describe('between two files, a setting that is no longer named', () => {
  const NAMED: Edit = [
    'pkce_enabled: true\n',
    `pkce_enabled: true
      icon_url: https://example.com/i
      logoutUrl: https://auth.didit.me/logout?a=b
      customHeaders: { X-Key: value }
      upstream_params: { hint: { alias: login_hint }, prompt: { value: x } }
`,
  ];
  const without = (line: string, instead = ''): readonly Edit[] => [NAMED, [line, instead]];
  const verbs = (after: readonly Edit[]): readonly string[] => {
    const pair = { before: sample(NAMED).model, after: sample(...after).model };
    return diffModels(pair).map(
      (change) =>
        `${changeVerb(change, resourceIn(pair.after, change.kind, change.name), 'revision')} ${change.path ?? ''}`,
    );
  };

  test.each([
    ['      logoutUrl: https://auth.didit.me/logout?a=b\n', 'unmanage options.logoutUrl'],
    ['      customHeaders: { X-Key: value }\n', 'unmanage options.customHeaders.X-Key'],
    ['      set_user_root_attributes: on_each_login\n', ''],
  ])('stays on a tenant, and is not rated: %s', (line, expected) => {
    expect(verbs(without(line))).toEqual([expected].filter((text) => text !== ''));
    expect(ratings(without(line), [NAMED])).toEqual([]);
  });

  test('is erased and rated where the object that it is in is still named: that is replaced whole', () => {
    const after = without('hint: { alias: login_hint }, ');
    expect(verbs(after)).toEqual(['erase options.upstream_params.hint.alias']);
    expect(ratings(after, [NAMED])).toEqual(['connection_request: login_hint → not set']);
  });

  test('is erased and rated where the object is named as empty', () => {
    const after = without('customHeaders: { X-Key: value }', 'customHeaders: {}');
    expect(verbs(after)).toEqual(['erase options.customHeaders.X-Key']);
    expect(ratings(after, [NAMED])).toHaveLength(1);
  });

  test('stays where objects are merged: scripts and metadata', () => {
    const script: Edit = [
      "fetchUserProfile: '@@DIDIT_FETCH_USER_PROFILE@@'",
      "fetchUserProfile: '@@DIDIT_FETCH_USER_PROFILE@@'\n        getLogoutUrl: '// script'",
    ];
    expect(ratings([], [script])).toEqual([]);
  });
});

test('a new grant is rated, also without scopes', () => {
  const grant = (more: string): Edit => [
    'clientGrants:\n',
    `clientGrants:\n  - client_id: Didit Sample Application\n    audience: https://api.example.com/\n    ${more}\n`,
  ];
  expect(ratings([grant('scope: []')])).toEqual(['grant_scopes: a new grant, without scopes so far']);
  expect(ratings([grant('scope: [read]')])).toEqual(['grant_scopes: read']);
  expect(ratings([grant('scope: []\n    allow_any_organization: true')])).toEqual([
    'grant_scopes: false → true',
  ]);
});

test('an item that stands twice in a list is rated once', () => {
  const callback: Edit = [
    '      - https://app.example.com/callback\n',
    '      - https://app.example.com/callback\n      - https://b.example/\n      - https://b.example/\n',
  ];
  expect(ratings([callback])).toEqual(['redirect_added: https://b.example/']);
});

describe('a new application', () => {
  const added = (...lines: readonly string[]): readonly string[] =>
    ratings([
      ['\nclients:\n', `\nclients:\n  - name: Shop\n${lines.map((line) => `    ${line}\n`).join('')}\n`],
    ]);

  test('is rated by whom it acts for and where its codes go, though nothing of it was different before', () => {
    expect(
      added(
        'app_type: spa',
        'token_endpoint_auth_method: none',
        'is_first_party: true',
        'grant_types: [authorization_code, implicit, password]',
        'callbacks: [https://evil.example/]',
      ).toSorted(),
    ).toEqual([
      'application_added: spa; grant types: authorization_code, implicit, password; callbacks: https://evil.example/',
      'client_authentication: app_type: not set → spa',
      'client_authentication: grant_types: implicit',
      'client_authentication: grant_types: password',
      'client_authentication: token_endpoint_auth_method: not set → none',
      'consent_skipped: is_first_party: false → true',
      'redirect_added: callbacks: https://evil.example/',
    ]);
  });

  test('is rated by what the service fills in where it says nothing', () => {
    expect(added('description: A shop')).toEqual([
      'application_added: without a type; grant types: those that Auth0 chooses, implicit among them',
      'consent_skipped: first-party, as all are that do not say',
    ]);
  });

  test('that is asked for consent and proves who it is, is rated as new alone', () => {
    expect(
      added('app_type: non_interactive', 'is_first_party: false', 'grant_types: [client_credentials]'),
    ).toEqual(['application_added: non_interactive; grant types: client_credentials']);
  });

  test('with something that nobody has judged says so', () => {
    expect(added('is_first_party: false', 'mobile: { ios: { team_id: A } }')).toContain(
      'setting_not_judged: mobile.ios.team_id: not set → A',
    );
  });
});
