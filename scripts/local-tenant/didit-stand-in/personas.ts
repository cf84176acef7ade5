import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Problem } from '../../base/problem.ts';
import { isJsonObject } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import type { Fault } from './faults.ts';
import { FAULTS, isFault } from './faults.ts';
import { DIDIT_SCOPES } from '../../settings/didit-scopes.ts';

export interface Persona {
  readonly name: string;
  readonly description: string;
  /** Didit's id of the user. */
  readonly subject: string;
  /** Userinfo values by scope. */
  readonly profile: JsonObject;
  /** What replaces entries of `profile` from the second login on; `null` removes one. */
  readonly later: JsonObject;
  readonly fault: Fault;
  /** Of who is not a new user of the tenant. */
  readonly user?: PersonaUser;
}

/** What the user of the tenant looks like before a persona signs in there. */
export interface PersonaUser {
  /** Didit's id of the account that the user was made with, where it is another one: the persona's own is linked to it. */
  readonly primary: string | undefined;
  readonly app_metadata: JsonObject;
}

const PERSONAS_FILE = fileURLToPath(new URL('personas.yaml', import.meta.url));
const SHOWN_FILE = 'scripts/local-tenant/didit-stand-in/personas.yaml';
const KEYS = ['description', 'subject', 'profile', 'later', 'fault', 'user'];
const USER_KEYS = ['primary', 'app_metadata'];

let parsed: { readonly text: string; readonly personas: readonly Persona[] } | undefined;

/**
 * The people who can sign in at the stand-in, in the order of personas.yaml. Those of whom a user has to be there already are
 * left out: at the page they would be new users like any others, and not show what they are there for.
 */
export const loadPersonas = (): readonly Persona[] =>
  loadEveryPersona().filter(({ user }) => user === undefined);

/** All of personas.yaml, in its order. The file is read at each call, so that an edit shows without a restart. */
export function loadEveryPersona(): readonly Persona[] {
  const text = readFileSync(PERSONAS_FILE, 'utf8');
  if (parsed?.text !== text) parsed = { text, personas: parsePersonas(text) };
  return parsed.personas;
}

/**
 * Reads personas from YAML.
 *
 * @throws {Problem} `PERSONAS_INVALID` with the persona and key that cannot be understood.
 */
export function parsePersonas(text: string): readonly Persona[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw invalid('The file of personas is not valid YAML.', undefined, cause);
  }
  if (!isJsonObject(document)) throw invalid('The file of personas must map names to personas.', undefined);
  return Object.entries(document).map(([name, entry]) => readPersona(name, entry));
}

function readPersona(name: string, entry: Json): Persona {
  if (!isJsonObject(entry)) throw invalid('A persona must be a mapping.', name);
  refuseUnknown(entry, KEYS, 'A persona has no such key.', name);
  const { description, subject, fault = 'none' } = entry;
  if (typeof description !== 'string') throw invalid('A persona needs a description.', `${name}.description`);
  if (typeof subject !== 'string' || subject === '')
    throw invalid('A persona needs a subject.', `${name}.subject`);
  if (!isFault(fault)) throw invalid(`A fault is one of ${FAULTS.join(', ')}.`, `${name}.fault`);
  return {
    name,
    description,
    subject,
    profile: readProfile(entry['profile'] ?? {}, `${name}.profile`),
    later: readProfile(entry['later'] ?? {}, `${name}.later`),
    fault,
    ...(entry['user'] === undefined ? {} : { user: readUser(entry['user'], `${name}.user`) }),
  };
}

function readProfile(profile: Json, key: string): JsonObject {
  if (!isJsonObject(profile)) throw invalid('A profile maps scopes to values.', key);
  refuseUnknown(profile, Object.keys(DIDIT_SCOPES), 'Didit has no such scope.', key);
  return profile;
}

function readUser(user: Json, key: string): PersonaUser {
  if (!isJsonObject(user)) throw invalid('A user must be a mapping.', key);
  refuseUnknown(user, USER_KEYS, 'A user has no such key here.', key);
  const { primary, app_metadata: appMetadata = {} } = user;
  if (primary !== undefined && (typeof primary !== 'string' || primary === ''))
    throw invalid('The primary account is a Didit id.', `${key}.primary`);
  if (!isJsonObject(appMetadata)) throw invalid('Metadata is a mapping.', `${key}.app_metadata`);
  return { primary, app_metadata: appMetadata };
}

function refuseUnknown(entry: JsonObject, known: readonly string[], message: string, key: string): void {
  const unknown = Object.keys(entry).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(message, `${key}.${unknown}`);
}

const invalid = (message: string, key: string | undefined, cause?: unknown): Problem =>
  new Problem({
    code: 'PERSONAS_INVALID',
    message,
    place: key === undefined ? { file: SHOWN_FILE } : { file: SHOWN_FILE, key },
    cause,
  });

/**
 * What userinfo answers for a persona: the granted scopes only, read as they stand at that login.
 *
 * @param login 1 for the persona's first login.
 * @param picture The URL that stands for `picture: temporary`.
 */
export function userInfoOf(
  persona: Persona,
  granted: readonly string[],
  login: number,
  picture: string,
): JsonObject {
  const current = login > 1 ? { ...persona.profile, ...persona.later } : persona.profile;
  const shared = Object.entries(current).filter(
    ([scope, value]) => value !== null && granted.includes(scope),
  );
  return {
    sub: persona.subject,
    ...(granted.includes('user_id') ? { user_id: persona.subject } : {}),
    ...Object.fromEntries(
      shared.map(([scope, value]) => [scope, scope === 'picture' && value === 'temporary' ? picture : value]),
    ),
  };
}
