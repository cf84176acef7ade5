import { isJsonObject, recordOf, stringIn } from '../base/json-values.ts';
import type { Json, JsonObject } from '../base/json-values.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { isSecretHolder, isSecretName, looksLikeCredential } from '../secrets/secret-options.ts';
import { SIGNED_PART } from '../secrets/secret-in-url.ts';
import { collectionsOf } from '../local-tenant/index.ts';
import type { ConsoleHost } from '../local-tenant/index.ts';

/** Clears one text. */
export type Clear = (text: string) => string;

/** The signed values: with a signature beside it, what is shown could be used. What is signed is read; the signature is not. */
const JWT = new RegExp(String.raw`(${SIGNED_PART})\.[\w-]{16,}`, 'g');
const HANDOVER = /(?<![\w-])[\w-]{43}(?=(?:\{|%7B)(?:\\*"|%22|&quot;))/gi;

export const HIDDEN_VALUE = '•••';

/**
 * Takes out of texts what must never be on the page: secrets that the tenant holds, of Actions in every version, and whatever
 * authenticates somebody in what it keeps of applications, connections and APIs; and signatures. Public values that an Action is
 * given as a secret, such as the tenant's domain, stay.
 */
export function clearing({
  context,
  management,
  didit,
}: Pick<ConsoleHost, 'context' | 'management' | 'didit'>): () => Clear {
  const { actions, actionVersions, clients, connections, things } = collectionsOf(context.store);
  let seen: string | undefined;
  let clear: Clear = (text) => text;
  return () => {
    // Reading all versions takes a while, and most requests come when nothing has been deployed.
    const applications = clients.all();
    const links = connections.all();
    const apis = things('/resource-servers').all();
    const now = JSON.stringify([
      actions.all().map(({ id, updated_at: at }) => [id, at]),
      applications,
      links,
      apis,
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
      ...[...applications, ...links].flatMap((thing) => credentialsIn(thing)),
      ...apis.flatMap((api) => stringIn(api, 'signing_secret') ?? []),
      ...[...actionVersions.all(), ...actions.all().map(({ draft }) => draft)].flatMap((version) =>
        version.secrets.map(({ value }) => value),
      ),
    ].filter((secret) => !open.has(secret) && !secret.startsWith(context.url()));
    const redact = redactorOf([...new Set(secrets)]);
    clear = remembered((text) =>
      redact(text.replaceAll(HANDOVER, '(signature) ').replaceAll(JWT, '$1.(signature)')),
    );
    return clear;
  };
}

/**
 * Texts that are called like a secret, or look like one, and all that is sent along to authenticate. Their objects hold settings,
 * too.
 */
function credentialsIn(value: unknown, name = '', isSent = false): readonly string[] {
  if (typeof value === 'string')
    return isSent || isSecretName(name) || looksLikeCredential(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => credentialsIn(item, name, isSent));
  return Object.entries(recordOf(value)).flatMap(([key, item]) =>
    credentialsIn(item, key, isSent || isSecretHolder(key)),
  );
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
export const withTexts = <Value>(value: Value, change: Clear): Value =>
  mapped(value, change, (number) => number);

/** What an answer shows of a value: secrets are taken out, those of digits too that an Action has made a number of. */
export const cleared = <Value>(value: Value, clear: Clear): Value =>
  mapped(value, clear, (number) => {
    const text = clear(String(number));
    return /\d/.test(text) ? number : text;
  });

function mapped<Value>(value: Value, change: Clear, ofNumber: (number: number) => unknown): Value;
function mapped(value: unknown, change: Clear, ofNumber: (number: number) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') return ofNumber(value);
  if (Array.isArray(value)) return value.map((item) => mapped<unknown>(item, change, ofNumber));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapped<unknown>(item, change, ofNumber)]),
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
