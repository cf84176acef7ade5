import { isDeepStrictEqual } from 'node:util';
import { recordOf, without } from './json-values.ts';
import type { JsonRecord } from './json-values.ts';
import { changedBack, goneMeanwhile, metadataBefore, remove } from './operation.ts';
import type { Operation, PutBack, PutBackHelp } from './operation.ts';
import { isSecretOption } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { ConnectionState, TenantState } from './tenant-state.ts';

/** Applications that one call may enable or disable. */
const MAX_CLIENTS_PER_CALL = 50;

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
      operations: now === undefined ? [] : [remove(what, `/connections/${now.id}`)],
      impossible: [],
    };
  }
  if (now?.id !== before.id) return goneMeanwhile(what);
  const path = `/connections/${before.id}`;
  const options = optionsBack(before, now, help);
  const fields = {
    ...changedBack(before.settings, now.settings),
    ...(isDeepStrictEqual(before.metadata, now.metadata)
      ? {}
      : { metadata: metadataBefore(before.metadata, now.metadata) }),
    ...(options === undefined || options === 'secret unknown' ? {} : { options }),
  };
  const changed = Object.keys(fields);
  return {
    operations: [
      ...applicationsBack(what, path, before, now, state),
      ...(changed.length === 0
        ? []
        : [
            {
              what: `${what}: ${changed.join(', ')} as before`,
              method: 'PATCH' as const,
              path,
              body: withDisplayName(fields, before),
            },
          ]),
    ],
    impossible: options === 'secret unknown' ? [`${what}: options (its client secret cannot be read)`] : [],
  };
}

/** Auth0 forgets a display name that is not sent along. */
const withDisplayName = (fields: JsonRecord, { settings }: ConnectionState): JsonRecord =>
  settings['display_name'] == null ? fields : { ...fields, display_name: settings['display_name'] };

/** Whether the options are, as far as they can be read, what a snapshot says. */
export const sameReadableOptions = (before: JsonRecord, now: JsonRecord): boolean =>
  isDeepStrictEqual(before, without(now, Object.keys(now).filter(isSecretOption)));

function optionsBack(
  before: ConnectionState,
  now: ConnectionState,
  { connectionSecret }: Pick<PutBackHelp, 'connectionSecret'>,
): JsonRecord | 'secret unknown' | undefined {
  if (sameReadableOptions(before.options, now.options)) return undefined;
  const secret = connectionSecret(before.name, before.options['client_id']);
  if (secret === undefined) return 'secret unknown';
  const unreadable = Object.entries(recordOf(now.options)).filter(([option]) => isSecretOption(option));
  return { ...Object.fromEntries(unreadable), ...before.options, client_secret: secret };
}

function applicationsBack(
  what: string,
  path: string,
  before: ConnectionState,
  now: ConnectionState,
  state: TenantState,
): readonly Operation[] {
  const stillThere = (id: string): boolean => state.clients.some(({ client_id }) => client_id === id);
  const changes = [
    ...before.enabledClients
      .filter((id) => !now.enabledClients.includes(id) && stillThere(id))
      .map((client_id) => ({ client_id, status: true })),
    ...now.enabledClients
      .filter((id) => !before.enabledClients.includes(id))
      .map((client_id) => ({ client_id, status: false })),
  ];
  return Array.from({ length: Math.ceil(changes.length / MAX_CLIENTS_PER_CALL) }, (_, call) => ({
    what: `${what}: its applications`,
    method: 'PATCH' as const,
    path: `${path}/clients`,
    body: changes.slice(call * MAX_CLIENTS_PER_CALL, (call + 1) * MAX_CLIENTS_PER_CALL),
  }));
}
