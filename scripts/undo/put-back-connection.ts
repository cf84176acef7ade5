import { isDeepStrictEqual } from 'node:util';
import { route } from '../base/route.ts';
import { changeApplications, disableConnection, withDisplayName } from './disable-connection.ts';
import { recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import {
  changedBack,
  goneMeanwhile,
  isMadeHere,
  madeKey,
  metadataBefore,
  metadataDetails,
  patchFields,
  remove,
} from './operation.ts';
import type { Operation, PutBack, PutBackHelp } from './operation.ts';
import { recordedMarkOf } from '../secrets/secret-marks.ts';
import { sameScopes, sameToTheService } from '../tenant-model/same-meaning.ts';
import { isHiddenOption, readableMetadata, readableOptions } from '../records/snapshot.ts';
import type { ConnectionBefore, Snapshot } from '../records/snapshot.ts';
import type { ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';

/**
 * A connection as it was. `options` are replaced whole, with a secret that some tenants do not tell and that no file holds: they
 * are put back only where the tenant still has it, or somebody knows it. In a deploy they are the last thing that is written, so
 * that this is rarely needed there.
 */
export function putBackConnection(
  { name, before }: Snapshot['connections'][number],
  state: TenantState,
  help: Pick<PutBackHelp, 'connectionSecret' | 'made'>,
): PutBack {
  const what = `connection ${name}`;
  const now = state.connections.find((connection) => connection.name === name);
  if (before === undefined) {
    return {
      // Removing needs a scope that the client may not have: out of use, it can stay.
      operations:
        now === undefined || !isMadeHere(help, madeKey('connection', name), now.id, true)
          ? []
          : [...disableConnection(now, namesOf(state)), remove(what, route`/connections/${now.id}`)],
      impossible: [],
    };
  }
  if (now?.id !== before.id) return goneMeanwhile(what);
  const path = route`/connections/${before.id}`;
  const options = optionsBack(before, now, help);
  const { fields, cannotBeUnset } = changedBack('connection', before.settings, now.settings);
  // What no record holds stays as it is.
  const metadataNow = readableMetadata(now.metadata);
  const metadata = metadataBefore(before.metadata, metadataNow);
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
      ...(metadata === undefined ? [] : metadataDetails('metadata', before.metadata, metadataNow)),
      ...(options === undefined ? [] : changedOptionNames(before, now)),
    ],
  });
  return {
    ...patch,
    operations: [...disabledBack(what, path, before, now, state), ...patch.operations],
    lacking:
      options === 'secret unknown'
        ? [`${what}: options (their former client secret is neither on the tenant nor in the environment)`]
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
  return changeApplications(`connection ${name}`, route`/connections/${before.id}`, changes, names);
}

const namesOf = ({ clients }: Pick<TenantState, 'clients'>): ReadonlyMap<string, string> =>
  new Map(clients.map(({ client_id, name }) => [client_id, name]));

/** By their path; never a value. */
const changedOptionNames = (before: ConnectionBefore, now: ConnectionState): readonly string[] => {
  const [was, is] = [before.options, readableOptions(now.options)];
  return [
    ...[...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (name) => !isDeepStrictEqual(was[name], is[name]),
    ),
    ...(now.client_secret === undefined || isSecretOf(before, now.client_secret) ? [] : ['client_secret']),
  ].map((name) => `options.${name}`);
};

/** Whether the options are what a snapshot says, the client secret among them, as far as they can be read. */
export const sameOptions = (before: ConnectionBefore, now: ConnectionState): boolean =>
  isDeepStrictEqual(before.options, readableOptions(now.options)) &&
  (now.client_secret === undefined || isSecretOf(before, now.client_secret));

/**
 * Whether options that are sent whole have arrived: what they were to change is as it was sent. The rest may be somebody else's.
 *
 * @param sent As `before`, as the deploy meant to leave it.
 */
export function optionsArrived(
  before: ConnectionBefore,
  sent: ConnectionBefore,
  now: ConnectionState,
): boolean {
  const at = { kind: 'connection', name: before.name } as const;
  const options = recordOf(now.options);
  const isOption = (name: string, wanted: unknown, is: unknown): boolean =>
    name === 'scope' ? sameScopes(wanted, is) : sameToTheService(at, `options.${name}`, wanted, is, true);
  const changed = [...new Set([...Object.keys(before.options), ...Object.keys(sent.options)])].filter(
    (name) => !isOption(name, sent.options[name], before.options[name]),
  );
  const isSecretChanged = sent.secretMark !== before.secretMark;
  if (changed.length === 0 && !isSecretChanged) return !sameOptions(before, now);
  return (
    changed.every((name) => isOption(name, sent.options[name], options[name])) &&
    (!isSecretChanged || now.client_secret === undefined || isSecretOf(sent, now.client_secret))
  );
}

/** A snapshot of a tenant that did not tell the secret says nothing against any. */
const isSecretOf = ({ secretMark, id }: ConnectionBefore, secret: string): boolean =>
  secretMark === undefined || secretMark === recordedMarkOf(secret, id);

/** The secret that the connection had, if it is the one that it has, or somebody has it at hand. */
function formerSecret(
  before: ConnectionBefore,
  { options, client_secret: current }: ConnectionState,
  { connectionSecret }: Pick<PutBackHelp, 'connectionSecret'>,
): string | undefined {
  const clientId = before.options['client_id'];
  // Of a former client, the current secret is none, unless the mark says so.
  const isSameClient = before.secretMark !== undefined || options['client_id'] === clientId;
  return [isSameClient ? current : undefined, connectionSecret(before.name, clientId)].find(
    (secret) => secret !== undefined && isSecretOf(before, secret),
  );
}

function optionsBack(
  before: ConnectionBefore,
  now: ConnectionState,
  help: Pick<PutBackHelp, 'connectionSecret'>,
): JsonRecord | 'secret unknown' | undefined {
  if (sameOptions(before, now)) return undefined;
  const secret = formerSecret(before, now, help);
  if (secret === undefined) return 'secret unknown';
  const unreadable = Object.entries(recordOf(now.options)).filter(([option, value]) =>
    isHiddenOption(option, value),
  );
  return { ...Object.fromEntries(unreadable), ...before.options, client_secret: secret };
}

function disabledBack(
  what: string,
  path: string,
  before: ConnectionBefore,
  now: ConnectionState,
  state: TenantState,
): readonly Operation[] {
  const changes = now.enabledClients
    .filter((id) => !before.enabledClients.includes(id))
    .map((client_id) => ({ client_id, status: false }));
  return changeApplications(what, path, changes, namesOf(state));
}
