import { Hono } from 'hono';
import { MANAGEMENT_SCOPES } from '../../../scripts/local-tenant/bootstrap.ts';
import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import type { Collections } from '../../../scripts/local-tenant/store/collections.ts';
import type { TenantContext } from '../../../scripts/local-tenant/context.ts';
import { createManagementApi } from '../../../scripts/local-tenant/management-api/app.ts';
import type { ManagementApiOptions } from '../../../scripts/local-tenant/management-api/options.ts';
import { issueManagementToken } from '../../../scripts/local-tenant/management-tokens.ts';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { openSigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import type { SigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import type { Store } from '../../../scripts/local-tenant/store/store.ts';
import { asObjects, asText, parseJson } from './json.ts';
import { asObject } from '../../../scripts/base/json-values.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body; an empty string when there was none. */
  readonly body: Json;
  /** The body as an object, `{}` when it is something else. */
  readonly json: JsonObject;
  /** The body as a list of objects. */
  readonly list: readonly JsonObject[];
}

export interface ApiUnderTest {
  readonly collections: Collections;
  readonly tenant: TenantContext;
  /**
   * Sends a request with a token of `scopes` (all of them by default). The path is below `/api/v2`. A text is a form of several
   * parts.
   */
  send(method: string, path: string, body?: Json, scopes?: readonly string[]): Promise<Answer>;
  /** Makes a thing of a list, and gives what it is known by: the field `id` of the answer, whose default is "id". */
  made(list: string, body: JsonObject, id?: string): Promise<string>;
  /** The same, and gives its path. */
  madeAt(list: string, body: JsonObject, id?: string): Promise<string>;
  /** Moves the frozen clock forward. */
  pass(milliseconds: number): void;
  /** Sends a request as it is, for what `send` would not send. */
  request(path: string, init: RequestInit): Promise<Answer>;
  close(): void;
}

/** Frozen here: tests move the clock themselves. */
const START = Date.parse('2026-11-02T10:00:00.000Z');

/** Making an RSA key takes longer than most tests: one for all tenants of a test file. */
const sharedKeys = openSigningKeys(openStore(undefined));

const typeOf = (body: Json | undefined): string =>
  typeof body === 'string'
    ? `multipart/form-data; boundary=${/^--(.+)/.exec(body)?.[1]?.trim() ?? ''}`
    : 'application/json';

/** A Management API over a store in memory, asked in-process. */
export async function apiUnderTest(
  options: ManagementApiOptions = {},
  prepare: (store: Store) => void = () => undefined,
  keys: Promise<SigningKeys> = sharedKeys,
): Promise<ApiUnderTest> {
  let now = START;
  const store = openStore(undefined);
  const tenant: TenantContext = {
    store,
    keys: await keys,
    url: () => 'https://tenant.example.com',
    domain: () => 'tenant.example.com',
    now: () => now,
  };
  prepare(store);
  // Signing takes longer than most requests.
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (scope: readonly string[]): Promise<string> => {
    const key = `${scope.join(' ')} ${Math.floor(now / 3_600_000)}`;
    const token = tokens.get(key) ?? issueManagementToken(tenant, { clientId: 'test-client', scope });
    tokens.set(key, token);
    return token;
  };
  const app = new Hono().route('/api/v2', createManagementApi(tenant, options));
  const request = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await app.request(`/api/v2${path}`, init);
    const text = await response.text();
    const body = text === '' ? '' : parseJson(text);
    return {
      status: response.status,
      headers: response.headers,
      body,
      json: asObject(body),
      list: asObjects(body),
    };
  };
  const send: ApiUnderTest['send'] = async (method, path, body, scopes = MANAGEMENT_SCOPES) => {
    const token = await tokenFor(scopes);
    return await request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': typeOf(body) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  };
  const made: ApiUnderTest['made'] = async (list, body, id = 'id') =>
    asText((await send('POST', list, body)).json[id]);
  return {
    collections: collectionsOf(store),
    tenant,
    send,
    made,
    madeAt: async (list, body, id) => `${list}/${await made(list, body, id)}`,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    request,
    close: () => {
      store.close();
    },
  };
}
