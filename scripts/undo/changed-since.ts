import { recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { Binding } from '../tenant-model/merge-bindings.ts';
import { sameValue } from './operation.ts';
import { readableOptions } from '../records/snapshot.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { grantName } from '../tenant-model/tenant-model.ts';
import type { ActionState, ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';

/** What is no longer as a deploy left it, by name of resource and field; never a value. */
export interface ChangedSince {
  /** The deploy had changed it too: going back takes away what somebody made of it since. */
  readonly overwritten: readonly string[];
  /** The deploy had left it as it was: it stays as it is now. */
  readonly kept: readonly string[];
}

/**
 * Compares what a deploy left with what is there now.
 *
 * @param after What the deploy left. Same things as in `before`.
 */
export function changedSince(before: Snapshot, after: Snapshot, now: TenantState): ChangedSince {
  const found = [
    ...after.resourceServers.flatMap(({ identifier, before: left }, index) =>
      compare(
        `API ${identifier}`,
        before.resourceServers[index]?.before?.settings,
        left?.settings,
        now.resourceServers.find(({ id }) => id === left?.id)?.settings,
        'in reach',
      ),
    ),
    ...after.clients.flatMap(({ name, before: left }, index) =>
      compare(
        `application ${name}`,
        before.clients[index]?.before?.settings,
        left?.settings,
        now.clients.find(({ client_id }) => client_id === left?.client_id)?.settings,
        'in reach',
      ),
    ),
    ...after.clientGrants.flatMap(({ client, audience, subject_type, before: left }, index) => {
      const is = now.clientGrants.find(({ id }) => id === left?.id);
      return compare(
        `grant ${grantName(client, audience, { subject_type })}`,
        grantFields(before.clientGrants[index]?.before),
        grantFields(left),
        grantFields(is),
      );
    }),
    ...after.actions.flatMap(({ name, before: left }, index) =>
      compare(
        `Action ${name}`,
        actionFields(before.actions[index]?.before),
        actionFields(left),
        actionFields(now.actions.find(({ id }) => id === left?.id)),
        'whole',
      ),
    ),
    ...after.connections.flatMap(({ name, before: left }, index) => {
      const fields = (connection: ConnectionState | undefined): JsonRecord | undefined =>
        connectionFields(connection, left?.settings ?? {}, now);
      return compare(
        `connection ${name}`,
        fields(before.connections[index]?.before),
        fields(left),
        fields(now.connections.find(({ id }) => id === left?.id)),
      );
    }),
    ...compare(
      'post-login bindings',
      ownBindings(before.bindings, after.ownActions),
      ownBindings(after.bindings, after.ownActions),
      ownBindings(after.bindings === undefined ? undefined : now.bindings, after.ownActions),
    ),
  ];
  return {
    overwritten: found.filter(({ overwritten }) => overwritten).map(({ what }) => what),
    kept: found.filter(({ overwritten }) => !overwritten).map(({ what }) => what),
  };
}

/**
 * What was made by the deploy goes whole, so everything that somebody changed of it goes along.
 *
 * @param which `in reach`: only fields that `left` has. `whole`: what is touched goes back with all its fields.
 */
function compare(
  what: string,
  was: JsonRecord | undefined,
  left: JsonRecord | undefined,
  is: JsonRecord | undefined,
  which: 'all' | 'in reach' | 'whole' = 'all',
): readonly { readonly what: string; readonly overwritten: boolean }[] {
  if (left === undefined || is === undefined) return [];
  const [flatWas, flatLeft, flatIs] = [flat(was ?? {}), flat(left), flat(is)];
  return [...new Set([...Object.keys(flatLeft), ...Object.keys(flatIs)])]
    .filter((name) => which !== 'in reach' || name in left || (name.split('.')[0] ?? '') in left)
    .filter((name) => !sameValue(flatLeft[name], flatIs[name]))
    .filter((name) => was === undefined || !sameValue(flatWas[name], flatIs[name]))
    .map((name) => ({
      what: `${what}: ${name}`,
      overwritten: which === 'whole' || was === undefined || !sameValue(flatWas[name], flatLeft[name]),
    }));
}

/** Different people write the keys of these. */
const NESTED: readonly string[] = ['client_metadata', 'options.scripts'];

const flat = (fields: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      NESTED.includes(name) ? prefixed(`${name}.`, recordOf(value)) : [[name, value] as const],
    ),
  );

const prefixed = (prefix: string, fields: JsonRecord): readonly (readonly [string, unknown])[] =>
  Object.entries(fields).map(([name, value]) => [`${prefix}${name}`, value]);

const grantFields = (
  grant: { readonly scope: readonly string[]; readonly settings: JsonRecord } | undefined,
): JsonRecord | undefined =>
  grant && {
    ...grant.settings,
    ...Object.fromEntries(grant.scope.map((scope) => [`scope ${scope}`, true])),
  };

const actionFields = (action: ActionState | undefined): JsonRecord | undefined =>
  action && {
    code: action.deployed?.code,
    runtime: action.deployed?.runtime,
    dependencies: action.deployed?.dependencies,
    secrets: action.deployed?.secrets,
    draft: action.draft,
  };

const connectionFields = (
  connection: ConnectionState | undefined,
  inReach: JsonRecord,
  { clients }: Pick<TenantState, 'clients'>,
): JsonRecord | undefined =>
  connection && {
    ...Object.fromEntries(Object.keys(inReach).map((name) => [name, connection.settings[name]])),
    ...Object.fromEntries(prefixed('metadata.', connection.metadata)),
    ...Object.fromEntries(prefixed('options.', readableOptions(connection.options))),
    ...Object.fromEntries(
      connection.enabledClients.map((id) => [
        `application ${clients.find(({ client_id }) => client_id === id)?.name ?? id}`,
        true,
      ]),
    ),
  };

/** Other teams' bindings stay whatever is done with ours. */
const ownBindings = (
  bindings: readonly Binding[] | undefined,
  ownActions: readonly string[],
): JsonRecord | undefined =>
  bindings && { 'of our Actions': bindings.filter(({ action_name }) => ownActions.includes(action_name)) };
