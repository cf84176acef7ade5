import { isJsonObject, stringIn } from '../base/json-values.ts';
import type { Json, JsonObject } from '../base/json-values.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { collectionsOf } from '../local-tenant/index.ts';
import type { ConsoleHost } from '../local-tenant/index.ts';

/** Clears one text. */
export type Clear = (text: string) => string;

/** The signed values: with a signature beside it, what is shown could be used. What is signed is read; the signature is not. */
const JWT = /\b(eyJ[\w-]{8,}\.[\w-]{8,})\.[\w-]{16,}/g;
const HANDOVER = /^[\w-]{43}(?=\{")/;

const HIDDEN_VALUE = '•••';

/**
 * Takes out of texts what must never be on the page: secrets that the tenant holds, of Actions in every version, of applications and
 * of connections; and signatures. Public values that an Action is given as a secret, such as the tenant's domain, stay.
 */
export function clearing({
  context,
  management,
  didit,
}: Pick<ConsoleHost, 'context' | 'management' | 'didit'>): () => Clear {
  const { actions, actionVersions, clients, connections } = collectionsOf(context.store);
  let seen: string | undefined;
  let clear: Clear = (text) => text;
  return () => {
    // Reading all versions takes a while, and most requests come when nothing has been deployed.
    const applications = clients.all();
    const links = connections.all();
    const now = JSON.stringify([
      actions.all().map(({ id, updated_at: at }) => [id, at]),
      applications,
      links,
    ]);
    if (now === seen) return clear;
    seen = now;
    const open = new Set([
      context.domain(),
      context.url(),
      ...applications.map(({ client_id: id }) => id),
      ...links.map(({ name }) => name),
    ]);
    const secrets = [
      management.clientSecret,
      didit.clientSecret,
      ...applications.map(({ client_secret: secret }) => secret),
      ...links.flatMap(({ options }) => stringIn(options, 'client_secret') ?? []),
      ...[...actionVersions.all(), ...actions.all().map(({ draft }) => draft)].flatMap((version) =>
        version.secrets.map(({ value }) => value),
      ),
    ].filter((secret) => !open.has(secret) && !secret.startsWith(context.url()));
    const redact = redactorOf([...new Set(secrets)]);
    clear = remembered((text) =>
      redact(text.replace(HANDOVER, '(signature) ').replaceAll(JWT, '$1.(signature)')),
    );
    return clear;
  };
}

const REMEMBERED_TEXTS = 10_000;
/** Of the words that a list repeats in each row. */
const REMEMBERED_CHARACTERS = 100;

/** A list of two thousand logins is made of a few words, again and again: each of them is looked at once. */
export function remembered(change: Clear): Clear {
  const known = new Map<string, string>();
  return (text) => {
    if (text.length > REMEMBERED_CHARACTERS) return change(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const changed = change(text);
    if (known.size >= REMEMBERED_TEXTS) known.clear();
    known.set(text, changed);
    return changed;
  };
}

/** All texts of a value, and the keys of its objects, changed in the same way. */
export function withTexts<Value>(value: Value, change: Clear): Value;
export function withTexts(value: unknown, change: Clear): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts<unknown>(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), withTexts<unknown>(item, change)]),
  );
}

/** The value with every text, number and flag in it hidden. What it is made of is still seen. */
export function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  if (isJsonObject(value)) return maskedObject(value);
  return value === null ? null : HIDDEN_VALUE;
}

export const maskedObject = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, masked(value)]));

/** Shorter values are found in words that have nothing to do with them. */
const MIN_PERSONAL_CHARACTERS = 4;

/**
 * Hides values wherever they come up in a text.
 * @param personal `always`: attributes of the person. `unlessWord`: what else is kept of them, in which a plain word in small letters is
 *   one of ours.
 */
export function maskerOf(personal: {
  readonly always: readonly Json[];
  readonly unlessWord: readonly Json[];
}): Clear {
  const others = personal.unlessWord.flatMap(leaves).filter((value) => !/^[a-z_-]+$/.test(value));
  const values = [...new Set([...personal.always.flatMap(leaves), ...others])]
    .filter((value) => value.length >= MIN_PERSONAL_CHARACTERS)
    .sort((one, other) => other.length - one.length);
  return (text) => values.reduce((rest, value) => rest.replaceAll(value, HIDDEN_VALUE), text);
}

function leaves(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isJsonObject(value) ? Object.values(value).flatMap(leaves) : [];
}
