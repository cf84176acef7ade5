import { isJsonObject } from '../../../scripts/base/json-values.ts';
import type { Json } from '../../../scripts/base/json-values.ts';
import type { Store } from '../../../scripts/local-tenant/store/store.ts';

/** Collections in which what happened to people has its time: users, their sessions, and logins that wait for another Action. */
const COLLECTIONS = ['users', 'login-sessions', 'login-suspended'];

/** Times that are numbers: when something was, milliseconds since the epoch. Those of when it ends stay. */
const TIMES = ['authenticated_at', 'created_at', 'updated_at'];

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Makes all that a tenant knows of people a while longer ago. Actions have the clock of the machine, which no test can move:
 * instead of waiting, the past is put back.
 * @param age Milliseconds.
 */
export function backdate(store: Store, age: number): void {
  for (const name of COLLECTIONS) {
    const documents = store.collection<{ readonly id?: string; readonly user_id?: string }>(name);
    for (const document of documents.all()) {
      const id = document.id ?? document.user_id;
      const earlier = aged(document, age);
      if (id !== undefined && isJsonObject(earlier)) documents.put(id, earlier);
    }
  }
}

function aged(value: unknown, age: number, name = ''): Json {
  if (typeof value === 'string' && INSTANT.test(value))
    return new Date(Date.parse(value) - age).toISOString();
  if (typeof value === 'number' && TIMES.includes(name)) return value - age;
  if (Array.isArray(value)) return value.map((item) => aged(item, age));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, aged(child, age, key)]));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
