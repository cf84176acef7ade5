import fc from 'fast-check';
import { expect } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy, PreparedDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { isRecord, recordOf, textOf } from '../../scripts/base/json-values.ts';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import { diffFlow } from '../../scripts/tenant-model/diff/diff-flow.ts';
import type { Field } from '../../scripts/tenant-model/tenant-model.ts';
import { contentsByPath, defaultAt } from './contents-by-path.ts';
import type { Contents } from './contents-by-path.ts';
import { inTests } from '../faults/warm-cli.ts';
import type { Bench } from './tenant-bench.ts';

const SECRET = '(secret)';

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** Each part of a file, mostly as it is shipped: then it is seen whether it alone is sent. */
const at = (path: Change[0], ...values: readonly unknown[]): fc.Arbitrary<readonly Change[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.constantFrom(...values).map((value): readonly Change[] => [[path, value]]) },
  );
const CONNECTION = ['connections', 0] as const;
const APPLICATION = ['clients', 1] as const;
const [API, GRANT] = [['resourceServers', 0] as const, ['clientGrants', 0] as const];
const SAMPLE = 'Didit Sample Application';
const MORE_GRANTS = ([undefined, 'user', 'anonymous_user'] as const).map((type) => ({
  ...{ client_id: SAMPLE, audience: 'https://api.example.com/', scope: [`read:${type ?? 'a'}`] },
  ...(type === undefined ? {} : { subject_type: type }),
}));
const [A, B] = ['https://a.example/', 'https://b.example/'];
const samlp = (...nameIdentifierProbes: readonly string[]) => ({ samlp: { nameIdentifierProbes } });
const ADDONS = [{ wsfed: {} }, { samlp: {} }, samlp('a', 'b'), samlp('b', 'a')];
const FLOW = ['didit-profile-sync', 'didit-access-policy', 'didit-claims', 'theirs'];
const PARAMETERS = { a: { value: 'x' }, theirs: { value: 'z' } };
const ROTATING = { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 30 };
const LASTING = { rotation_type: 'non-rotating', expiration_type: 'non-expiring' };
const EXPIRING = { rotation_type: 'non-rotating', expiration_type: 'expiring' };
const subjects = (user: string, client: string) => ({ user: { policy: user }, client: { policy: client } });
const DENIED = subjects('deny_all', 'deny_all');
const OPEN = subjects('allow_all', 'require_client_grant');
const BOUND = { mechanism: 'dpop', required: true, required_for: 'public_clients' };
const MAY_BE_BOUND = { mechanism: 'dpop', required: false };

const changes: fc.Arbitrary<readonly Change[]> = fc
  .tuple(
    at([...CONNECTION, 'display_name'], 'Other', 'Another', undefined),
    at([...CONNECTION, 'show_as_button'], true, false),
    at([...CONNECTION, 'is_domain_connection'], true, false),
    at([...CONNECTION, 'metadata', 'other_team'], 'one', 'two'),
    at([...CONNECTION, 'metadata', 'didit_policy'], 'mode=report', undefined),
    at([...CONNECTION, 'enabled_clients'], [SAMPLE, 'Didit Actions'], ['Didit Actions'], undefined),
    at([...CONNECTION, 'options', 'pkce_enabled'], false),
    at([...CONNECTION, 'options', 'tokenURL'], 'https://example.com/token'),
    at([...CONNECTION, 'options', 'icon_url'], 'https://example.com/i', 'https://example.com/j'),
    at([...CONNECTION, 'options', 'upstream_params'], null, { a: { value: 'x' } }, { b: { value: 'y' } }),
    at([...CONNECTION, 'options', 'scripts', 'getLogoutUrl'], '// one', '// two'),
    at([...APPLICATION, 'callbacks'], [], [A], [B, A]),
    at([...APPLICATION, 'logo_uri'], 'https://example.com/l', ''),
    at([...APPLICATION, 'oidc_conformant'], false, undefined),
    at([...APPLICATION, 'addons'], ...ADDONS),
    at([...APPLICATION, 'mobile'], { ios: { team_id: 'T', app_bundle_identifier: 'B' } }, undefined),
    at([...APPLICATION, 'refresh_token'], null, EXPIRING),
    at([...APPLICATION, 'jwt_configuration'], { alg: 'RS256', lifetime_in_seconds: 60 }, { alg: 'HS256' }),
    at([...APPLICATION, 'client_metadata'], { didit_policy: 'mode=off' }, { other_team: 'x' }, undefined),
    at([...API, 'token_lifetime'], 60, undefined),
    at([...API, 'name'], 'Another name'),
    at([...API, 'subject_type_authorization'], DENIED, OPEN),
    at([...API, 'proof_of_possession'], BOUND, MAY_BE_BOUND),
    at([...API, 'scopes'], [], [{ value: 'read:a' }], [{ value: 'read:b', description: 'B' }]),
    at([...GRANT, 'scope'], ['read:users', 'read:clients'], []),
    at([...GRANT, 'organization_usage'], 'allow', 'deny'),
    at([...GRANT, 'authorization_details_types'], ['payment'], []),
    at(
      ['organizations'],
      [{ name: 'acme', metadata: { didit_policy: 'mode=report', other_team: 'one' } }],
      [{ name: 'acme', branding: { logo_url: 'https://example.com/o' }, connections: [{ name: 'didit' }] }],
      [
        { name: 'acme', display_name: 'Acme', connections: [], third_party_client_access: 'allow' },
        { name: 'new', connections: [{ name: 'didit', show_as_button: false }] },
      ],
    ),
  )
  .map((parts) => parts.flat());

/** What somebody does to a tenant meanwhile, through the Management API. */
const meddling = fc.record({
  connection: fc.option(
    fc.record(
      {
        display_name: fc.constantFrom('Theirs', 'Didit'),
        show_as_button: fc.boolean(),
        metadata: fc.constantFrom({ didit_policy: 'mode=off', theirs: 'yes' }, { theirs: 'no' }, {}),
      },
      { requiredKeys: ['display_name'] },
    ),
  ),
  options: fc.option(
    fc.record(
      {
        tokenURL: fc.constantFrom('https://theirs.example/token'),
        icon_url: fc.constantFrom('https://theirs.example/i', 'https://example.com/i'),
        upstream_params: fc.constantFrom(PARAMETERS, { b: { value: 'x' } }),
        scope: fc.constantFrom('openid', 'openid user_id names email phone picture is_verified is_over_18'),
      },
      { requiredKeys: [] },
    ),
  ),
  application: fc.option(
    fc.record(
      {
        callbacks: fc.constantFrom([], ['https://theirs.example/'], [A], [A, B]),
        logo_uri: fc.constantFrom('https://theirs.example/l'),
        addons: fc.constantFrom(...ADDONS),
        oidc_conformant: fc.boolean(),
        client_metadata: fc.constantFrom({ didit_claims: 'linked=on' }, { theirs: 'yes' }),
        refresh_token: fc.constantFrom(ROTATING, LASTING),
        web_origins: fc.constantFrom(['https://theirs.example']),
      },
      { requiredKeys: [] },
    ),
  ),
  api: fc.option(
    fc.record(
      {
        token_lifetime: fc.constantFrom(60, 86_400),
        scopes: fc.constantFrom([{ value: 'read:a', description: 'A' }], [{ value: 'read:b' }], []),
        enforce_policies: fc.boolean(),
        proof_of_possession: fc.constantFrom(BOUND, MAY_BE_BOUND),
        subject_type_authorization: fc.constantFrom(DENIED, OPEN),
      },
      { requiredKeys: [] },
    ),
  ),
  bindings: fc.option(fc.shuffledSubarray(FLOW)),
  organization: fc.option(
    fc.record(
      {
        display_name: fc.constantFrom('Theirs', 'Acme'),
        metadata: fc.constantFrom({ didit_policy: 'mode=off', theirs: 'yes' }, { theirs: 'no' }),
        branding: fc.constantFrom({ colors: { primary: '#ff0000', page_background: '#000000' } }),
        third_party_client_access: fc.constantFrom('allow', 'block'),
      },
      { requiredKeys: ['display_name'] },
    ),
  ),
  membership: fc.option(fc.record({ assign_membership_on_login: fc.boolean() })),
  gone: fc.option(fc.constantFrom('grants', 'API', 'connection', 'Action', 'application', 'organization'), {
    freq: 6,
  }),
});
type Switches = Record<'replaceOptions' | 'updateSecrets', boolean>;
type Meddling = typeof meddling extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What else a policy says follows from its expiration, too: such a file once was a change of what stays as it is. */
const EXPIRING_WITHOUT_ROTATION: [readonly Change[], boolean, Meddling, Switches] = [
  [[[...APPLICATION, 'refresh_token'], EXPIRING]],
  false,
  {
    ...{ connection: null, options: null, application: null, api: null, bindings: null, gone: null },
    ...{ organization: null, membership: null },
  },
  { replaceOptions: false, updateSecrets: false },
];

async function meddle(on: Bench, drawn: Meddling): Promise<void> {
  const { api } = on;
  const { clients, connections, actions, resourceServers, clientGrants } = await on.state();
  if (!actions.some(({ name }) => name === 'theirs')) {
    await api.send('POST', '/actions/actions', {
      name: 'theirs',
      code: 'exports.onExecutePostLogin = async () => {};',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    });
    const theirs = (await on.state()).actions.find(({ name }) => name === 'theirs');
    await api.send('POST', `/actions/actions/${theirs?.id ?? ''}/deploy`, {});
  }
  const patch = async (route: string, id: string | undefined, body: object | null): Promise<void> => {
    if (id !== undefined && body !== null && Object.keys(body).length > 0)
      await api.send('PATCH', `${route}/${id}`, body);
  };
  const [connection] = connections;
  await patch('/connections', connection?.id, drawn.connection);
  await patch(
    '/connections',
    connection?.id,
    drawn.options && {
      display_name: connection?.settings['display_name'],
      options: { ...connection?.options, ...drawn.options },
    },
  );
  await patch('/clients', clients.find(({ name }) => name === SAMPLE)?.client_id, drawn.application);
  const server = resourceServers.find(({ identifier }) => identifier === 'https://api.example.com/');
  await patch('/resource-servers', server?.id, drawn.api);
  const organizations = await api.list('/organizations', 'organizations');
  const acme = organizations.find(({ name }) => name === 'acme')?.['id'];
  await patch('/organizations', acme === undefined ? undefined : textOf(acme), drawn.organization);
  const memberships = `/organizations/${textOf(acme)}/connections`;
  if (acme !== undefined && connection !== undefined && drawn.membership !== null) {
    await api.send('DELETE', `${memberships}/${connection.id}`);
    await api.send('POST', memberships, { ...drawn.membership, connection_id: connection.id });
  }
  const bound = drawn.bindings?.filter(
    (name) => name === 'theirs' || actions.some((action) => action.name === name && action.deployed),
  );
  if (bound !== undefined) {
    await api.send('PATCH', '/actions/triggers/post-login/bindings', {
      bindings: bound.map((name) => ({ ref: { type: 'action_name', value: name }, display_name: name })),
    });
  }
  const claims = actions.find(({ name }) => name === 'didit-claims');
  const sample = clients.find(({ name }) => name === SAMPLE);
  const going: Readonly<Record<string, readonly string[]>> = {
    grants: clientGrants
      .filter(({ client_id: id }) => id === sample?.client_id)
      .map(({ id }) => `/client-grants/${id}`),
    API: server === undefined ? [] : [`/resource-servers/${server.id}`],
    connection: connection === undefined ? [] : [`/connections/${connection.id}`],
    Action: claims === undefined ? [] : [`/actions/actions/${claims.id}?force=true`],
    application: sample === undefined ? [] : [`/clients/${sample.client_id}`],
    organization: acme === undefined ? [] : [`/organizations/${textOf(acme)}`],
  };
  for (const path of going[drawn.gone ?? ''] ?? []) await api.send('DELETE', path);
}

/** What a plan lists, in the form of `contentsByPath`: path, what was there and what will be. Of a new thing, only that it is new. */
const listed = (
  { changes: { before, after, settings, connections } }: PreparedDeploy,
  [was, is]: readonly [Contents, Contents],
): ReadonlyMap<string, unknown> =>
  new Map([
    ...settings.map(({ kind, name, path, before: from, after: to }): [string, unknown] =>
      path === undefined
        ? [`${kind} ${name}`, 'new']
        : [
            `${kind} ${name} ${path}`,
            {
              before: valueOf(from) ?? defaultAt(was.things, `${kind} ${name}`, path),
              after: valueOf(to) ?? defaultAt(is.things, `${kind} ${name}`, path),
            },
          ],
    ),
    // Where the tenant tells no secret, nobody knows whether there is one: that it is sent stands beside the list.
    ...connections
      .filter(
        ({ isNew, existing, secret }) =>
          !isNew && secret !== undefined && existing?.client_secret === undefined,
      )
      .map(({ config: { name } }): [string, unknown] => [
        `connection ${name} options.client_secret`,
        { before: null, after: SECRET },
      ]),
    ...diffFlow(before.flow, after.flow, () => true)
      .filter(({ change }) => change !== 'none')
      .slice(0, 1)
      .map((): [string, unknown] => [
        'flow',
        { before: before.flow.map(({ action }) => action), after: after.flow.map(({ action }) => action) },
      ]),
  ]);

/** Of a secret, a plan tells only that it is set: where it does, nothing is compared but that. */
const asTold = (changed: ReadonlyMap<string, unknown>, shown: ReadonlyMap<string, unknown>): unknown =>
  Object.fromEntries(
    [...changed].map(([name, change]) => [
      name,
      isRecord(change)
        ? Object.fromEntries(
            Object.entries(change).map(([side, value]) => [
              side,
              value !== null && recordOf(shown.get(name))[side] === SECRET ? SECRET : value,
            ]),
          )
        : change,
    ]),
  );

function valueOf(field: Field | undefined): unknown {
  switch (field?.kind) {
    case undefined:
      return null;
    case 'value':
      return field.value === '' ? null : field.value;
    case 'set':
      if (field.items.length === 0) return null;
      return (field.ordered ?? field.first) !== undefined ? field.items : field.items.toSorted();
    case 'secret':
      return SECRET;
    case 'settings':
    case 'code':
      return field.text;
  }
}

/**
 * Whatever stands in the file, and whatever somebody has done to the tenant: a deploy changes the values that its plan lists, to
 * what it lists, and nothing else. Each deploy finds the tenant as the one before it left it, and somebody since.
 *
 * @param start Starts what carries the deploy out. Default: auth0-deploy-cli.
 */
export async function changesWhatItLists(
  on: Bench,
  numRuns: number,
  start?: Deploy['startCli'],
): Promise<void> {
  const deploy = (edits: readonly Change[], moreGrants: boolean, options: Deploy['options'] = {}): Deploy =>
    inTests(
      {
        ...on.deployOf([
          ...edits,
          ...(moreGrants
            ? MORE_GRANTS.map((grant, index): Change => [['clientGrants', index + 1], grant])
            : []),
        ]),
        options,
        ...(start === undefined ? {} : { startCli: start }),
      },
      on.folders.authorityFile,
    );
  await changeTenant(on.api, deploy([], false), on.records);
  await fc.assert(
    fc.asyncProperty(
      changes,
      fc.boolean(),
      meddling,
      fc.record({ replaceOptions: fc.boolean(), updateSecrets: fc.boolean() }),
      async (edits, moreGrants, drawn, options) => {
        await meddle(on, drawn);
        const before = await contentsByPath(on.api);
        let plan: PreparedDeploy | undefined;
        await changeTenant(on.api, deploy(edits, moreGrants, options), on.records, {
          onPrepared: async (prepared) => {
            plan = prepared;
          },
        });
        const after = await contentsByPath(on.api);
        const shown = plan === undefined ? new Map<string, unknown>() : listed(plan, [before, after]);
        expect(asTold(after.changedSince(before), shown)).toEqual(Object.fromEntries(shown));
        // Planned again, there is nothing left.
        const { replaceOptions } = options;
        const { changes: again } = await prepareDeploy(on.api, deploy(edits, moreGrants, { replaceOptions }));
        expect(again.settings).toEqual([]);
        expect(isEmptyDeploy(again)).toBe(true);
      },
    ),
    { numRuns, endOnFailure: true, examples: [EXPIRING_WITHOUT_ROTATION] },
  );
}
