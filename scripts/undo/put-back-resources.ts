import { isDeepStrictEqual } from 'node:util';
import { route } from '../base/route.ts';
import { only, recordOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import {
  changedBack,
  doing,
  goneMeanwhile,
  isMadeHere,
  madeKey,
  metadataBefore,
  metadataDetails,
  NOTHING,
  patchFields,
  remove,
  removeFromLogins,
} from './operation.ts';
import type { Operation, PutBack, PutBackHelp } from './operation.ts';
import { sameScopes } from '../tenant-model/same-meaning.ts';
import { publicMetadata } from '../tenant-model/secret-paths.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { grantName, subjectTypeOf } from '../tenant-model/tenant-model.ts';
import type { OrganizationState, TenantState } from '../tenant-model/tenant-state.ts';

export function putBackGrant(
  { client, audience, subject_type, before }: Snapshot['clientGrants'][number],
  state: TenantState,
  help: Pick<PutBackHelp, 'made'>,
): PutBack {
  const what = `grant ${grantName(client, audience, { subject_type })}`;
  if (before === undefined) {
    const ids = new Set(
      state.clients.filter(({ name }) => name === client).map(({ client_id }) => client_id),
    );
    return doing(
      ...state.clientGrants
        .filter((grant) =>
          isMadeHere(
            help,
            madeKey('grant', grantName(client, audience, { subject_type })),
            grant.id,
            ids.has(grant.client_id) &&
              grant.audience === audience &&
              subjectTypeOf(grant.settings) === subjectTypeOf({ subject_type }),
          ),
        )
        .map(({ id }) => removeFromLogins(what, route`/client-grants/${id}`)),
    );
  }
  const now = state.clientGrants.find(({ id }) => id === before.id);
  if (now === undefined) return goneMeanwhile(what);
  const { fields, cannotBeUnset } = changedBack('client grant', before.settings, now.settings);
  return patchFields({
    what,
    path: route`/client-grants/${before.id}`,
    fields: sameScopes(before.scope, now.scope) ? fields : { ...fields, scope: before.scope },
    cannotBeUnset,
    details: sameScopes(before.scope, now.scope)
      ? []
      : [`scope: ${now.scope.join(' ')} → ${before.scope.join(' ')}`],
  });
}

export function putBackClient(
  { name, before }: Snapshot['clients'][number],
  state: TenantState,
  help: Pick<PutBackHelp, 'made'>,
): PutBack {
  const what = `application ${name}`;
  if (before === undefined) {
    return doing(
      ...state.clients
        .filter((client) =>
          isMadeHere(help, madeKey('application', name), client.client_id, client.name === name),
        )
        .map(({ client_id }) => removeFromLogins(what, route`/clients/${client_id}`)),
    );
  }
  const now = state.clients.find(({ client_id }) => client_id === before.client_id);
  if (now === undefined) return goneMeanwhile(what);
  const { client_metadata: metadata, ...settings } = before.settings;
  // What no record holds stays as it is.
  const inRecords = (texts: unknown): JsonRecord =>
    publicMetadata('application', 'client_metadata', recordOf(texts));
  const metadataOfBefore = inRecords(metadata);
  const metadataNow = inRecords(now.settings['client_metadata']);
  const metadataBack =
    'client_metadata' in before.settings ? metadataBefore(metadataOfBefore, metadataNow) : undefined;
  const { fields, cannotBeUnset } = changedBack('client', settings, now.settings);
  return patchFields({
    what,
    path: route`/clients/${before.client_id}`,
    fields: { ...fields, ...(metadataBack === undefined ? {} : { client_metadata: metadataBack }) },
    cannotBeUnset,
    details:
      metadataBack === undefined ? [] : metadataDetails('client_metadata', metadataOfBefore, metadataNow),
  });
}

export function putBackOrganization(
  { name, before }: NonNullable<Snapshot['organizations']>[number],
  { organizations = [] }: TenantState,
  help: Pick<PutBackHelp, 'made'>,
): PutBack {
  const what = `organization ${name}`;
  if (before === undefined) {
    const made = organizations.find((one) =>
      isMadeHere(help, madeKey('organization', name), one.id, one.name === name),
    );
    return made === undefined
      ? NOTHING
      : doing(remove(`${what}, with its memberships,`, route`/organizations/${made.id}`));
  }
  const now = organizations.find(({ id }) => id === before.id);
  if (now === undefined) return goneMeanwhile(what);
  const { metadata, ...settings } = before.settings;
  const { fields, cannotBeUnset } = changedBack('organization', settings, now.settings);
  const path = route`/organizations/${before.id}`;
  const inRecords = (texts: unknown): JsonRecord =>
    publicMetadata('organization', 'metadata', recordOf(texts));
  const [was, is] = [inRecords(metadata), inRecords(now.settings['metadata'])];
  const metadataBack = 'metadata' in before.settings ? metadataBefore(was, is) : undefined;
  const patched = patchFields({
    what,
    path,
    fields: { ...fields, ...(metadataBack === undefined ? {} : { metadata: metadataBack }) },
    cannotBeUnset,
    details: metadataBack === undefined ? [] : metadataDetails('metadata', was, is),
  });
  return {
    ...patched,
    operations: [
      ...patched.operations,
      ...connectionsBack(what, path, before.connections, now.connections),
      // What it asked for before may be less, and its members may come through a connection that could not be disabled.
    ].map((operation) => ({ ...operation, opens: true as const })),
  };
}

/** What members of an organization could sign in through, and how. */
function connectionsBack(
  what: string,
  path: string,
  before: OrganizationState['connections'],
  now: OrganizationState['connections'],
): readonly Operation[] {
  const named = (list: typeof before, name: string): (typeof before)[number] | undefined =>
    list.find((connection) => connection.name === name);
  const pathOf = (connection: JsonRecord): string =>
    path + route`/connections/${textOf(connection['connection_id'])}`;
  const changed = before.flatMap(({ name, connection_id: id, ...was }): readonly Operation[] => {
    const is = named(now, name);
    const how = `${what}: connection ${name}`;
    if (is === undefined)
      return [
        {
          what: `${how} as before`,
          method: 'POST',
          path: `${path}/connections`,
          body: { ...was, connection_id: id },
        },
      ];
    const body = only(
      was,
      Object.keys(was).filter((setting) => !isDeepStrictEqual(was[setting], is[setting])),
    );
    return Object.keys(body).length === 0
      ? []
      : [{ what: `${how} as before`, method: 'PATCH', path: pathOf(is), body }];
  });
  return [
    ...changed,
    ...now
      .filter(({ name }) => named(before, name) === undefined)
      .map((connection) => remove(`${what}: connection ${connection.name}`, pathOf(connection))),
  ];
}

export function putBackResourceServer(
  { identifier, before }: Snapshot['resourceServers'][number],
  state: TenantState,
  help: Pick<PutBackHelp, 'made'>,
): PutBack {
  const what = `API ${identifier}`;
  const now = state.resourceServers.find((server) => server.identifier === identifier);
  if (before === undefined)
    return now === undefined || !isMadeHere(help, madeKey('API', identifier), now.id, true)
      ? NOTHING
      : doing(remove(what, route`/resource-servers/${now.id}`));
  if (now === undefined) return goneMeanwhile(what);
  return patchFields({
    what,
    path: route`/resource-servers/${now.id}`,
    ...changedBack('resource server', before.settings, now.settings),
  });
}
