import { isDeepStrictEqual } from 'node:util';
import { changeApplications, disableConnection, withDisplayName } from './disable-connection.ts';
import { recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import {
  changedBack,
  goneMeanwhile,
  metadataBefore,
  metadataDetails,
  patchFields,
  remove,
} from './operation.ts';
import type { Operation, PutBack, PutBackHelp } from './operation.ts';
import { isSecretOption } from '../secrets/secret-options.ts';
import { readableOptions } from '../records/snapshot.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';

/**
 * A connection as it was. `options` are replaced whole and hold a secret that cannot be read: they are put back only where
 * somebody knows it. In a deploy they are the last thing that is written, so that this is never needed there.
 */
export function putBackConnection(
  { name, before }: Snapshot['connections'][number],
  state: TenantState,
  help: Pick<PutBackHelp, 'connectionSecret'>,
): PutBack {
  const what = `connection ${name}`;
  const now = state.connections.find((connection) => connection.name === name);
  if (before === undefined) {
    return {
      // Removing needs a scope that the client may not have: out of use, it can stay.
      operations:
        now === undefined
          ? []
          : [...disableConnection(now, namesOf(state)), remove(what, `/connections/${now.id}`)],
      impossible: [],
    };
  }
  if (now?.id !== before.id) return goneMeanwhile(what);
  const path = `/connections/${before.id}`;
  const options = optionsBack(before, now, help);
  const { fields, cannotBeUnset } = changedBack('connection', before.settings, now.settings);
  const metadata = metadataBefore(before.metadata, now.metadata);
  const patch = patchFields({
    what,
    path,
    fields: {
      ...fields,
      ...(metadata === undefined ? {} : { metadata }),
      ...(options === undefined || options === 'secret unknown' ? {} : { options }),
    },
    cannotBeUnset,
    always: withDisplayName({}, before.settings),
    details: [
      ...(metadata === undefined ? [] : metadataDetails('metadata', before.metadata, now.metadata)),
      ...(options === undefined ? [] : changedOptionNames(before.options, now.options)),
    ],
  });
  return {
    ...patch,
    operations: [...disabledBack(what, path, before, now, state), ...patch.operations],
    lacking:
      options === 'secret unknown'
        ? [
            `${what}: options (its client secret cannot be read, and the environment holds none for its client id)`,
          ]
        : [],
  };
}

/**
 * The applications that a connection was enabled for. To be done last: people sign in through them when their rules are there
 * again.
 */
export function enabledBack(
  { name, before }: Snapshot['connections'][number],
  state: TenantState,
): readonly Operation[] {
  const now = state.connections.find((connection) => connection.name === name);
  if (before === undefined || now?.id !== before.id) return [];
  const names = namesOf(state);
  const changes = before.enabledClients
    .filter((id) => !now.enabledClients.includes(id) && names.has(id))
    .map((client_id) => ({ client_id, status: true }));
  return changeApplications(`connection ${name}`, `/connections/${before.id}`, changes, names);
}

const namesOf = ({ clients }: Pick<TenantState, 'clients'>): ReadonlyMap<string, string> =>
  new Map(clients.map(({ client_id, name }) => [client_id, name]));

/** By their path; never a value. */
const changedOptionNames = (before: JsonRecord, now: JsonRecord): readonly string[] => {
  const readable = readableOptions(now);
  return [...new Set([...Object.keys(before), ...Object.keys(readable)])]
    .filter((name) => !isDeepStrictEqual(before[name], readable[name]))
    .map((name) => `options.${name}`);
};

/** Whether the options are, as far as they can be read, what a snapshot says. */
export const sameReadableOptions = (before: JsonRecord, now: JsonRecord): boolean =>
  isDeepStrictEqual(before, readableOptions(now));

function optionsBack(
  before: ConnectionState,
  now: ConnectionState,
  { connectionSecret }: Pick<PutBackHelp, 'connectionSecret'>,
): JsonRecord | 'secret unknown' | undefined {
  if (sameReadableOptions(before.options, now.options)) return undefined;
  const secret = connectionSecret(before.name, before.options['client_id']);
  if (secret === undefined) return 'secret unknown';
  const unreadable = Object.entries(recordOf(now.options)).filter(([option, value]) =>
    isSecretOption(option, value),
  );
  return { ...Object.fromEntries(unreadable), ...before.options, client_secret: secret };
}

function disabledBack(
  what: string,
  path: string,
  before: ConnectionState,
  now: ConnectionState,
  state: TenantState,
): readonly Operation[] {
  const changes = now.enabledClients
    .filter((id) => !before.enabledClients.includes(id))
    .map((client_id) => ({ client_id, status: false }));
  return changeApplications(what, path, changes, namesOf(state));
}
