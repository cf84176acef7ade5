import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { HANDLERS } from './contract.ts';
import { isUrl } from '../base/is-url.ts';
import type { RunnerAnswer, WorkerMessage } from './messages.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const number = { type: 'number' };
const index = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const object = { type: 'object' };
const anything = {};

/** An object of exactly these properties; those with a `?` at the end of their name may be missing. */
const shape = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !name.endsWith('?')),
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name.replace('?', ''), value]),
  ),
});

const mapOf = (value: object): object => ({ type: 'object', additionalProperties: value });
const listOf = (items: object): object => ({ type: 'array', items });
const word = (...words: readonly string[]): object => ({ enum: words });

/** One of several objects, told apart by their `kind`. */
const byKind = (kinds: Readonly<Record<string, Readonly<Record<string, object>>>>): object => ({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: Object.entries(kinds).map(([kind, properties]) => shape({ kind: { const: kind }, ...properties })),
});

const tokenChanges = shape({
  revoked: flag,
  'expiresAt?': number,
  'idleExpiresAt?': number,
  'metadata?': mapOf(text),
});

const decision = byKind({
  allow: {},
  deny: { reason: text, 'code?': text },
  error: { message: text, 'oauthError?': word('interaction_required') },
  redirect: { url: text, actionIndex: index, transactionMetadata: object },
});

const result = shape({
  decision,
  idTokenClaims: object,
  accessTokenClaims: object,
  addedScopes: texts,
  removedScopes: texts,
  appMetadata: object,
  userMetadata: object,
  'primaryUserId?': text,
  'recordedMethods?': texts,
  'session?': tokenChanges,
  'refreshToken?': tokenChanges,
});

const cacheWrite = byKind({
  set: { entry: shape({ key: text, value: text, expiresAt: number }) },
  delete: { key: text },
});

const wireRequest = shape({
  method: text,
  url: text,
  headers: listOf({ type: 'array', items: [text, text], minItems: 2, maxItems: 2 }),
  body: { type: ['string', 'null'] },
});

const traceRequest = shape({
  method: text,
  url: text,
  status: { anyOf: [{ type: 'integer' }, word('failed')] },
  'milliseconds?': number,
});

const WORKER_MESSAGES = byKind({
  'action-started': {
    action: text,
    handler: word(...HANDLERS),
    'given?': shape({ 'transaction?': object, 'session?': object, 'refresh_token?': object }),
  },
  call: { step: index, method: text, arguments: listOf(anything) },
  log: { step: index, text },
  note: { step: index, text },
  request: { step: index, request: traceRequest },
  'action-ended': { step: index, milliseconds: number, 'error?': text },
  fetch: { call: index, request: wireRequest },
  'post-login-ended': { result, cacheWrites: listOf(cacheWrite), 'machine?': text },
  'profile-script-ended': {
    result: { anyOf: [shape({ profile: object }), shape({ error: text })] },
    'machine?': text,
  },
  measured: {
    result: {
      anyOf: [
        shape({
          loadMilliseconds: number,
          firstLoginMilliseconds: number,
          warmLoginMicroseconds: shape({ p50: number, p99: number }),
        }),
        shape({ error: text }),
      ],
    },
  },
  loaded: { result: { anyOf: [shape({ exports: mapOf(text) }), shape({ error: text })] }, 'machine?': text },
});

const ANSWERS = byKind({
  begun: { run: index },
  said: { run: index },
  'cut-off': { run: index, message: text, 'machine?': text },
});

let isMessage: ValidateFunction<WorkerMessage> | undefined;
let isAnswer: ValidateFunction<RunnerAnswer> | undefined;

/**
 * What a worker says, or `undefined` where it is nothing that one says: whoever wrote the code that runs in it may have written
 * this.
 */
export function readMessage(said: string): WorkerMessage | undefined {
  isMessage ??= compile<WorkerMessage>(WORKER_MESSAGES);
  const message = parsed(said);
  return isMessage(message) && isPlain(message) && hasAddress(message) ? message : undefined;
}

/** What a runner says, or `undefined` where it is nothing that one says. */
export function readAnswer(said: string): RunnerAnswer | undefined {
  isAnswer ??= compile<RunnerAnswer>(ANSWERS);
  const answer = parsed(said);
  return isAnswer(answer) ? answer : undefined;
}

const compile = <Message>(schema: object): ValidateFunction<Message> =>
  new Ajv({
    discriminator: true,
    strict: false,
    logger: false,
    // Compiled in every process that runs Actions, for a few hundred messages.
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  }).compile<Message>(schema);

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}

/** Levels of lists and objects in each other. */
const MAX_DEPTH = 100;

/** Neither so deep that to look at it takes all of the stack, nor with a key that would be the prototype of a copy. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth < MAX_DEPTH &&
    !Object.hasOwn(value, '__proto__') &&
    Object.values(value).every((each) => isPlain(each, depth + 1))
  );
}

/** Whether people can be sent where it says. */
const hasAddress = (message: WorkerMessage): boolean =>
  message.kind !== 'post-login-ended' ||
  message.result.decision.kind !== 'redirect' ||
  isUrl(message.result.decision.url);
