import { beforeAll, describe, expect, test } from 'vitest';
import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../../scripts/bundle/bundle.ts';
import { loginImpact } from '../../../scripts/plan/impact/login-impact.ts';
import type { LoginImpact } from '../../../scripts/plan/impact/login-impact.ts';
import { modelFromConfig } from '../../../scripts/tenant-model/model-from-config.ts';
import type { Field, ResourceKind, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const EVERYBODY = [
  ...['adult', 'minor', 'unverified', 'no-email', 'renamed', 'newly-verified', 'no-longer-verified'],
  ...['birth-date-only', 'mononym', 'name-too-long', 'trunk-zero'],
  ...['relinked', 'two-identities', 'foreign-record'],
];
const allBut = (...names: readonly string[]): readonly string[] =>
  EVERYBODY.filter((name) => !names.includes(name));
/** At their first login. */
const UNVERIFIED = ['unverified', 'newly-verified'];
const TWICE = ['two-identities'];
const NO_RECORD = ['foreign-record'];
const KEPT = allBut(...TWICE, ...NO_RECORD);
const VERIFIED = allBut(...UNVERIFIED, ...TWICE);
/** Nobody is asked, and nothing is shown but the record. */
const UNASKED = ['silent', 'refresh', 'token exchange'];
const SESSIONS = ['SSO', ...UNASKED];
const DOWN = ['first login (Management API down)', 'login again (Management API down)'] as const;

/** Left to `npm run test:all`. */
const LONG = { tags: ['long'] };

let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await buildBundles(readTenantConfig());
});

const rules = (text: string): Edit => ['didit_policy: require=verified\n', `didit_policy: ${text}\n`];
const model = (...edits: readonly Edit[]): TenantModel => modelFromConfig(sample(...edits).config, bundles);

/** The model with another value of one field in each resource of a kind. */
const withField = (
  of: TenantModel,
  kind: ResourceKind,
  path: string,
  change: (field: Field | undefined) => Field,
): TenantModel => ({
  ...of,
  resources: of.resources.map((resource) =>
    resource.kind === kind
      ? { ...resource, fields: new Map([...resource.fields, [path, change(resource.fields.get(path))]]) }
      : resource,
  ),
});

/** The model with this code in its one Action. */
const withAction = (of: TenantModel, code: string): TenantModel =>
  withField({ ...of, flow: of.flow.slice(-1) }, 'Action', 'code', () => ({ kind: 'code', text: code }));

const impact = (before: TenantModel, after: TenantModel) => loginImpact({ before, after });

/** What changes about the logins themselves: whose, in which flows, how. */
const changedLogins = ({ changes }: LoginImpact): readonly unknown[] =>
  changes
    .filter(({ what }) => what === 'login')
    .map(({ people, flows, recordOlderThan, before, after }) => [
      people,
      recordOlderThan === null ? flows : [...flows, `older than ${recordOlderThan}`],
      `${before ?? ''} → ${after ?? ''}`,
    ]);

describe('rules that only later logins meet', () => {
  test('apply_to=all changes logins through another connection', async () => {
    const found = await impact(model(), model(rules('require=verified apply_to=all')));
    expect(changedLogins(found)).toEqual([
      [allBut(...TWICE), ['another connection'], 'allowed → denied (didit_connection_required)'],
      [
        allBut(...TWICE),
        ['another connection with Didit linked', 'older than 30d'],
        'allowed → denied (didit_profile_stale)',
      ],
      [UNVERIFIED, ['another connection with Didit linked'], 'allowed → denied (didit_not_verified)'],
      [
        TWICE,
        ['another connection', 'another connection with Didit linked'],
        'allowed → denied (didit_connection_required)',
      ],
    ]);
    expect(found.changes.flatMap(({ security }) => security)).toEqual([]);
  });

  test('giving it up is rated', LONG, async () => {
    const { changes } = await impact(model(rules('require=verified apply_to=all')), model());
    expect(changes).toContainEqual(
      expect.objectContaining({
        flows: ['another connection'],
        security: [{ code: 'rules_loosened', because: 'denied (didit_connection_required) → allowed' }],
      }),
    );
  });

  test('max_age changes logins with a session or token, and an old record', LONG, async () => {
    const found = await impact(model(), model(rules('require=verified max_age=30d')));
    expect(changedLogins(found)).toEqual([
      [
        allBut(...UNVERIFIED, ...TWICE, ...NO_RECORD),
        [...SESSIONS, 'older than 30d'],
        'allowed → denied (didit_profile_stale)',
      ],
      [
        UNVERIFIED,
        [...SESSIONS, 'older than 30d'],
        'denied (didit_not_verified) → denied (didit_profile_stale)',
      ],
      [NO_RECORD, ['SSO', 'older than 30d'], 'allowed → denied (didit_profile_stale)'],
    ]);
  });

  test('without max_age, a linked identity has the limit of the settings: 30 days', LONG, async () => {
    const found = await impact(model(rules('apply_to=all max_age=40d')), model(rules('apply_to=all')));
    expect(changedLogins(found)).toEqual([
      [TWICE, ['first login'], 'denied (didit_two_identities) → allowed'],
      [KEPT, [DOWN[0]], 'denied (didit_profile_unavailable) → allowed'],
      [KEPT, [...SESSIONS, 'older than 40d'], 'denied (didit_profile_stale) → allowed'],
      [
        allBut(...TWICE),
        ['another connection with Didit linked', 'older than 30d'],
        'allowed → denied (didit_profile_stale)',
      ],
      [KEPT, [DOWN[1], 'older than 30d'], 'denied (didit_profile_unavailable) → allowed'],
      [NO_RECORD, [DOWN[0], ...UNASKED, DOWN[1]], 'denied (didit_profile_unavailable) → allowed'],
      [NO_RECORD, ['SSO', 'older than 40d'], 'denied (didit_profile_stale) → allowed'],
    ]);
  });

  test('code that no longer heeds them lets people in', LONG, async () => {
    const before = model(rules('require=verified max_age=30d'));
    const flow = before.flow.filter(({ action }) => action !== 'didit-access-policy');
    expect(changedLogins(await impact(before, { ...before, flow }))).toEqual([
      [UNVERIFIED, ['first login'], 'denied (didit_not_verified) → allowed'],
      [TWICE, ['first login'], 'denied (didit_two_identities) → allowed'],
      [KEPT, [DOWN[0]], 'denied (didit_profile_unavailable) → allowed'],
      [KEPT, [...SESSIONS, 'older than 30d'], 'denied (didit_profile_stale) → allowed'],
      [KEPT, [DOWN[1], 'older than 30d'], 'denied (didit_profile_unavailable) → allowed'],
      [
        ['no-longer-verified'],
        ['login again', 'login again held for 5 minutes'],
        'denied (didit_not_verified) → allowed',
      ],
      [NO_RECORD, [DOWN[0], ...UNASKED, DOWN[1]], 'denied (didit_profile_unavailable) → allowed'],
      [NO_RECORD, ['SSO', 'older than 30d'], 'denied (didit_profile_stale) → allowed'],
    ]);
  });

  test('on_unavailable=allow changes logins whose answer could not be had alone', LONG, async () => {
    const found = await impact(model(), model(rules('require=verified on_unavailable=allow')));
    const change = 'denied (didit_profile_unavailable) → allowed';
    expect(changedLogins(found)).toEqual([
      [KEPT, [DOWN[0]], change],
      [KEPT, [DOWN[1], 'older than 30d'], change],
      [NO_RECORD, DOWN, change],
    ]);
  });

  test('stand_in changes logins with a record above the limit, without an answer', LONG, async () => {
    const found = await impact(model(), model(['refresh_after=24h', 'refresh_after=24h stand_in=7d']));
    expect(changedLogins(found)).toEqual([
      [
        allBut(...UNVERIFIED, ...TWICE, ...NO_RECORD),
        [DOWN[1], 'older than 7d'],
        'allowed → denied (didit_profile_unavailable)',
      ],
      [
        UNVERIFIED,
        [DOWN[1], 'older than 7d'],
        'denied (didit_not_verified) → denied (didit_profile_unavailable)',
      ],
    ]);
  });
});

describe('code that treats later logins in its own way', () => {
  const NOTHING = 'exports.onExecutePostLogin = async () => {};';

  test('shows, where it is about a refresh alone', LONG, async () => {
    const found = await impact(
      withAction(model(), NOTHING),
      withAction(
        model(),
        `exports.onExecutePostLogin = async (event, api) => {
          if (event.transaction.protocol === 'oauth2-refresh-token') api.access.deny('too_late: No.');
        };`,
      ),
    );
    expect(changedLogins(found)).toEqual([[EVERYBODY, ['refresh'], 'allowed → denied (too_late)']]);
  });

  test('is rated where an answer becomes a value of a person', LONG, async () => {
    const setting = (value: string): string => `exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('https://example.com/didit/verified', ${value});
      api.user.setAppMetadata('copy', ${value});
    };`;
    const found = await impact(
      withAction(model(), setting('true')),
      withAction(model(), setting('event.user.email ?? true')),
    );
    expect(found.changes.filter(({ flows }) => flows.includes('first login'))).toMatchObject(
      // Two share no e-mail address: no-email, and the first account of two-identities.
      Array.from({ length: found.people.length - 2 }, () => [
        { what: 'ID token claim https://example.com/didit/verified', codes: ['personal_data_in_token'] },
        { what: 'app_metadata.copy', codes: ['personal_data_kept'] },
      ])
        .flat()
        .map(({ what, codes }) => ({ what, security: codes.map((code) => ({ code })) })),
    );
  });

  test('meets what the old side left with its users', LONG, async () => {
    const marking = (mark: string): string => `exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('https://example.com/mark', event.user.app_metadata.mark ?? 'none');
      if (event.stats.logins_count === 1) api.user.setAppMetadata('mark', '${mark}');
      if ('${mark}' === 'new' && event.user.app_metadata.mark === 'old') api.access.deny('old_mark: No.');
    };`;
    const found = await impact(withAction(model(), marking('old')), withAction(model(), marking('new')));
    expect(found.changes).toMatchObject([
      {
        people: EVERYBODY,
        flows: ['first login'],
        what: 'app_metadata.mark',
        before: '"old"',
        after: '"new"',
      },
      {
        people: EVERYBODY,
        flows: [
          'login again',
          ...SESSIONS,
          'another connection with Didit linked',
          'login again held for 5 minutes',
          DOWN[1],
        ],
        what: 'login',
        after: 'denied (old_mark)',
      },
    ]);
  });
});

describe('what is not there on both sides', () => {
  test('has first logins alone: later ones would have nothing to be compared with', LONG, async () => {
    const found = await impact({ resources: [], flow: [] }, model());
    expect(found.flows).toEqual(['first login']);
    expect(changedLogins(found)).toEqual([
      [VERIFIED, ['first login'], 'not possible → allowed'],
      [UNVERIFIED, ['first login'], 'not possible → denied (didit_not_verified)'],
      [TWICE, ['first login'], 'not possible → denied (didit_two_identities)'],
    ]);
  });

  test('leaves logins through another connection, which an application had before', LONG, async () => {
    const all = rules('require=verified apply_to=all');
    const disabled = withField(model(), 'connection', 'enabled_clients', () => ({ kind: 'set', items: [] }));
    const found = await impact(disabled, model(all));
    expect(changedLogins(found)).toEqual([
      [VERIFIED, ['first login'], 'not possible → allowed'],
      [UNVERIFIED, ['first login'], 'not possible → denied (didit_not_verified)'],
      [TWICE, ['first login'], 'not possible → denied (didit_two_identities)'],
      [EVERYBODY, ['another connection'], 'allowed → denied (didit_connection_required)'],
    ]);
  });
});

test('nothing is run where nothing that logins depend on differs', async () => {
  const found = await impact(model(), model(['display_name: Didit\n', 'display_name: Didit ID\n']));
  const lists = ['flows', 'changes', 'lockedOut', 'openToAll', 'hosts', 'accounts', 'notRun'];
  const nothing = Object.fromEntries(lists.map((list) => [list, []]));
  expect(found).toEqual({ people: EVERYBODY, applications: ['Didit Sample Application'], ...nothing });
});

test('nothing changes where code says the same in other words; flows are named', LONG, async () => {
  const before = model(rules('require=verified max_age=7d apply_to=all'));
  const after = withField(before, 'Action', 'code', (field) => ({
    kind: 'code',
    text: `// new\n${field?.kind === 'code' ? field.text : ''}`,
  }));
  const { flows, changes } = await impact(before, after);
  expect(changes).toEqual([]);
  expect(flows).toEqual([
    'first login',
    'login again',
    ...SESSIONS,
    'another connection',
    'another connection with Didit linked',
    'Didit as a linked identity',
    "first login after another team's step",
    'login again held for 5 minutes',
    ...DOWN,
    'first login (Management API too slow)',
    ...['401', '403', '429', 'garbage'].map((answer) => `first login (Management API answers ${answer})`),
  ]);
});

test('how the Management API fails is looked into where code changes, not settings', LONG, async () => {
  const { flows } = await impact(model(), model(rules('require=verified on_unavailable=allow')));
  expect(flows.filter((flow) => flow.includes('Management API'))).toEqual(DOWN);
});

test('code that lets people in at a slow Management API, or a 429, shows', LONG, async () => {
  const reading = (failure: string): string => `exports.onExecutePostLogin = async (event, api) => {
    const ends = async () => {
      try {
        const signal = AbortSignal.timeout(800);
        return (await fetch('https://' + event.secrets.AUTH0_DOMAIN + '/api/v2/users/1', { signal })).status;
      } catch (error) {
        return error.name === 'TimeoutError' ? 'slow' : 'down';
      }
    };
    if (String(await ends()) !== '${failure}') api.access.deny('unknown: No.');
  };`;
  const found = await impact(withAction(model(), reading('none')), withAction(model(), reading('slow')));
  expect(changedLogins(found)).toEqual([
    [['adult'], ['first login (Management API too slow)'], 'denied (unknown) → allowed'],
  ]);
  const refused = await impact(withAction(model(), reading('none')), withAction(model(), reading('429')));
  expect(changedLogins(refused)).toEqual([
    [EVERYBODY, ['first login (Management API answers 429)'], 'denied (unknown) → allowed'],
  ]);
});

test('an application that the dashboard knows and the file does not is signed in to', LONG, async () => {
  const left: Edit = ['    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n', ''];
  const all: Edit = ['didit_policy: mode=enforce on_unavailable=deny', 'didit_policy: require=verified'];
  const report: Edit = ['didit_policy: require=verified', 'didit_policy: mode=report require=verified'];
  const own: Edit = rules('mode=enforce require=verified');
  const found = await impact(model(left, own, all), model(left, own, all, report));
  expect(found.applications).toContain('(any other application)');
  expect(found.changes).toContainEqual(
    expect.objectContaining({
      application: '(any other application)',
      people: UNVERIFIED,
      what: 'login',
      after: 'allowed',
    }),
  );
  expect(found.changes.map(({ application }) => application)).not.toContain('Didit Sample Application');
});
