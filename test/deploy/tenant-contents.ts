import { collectionsOf, openStore } from '../../scripts/local-tenant/index.ts';
import type { ActionVersionDocument } from '../../scripts/local-tenant/index.ts';
import { isJsonObject, textOf } from '../../scripts/base/json-values.ts';
import type { Json, JsonObject } from '../../scripts/base/json-values.ts';

/**
 * Everything that a deploy can change of a tenant that is not running, secret values included, in a form in which two tenants
 * that mean the same are equal: names in the place of ids, no times, no numbers of versions, nothing for what is empty. Keys that
 * a deploy makes are numbered: a tenant whose Actions all have one key is like any other with one.
 */
export function tenantContents(folder: string): JsonObject {
  const store = openStore(folder);
  try {
    const { clients, clientGrants, connections, actions, actionVersions, triggerBindings, things } =
      collectionsOf(store);
    const names = clients.all().flatMap(({ client_id, client_secret, name }): [string, string][] => [
      [client_id, `<id of ${name}>`],
      [client_secret, `<secret of ${name}>`],
    ]);
    const nameOf = new Map(names);
    const contents: JsonObject = {
      clients: clients.all().map(({ name, settings }) => ({ name, ...settings })),
      grants: clientGrants
        .all()
        .map(({ client_id, audience, scope, settings }) => ({ client_id, audience, scope, ...settings })),
      apis: things('/resource-servers')
        .all()
        .map(({ id: _, ...server }) => server),
      organizations: things('/organizations')
        .all()
        .map(({ id, ...organization }) => ({
          ...organization,
          connections: things(`/organizations/${textOf(id)}/enabled_connections`)
            .all()
            .flatMap(({ connection_id: connection, ...membership }) =>
              connections
                .all()
                .flatMap((one) => (one.id === connection ? [{ ...membership, name: one.name }] : [])),
            )
            .toSorted(byText),
        })),
      connections: connections
        .all()
        .map(({ name, strategy, options, enabled_clients, metadata, settings }) => ({
          name,
          strategy,
          options,
          // By name: the ids are another tenant's, and would come in another order.
          enabled_clients: enabled_clients.map((id) => nameOf.get(id) ?? id).toSorted(),
          metadata,
          ...settings,
        })),
      actions: actions.all().map((action) => {
        const runs =
          action.deployed_version_id === null ? undefined : actionVersions.get(action.deployed_version_id);
        return {
          name: action.name,
          supported_triggers: action.supported_triggers,
          draft: content(action.draft),
          runs: runs === undefined ? null : content(runs),
        };
      }),
      bindings: triggerBindings.all().map(({ trigger_id, bindings }) => ({
        trigger_id,
        bindings: bindings.map(({ action_id, display_name }) => ({
          action: actions.get(action_id)?.name ?? '<none>',
          display_name,
        })),
      })),
    };
    const secrets = [...actions.all().map(({ draft }) => draft), ...actionVersions.all()].flatMap(
      (version) => version.secrets,
    );
    const keys = secrets.filter(({ name }) => name === 'DIDIT_HANDOVER_KEY').map(({ value }) => value);
    const ids = secrets.flatMap(({ name }) => /^DIDIT_SHARED_KEY_(\w+)$/.exec(name)?.[1] ?? []);
    const named = [...names, ...numbered('shared key', keys), ...numbered('id of a key', ids)].reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      JSON.stringify(contents),
    );
    const parsed = withoutEmpty(JSON.parse(named) as Json);
    // The order in which things were made means nothing; that of bindings does, and stands further in.
    return Object.fromEntries(
      Object.entries(isJsonObject(parsed) ? parsed : {}).map(([kind, items]) => [
        kind,
        Array.isArray(items) ? items.toSorted(byText) : items,
      ]),
    );
  } finally {
    store.close();
  }
}

const numbered = (what: string, values: readonly string[]): readonly [string, string][] =>
  [...new Set(values)].map((value, index) => [value, `<${what} ${index + 1}>`]);

const content = ({
  code,
  runtime,
  dependencies,
  secrets,
}: Pick<ActionVersionDocument, 'code' | 'runtime' | 'dependencies' | 'secrets'>): JsonObject => ({
  code,
  runtime,
  dependencies,
  secrets: Object.fromEntries(secrets.map(({ name, value }) => [name, value])),
});

const byText = (a: Json, b: Json): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]): [string, Json] => [name, withoutEmpty(inner)])
      .filter(([, inner]) => !isEmptyJson(inner)),
  );
}

const isEmptyJson = (value: Json): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
