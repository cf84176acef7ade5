import { asObject, isJsonObject } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import { characterPattern } from '../../secrets/hidden-in-text.ts';
import type { LoginTrace } from '../../local-tenant/index.ts';
import { HIDDEN_VALUE } from '../shown.ts';
import type { Clear } from '../shown.ts';

/** Shorter values are found in words that have nothing to do with them. */
const MIN_PERSONAL_CHARACTERS = 4;

/** The id of a user, as sentences of the service name it. */
const USER_ID = /(?<![\w-])[\w-]+\|[^\s"',]+/g;

/** What is signed is encoded, and may hold anything of a person. */
const SIGNED = /eyJ[\w-]{8,2000}\.[\w-]+/g;

/** Ids of users in the sentence with which a login was refused before anybody was known. */
export const userIdsIn = (reason: string | null): readonly string[] => reason?.match(USER_ID) ?? [];

/** Hides what is known of the person of a login, wherever it comes up in a text, and however it is written there. */
export function personalDataHider(trace: LoginTrace, subjects: readonly string[]): Clear {
  const { event, user, metadata_before: before, metadata_after: after, actions, decision } = trace;
  const { app_metadata: app, user_metadata: own, ...root } = asObject(event['user']);
  const [attributes, nested] = partsOf([
    root,
    user.root,
    ...profilesIn(root['identities']),
    ...profilesIn(user.identities),
  ]);
  const values = valuesOf({
    always: [
      ...attributes,
      trace.user_id,
      ...subjects,
      ...(decision.kind === 'refused' ? userIdsIn(decision.message) : []),
    ],
    unlessWord: [
      ...nested,
      app ?? null,
      own ?? null,
      { ...before },
      { ...after },
      ...actions.flatMap(({ calls }) => calls.flatMap(({ arguments: [, ...given] }) => given.map(jsonOf))),
    ],
  });
  const isAddress = (value: string): boolean => value.includes('@');
  const patterns = [
    SIGNED,
    // Whatever its case, it leads to the same person.
    ...anyOf(values.filter(isAddress), 'giu'),
    ...anyOf(
      values.filter((value) => !isAddress(value)),
      'gu',
    ),
  ];
  return (text) => patterns.reduce((rest, pattern) => rest.replace(pattern, HIDDEN_VALUE), text);
}

const anyOf = (values: readonly string[], flags: string): readonly RegExp[] =>
  values.length === 0 ? [] : [new RegExp(values.map(characterPattern).join('|'), flags)];

export const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

/** What linked identities say of the person; through what they sign in is named on every page. */
const profilesIn = (identities: unknown): readonly JsonObject[] =>
  (Array.isArray(identities) ? identities : [])
    .filter(isJsonObject)
    .map(({ profileData }) => asObject(profileData));

/** Attributes, and what is kept inside of one, such as an answer of Didit's, in which many words are ours. */
function partsOf(profiles: readonly JsonObject[]): readonly [readonly Json[], readonly Json[]] {
  const values = profiles.flatMap((profile) =>
    Object.entries(profile).flatMap(([name, value]) => (name === 'identities' ? [] : [value])),
  );
  const isNested = (value: Json): boolean => typeof value === 'object';
  return [values.filter((value) => !isNested(value)), values.filter(isNested)];
}

/**
 * @param personal `always`: attributes of the person. `unlessWord`: what else is kept of them, in which a plain word in small
 *   letters is one of ours.
 */
function valuesOf(personal: {
  readonly always: readonly Json[];
  readonly unlessWord: readonly Json[];
}): readonly string[] {
  const others = personal.unlessWord.flatMap(leaves).filter((value) => !/^[a-z_-]+$/.test(value));
  return [...new Set([...personal.always.flatMap(leaves), ...others])]
    .filter((value) => value.length >= MIN_PERSONAL_CHARACTERS && /[\p{L}\p{N}]/u.test(value))
    .sort((one, other) => other.length - one.length);
}

function leaves(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isJsonObject(value) ? Object.values(value).flatMap(leaves) : [];
}
