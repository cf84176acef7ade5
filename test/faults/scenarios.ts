import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { bindingsBody } from '../../scripts/undo/put-back-bindings.ts';
import { codeSaying, deployOf, tenantFileWith } from '../deploy/deploy-inputs.ts';

/** A deploy to a tenant on which other teams have things too. */
export interface Scenario {
  readonly name:
    | 'first deploy'
    | 'change of everything'
    | 'update of secrets'
    | 'update of secrets, hidden'
    | 'change of organizations'
    | 'change of the Didit application'
    | 'change of the Didit application, hidden'
    | 'two other names';
  /** What is deployed before the deploy that is tested; other teams' Actions come between ours then. */
  readonly base: ((domain: string) => Deploy) | undefined;
  readonly tested: (domain: string) => Deploy;
  /** Which requests `npm run test:faults` disturbs. */
  readonly disturbed: 'all' | 'writes';
  /** Whether the tenant does not tell the client secret of a connection. Default false. */
  readonly hidesSecrets?: true;
}

const values = (domain: string): Readonly<Record<string, string>> => ({
  AUTH0_DOMAIN: domain,
  DIDIT_CLIENT_ID: 'didit-client-id',
  DIDIT_CLIENT_SECRET: 'didit-client-secret-of-before',
});

const version1 = (domain: string): Deploy => deployOf(tenantFileWith([]), () => 'one', values(domain));

/** Something of every kind: changed, new, taken away, in another order. */
const version2 = (domain: string): Deploy =>
  deployOf(
    tenantFileWith([
      [['clients', 1, 'description'], 'Another description'],
      [['clients', 1, 'client_metadata', 'didit_policy'], 'require=verified,age_over_18'],
      [
        ['clients', 3],
        { name: 'Second Application', app_type: 'spa', callbacks: ['https://second.example.com/'] },
      ],
      [
        ['clientGrants', 0, 'scope'],
        ['read:users', 'read:users_app_metadata'],
      ],
      [['resourceServers', 0, 'token_lifetime'], 3600],
      [['resourceServers', 1], { name: 'Second API', identifier: 'https://second.example.com/api' }],
      [['actions', 2, 'secrets', 3], { name: 'EXTRA', value: 'value-of-the-extra-secret' }],
      [['triggers', 'post-login', 0], { action_name: 'didit-access-policy', display_name: 'first' }],
      [['triggers', 'post-login', 1], { action_name: 'didit-profile-sync', display_name: 'second' }],
      [['triggers', 'post-login', 2], { action_name: 'didit-step-up', display_name: 'third' }],
      [['connections', 0, 'enabled_clients', 0], 'Second Application'],
      [['connections', 0, 'metadata', 'didit_claims'], undefined],
      [['connections', 0, 'display_name'], 'Sign in with Didit'],
      [['connections', 0, 'options', 'scope'], 'openid user_id is_verified is_over_18'],
    ]),
    (action) => (action === 'didit-profile-sync' ? 'one' : 'two'),
    values(domain),
  );

const newSecrets = (domain: string): Deploy => ({
  ...deployOf(tenantFileWith([]), () => 'one', {
    ...values(domain),
    DIDIT_CLIENT_SECRET: 'didit-client-secret-of-after',
    AUTH0_MANAGEMENT_CLIENT_SECRET: 'management-client-secret-of-after',
  }),
  options: { updateSecrets: true },
});

const withOrganizations =
  (...organizations: readonly object[]) =>
  (domain: string): Deploy =>
    deployOf(tenantFileWith([[['organizations'], organizations]]), () => 'one', values(domain));

const acme = (policy: string, connections: readonly object[]): object => ({
  name: 'acme',
  display_name: `Acme with ${policy}`,
  metadata: { didit_policy: policy, other_team: 'theirs' },
  connections,
});

/** One that changes in every respect, one that is new, one that stays. */
const organizations = {
  before: withOrganizations(acme('require=verified', [{ name: 'didit', assign_membership_on_login: true }]), {
    name: 'stays',
    metadata: { didit_policy: 'mode=report' },
  }),
  after: withOrganizations(
    acme('require=age_over_18', [{ name: 'didit', show_as_button: false }, { name: 'foreign-connection' }]),
    { name: 'stays', metadata: { didit_policy: 'mode=report' } },
    { name: 'new', connections: [{ name: 'didit', assign_membership_on_login: true }] },
  ),
};

/**
 * Another client id with its secret: where the tenant hides it, nobody has the secret of before any more, so there is no way back
 * once the options are sent. What else changes has to be right before.
 */
const anotherDiditApplication = (domain: string): Deploy =>
  deployOf(
    tenantFileWith([
      [
        ['connections', 0, 'enabled_clients'],
        ['Didit Sample Application', 'Didit Actions'],
      ],
    ]),
    () => 'one',
    {
      ...values(domain),
      DIDIT_CLIENT_ID: 'another-didit-client-id',
      DIDIT_CLIENT_SECRET: 'didit-client-secret-of-another',
    },
  );

/** An Action and an application that keep everything but their names. */
const otherNames = (domain: string): Deploy =>
  deployOf(
    tenantFileWith([
      [['actions', 2, 'name'], 'our-claims'],
      [['actions', 2, 'formerly'], 'didit-claims'],
      [['triggers', 'post-login', 3, 'action_name'], 'our-claims'],
      [['clients', 1, 'name'], 'Our Shop'],
      [['clients', 1, 'formerly'], 'Didit Sample Application'],
      [['connections', 0, 'enabled_clients', 0], 'Our Shop'],
    ]),
    () => 'one',
    values(domain),
  );

export const SCENARIOS: readonly Scenario[] = [
  { name: 'first deploy', base: undefined, tested: version1, disturbed: 'all' },
  { name: 'change of everything', base: version1, tested: version2, disturbed: 'all' },
  { name: 'update of secrets', base: version1, tested: newSecrets, disturbed: 'all' },
  {
    name: 'change of organizations',
    base: organizations.before,
    tested: organizations.after,
    disturbed: 'writes',
  },
  // Its reads are those of the others.
  {
    name: 'change of the Didit application',
    base: version1,
    tested: anotherDiditApplication,
    disturbed: 'writes',
  },
  // What the tenant tells of the secret plays a part only where it changes.
  {
    name: 'update of secrets, hidden',
    base: version1,
    tested: newSecrets,
    disturbed: 'writes',
    hidesSecrets: true,
  },
  {
    name: 'change of the Didit application, hidden',
    base: version1,
    tested: anotherDiditApplication,
    disturbed: 'writes',
    hidesSecrets: true,
  },
  { name: 'two other names', base: version1, tested: otherNames, disturbed: 'writes' },
];

export const FOREIGN_ACTIONS = ['foreign-before', 'foreign-between', 'foreign-after'] as const;

/** Puts other teams' Actions, application and connection on a tenant, the Actions bound. */
export async function addForeignThings(api: ManagementApi): Promise<void> {
  for (const name of FOREIGN_ACTIONS) {
    await api.send('POST', '/actions/actions', {
      name,
      code: codeSaying(name),
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      secrets: [{ name: 'KEY', value: `secret of ${name}` }],
      deploy: true,
    });
  }
  await api.send('POST', '/clients', { name: 'Foreign Application', app_type: 'spa' });
  await api.send('POST', '/connections', {
    name: 'foreign-connection',
    strategy: 'oauth2',
    options: { client_id: 'foreign', client_secret: 'secret of the foreign connection' },
  });
  await bind(api, FOREIGN_ACTIONS);
}

/** Other teams' Actions before, between and after ours. */
export const interleave = async (api: ManagementApi): Promise<void> => {
  await bind(api, [
    'foreign-before',
    'didit-profile-sync',
    'didit-step-up',
    'foreign-between',
    'didit-access-policy',
    'didit-claims',
    'foreign-after',
  ]);
};

const bind = async (api: ManagementApi, names: readonly string[]): Promise<void> => {
  await api.send(
    'PATCH',
    '/actions/triggers/post-login/bindings',
    bindingsBody(names.map((action_name) => ({ action_name }))),
  );
};
