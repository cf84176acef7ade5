import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { isJsonObject } from '../../../scripts/base/json-values.ts';

/** Where two answers differ: `missing clients[].tenant`, `extra …`, `type …`, `length …`, `value …`. */
export type Difference = string;

/** Local names of recorded things. */
export type Bindings = Map<string, string>;

const IDENTIFYING = ['id', 'log_id', 'client_id', 'user_id', 'name', 'value', 'action_name'] as const;

const typeOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** The local item that stands for a recorded one: the one of the same id (or name), or else the one in its place. */
function counterpart(
  recorded: JsonObject,
  index: number,
  local: readonly Json[],
  bindings: Bindings,
): Json | undefined {
  for (const key of IDENTIFYING) {
    const wanted = recorded[key];
    if (typeof wanted !== 'string') continue;
    const found = local
      .filter(isJsonObject)
      .filter((item) => item[key] === (bindings.get(wanted) ?? wanted))
      // A trigger is in its list once for each version.
      .find((item) => item['version'] === recorded['version']);
    if (found !== undefined) return found;
  }
  return local[index];
}

// What each tenant makes for itself: times, secrets, keys, its own name.
const OWN_VALUES =
  /(^|\.)(\w+_at|last_\w+|date|build_time|recovery_code|\w*secret|signing_keys\[\]\.\w+|tenant|verification_\w+|\w+_url|ticket|next)$/;

const sameValue = (recorded: Json, local: Json, bindings: Bindings, path: string): boolean =>
  OWN_VALUES.test(path) ||
  (typeof recorded === 'string' ? (bindings.get(recorded) ?? recorded) : recorded) === local;

const sameMembers = (recorded: readonly Json[], local: readonly Json[], bindings: Bindings): boolean => {
  const ours = recorded.map((id) => (typeof id === 'string' ? (bindings.get(id) ?? id) : id));
  return ours.length === local.length && ours.every((id) => local.includes(id));
};

/** Compares the names, types and values of fields, at any depth; lists also by length. */
export function differences(recorded: Json, local: Json, bindings: Bindings, path = ''): Difference[] {
  if (typeOf(recorded) !== typeOf(local))
    return [`type ${path}: ${typeOf(recorded)} recorded, ${typeOf(local)} here`];
  if (Array.isArray(recorded) && Array.isArray(local)) {
    // Which applications a connection is enabled for has no order.
    if (path.endsWith('enabled_clients'))
      return sameMembers(recorded, local, bindings) ? [] : [`value ${path}`];
    const length =
      recorded.length === local.length
        ? []
        : [`length ${path}[]: ${recorded.length} recorded, ${local.length} here`];
    const inside = recorded.flatMap((item, index) => {
      const other = isJsonObject(item) ? counterpart(item, index, local, bindings) : local[index];
      return other === undefined ? [] : differences(item, other, bindings, `${path}[]`);
    });
    return [...new Set([...length, ...inside])];
  }
  if (!isJsonObject(recorded) || !isJsonObject(local))
    return sameValue(recorded, local, bindings, path) ? [] : [`value ${path}`];
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  return [...new Set([...Object.keys(recorded), ...Object.keys(local)])].flatMap((name) => {
    const theirs = recorded[name];
    const ours = local[name];
    if (theirs === undefined) return [`extra ${at(name)}`];
    if (ours === undefined) return [`missing ${at(name)}`];
    return differences(theirs, ours, bindings, at(name));
  });
}

/** Binds recorded ids to the ids that stand in the same places of the local answer, at first sight. */
export function bindIds(recorded: Json, local: Json, bindings: Bindings): void {
  if (Array.isArray(recorded) && Array.isArray(local)) {
    for (const [index, item] of recorded.entries()) {
      const other = isJsonObject(item) ? counterpart(item, index, local, bindings) : undefined;
      if (other !== undefined) bindIds(item, other, bindings);
    }
    return;
  }
  if (!isJsonObject(recorded) || !isJsonObject(local)) return;
  for (const [name, value] of Object.entries(recorded)) {
    const other = local[name];
    if (other === undefined) continue;
    if (typeof value === 'string' && typeof other === 'string' && /(^|_)id$|^next$/.test(name)) {
      if (!bindings.has(value)) bindings.set(value, other);
    } else {
      bindIds(value, other, bindings);
    }
  }
}
