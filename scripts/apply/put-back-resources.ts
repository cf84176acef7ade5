import { isDeepStrictEqual } from 'node:util';
import { recordOf } from './json-values.ts';
import {
  changedBack,
  doing,
  goneMeanwhile,
  metadataBefore,
  NOTHING,
  patchUnlessEmpty,
  remove,
} from './operation.ts';
import type { PutBack } from './operation.ts';
import type { Snapshot } from './snapshot.ts';
import type { TenantState } from './tenant-state.ts';

export function putBackGrant(
  { client, audience, before }: Snapshot['clientGrants'][number],
  state: TenantState,
): PutBack {
  const what = `grant ${client} → ${audience}`;
  if (before === undefined) {
    const ids = new Set(
      state.clients.filter(({ name }) => name === client).map(({ client_id }) => client_id),
    );
    return doing(
      ...state.clientGrants
        .filter((grant) => ids.has(grant.client_id) && grant.audience === audience)
        .map(({ id }) => remove(what, `/client-grants/${id}`)),
    );
  }
  const now = state.clientGrants.find(({ id }) => id === before.id);
  if (now === undefined) return goneMeanwhile(what);
  const settings = changedBack(before.settings, now.settings);
  const body = {
    ...settings,
    ...(isDeepStrictEqual(before.scope, now.scope) ? {} : { scope: before.scope }),
  };
  return patchUnlessEmpty(what, `/client-grants/${before.id}`, body);
}

export function putBackClient({ name, before }: Snapshot['clients'][number], state: TenantState): PutBack {
  const what = `application ${name}`;
  if (before === undefined) {
    return doing(
      ...state.clients
        .filter((client) => client.name === name)
        .map(({ client_id }) => remove(what, `/clients/${client_id}`)),
    );
  }
  const now = state.clients.find(({ client_id }) => client_id === before.client_id);
  if (now === undefined) return goneMeanwhile(what);
  const { client_metadata: metadata, ...settings } = before.settings;
  const metadataBack = metadataBefore(recordOf(metadata), recordOf(now.settings['client_metadata']));
  const body = {
    ...changedBack(settings, now.settings),
    ...('client_metadata' in before.settings && metadataBack !== undefined
      ? { client_metadata: metadataBack }
      : {}),
  };
  return patchUnlessEmpty(what, `/clients/${before.client_id}`, body);
}

export function putBackResourceServer(
  { identifier, before }: Snapshot['resourceServers'][number],
  state: TenantState,
): PutBack {
  const what = `API ${identifier}`;
  const now = state.resourceServers.find((server) => server.identifier === identifier);
  if (before === undefined)
    return now === undefined ? NOTHING : doing(remove(what, `/resource-servers/${now.id}`));
  if (now === undefined) return goneMeanwhile(what);
  return patchUnlessEmpty(what, `/resource-servers/${now.id}`, changedBack(before.settings, now.settings));
}
