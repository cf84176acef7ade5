import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { Api, ApiEnv } from '../api.ts';
import { emailKey } from '../../store/collections.ts';
import type { ConnectionDocument, IdentityDocument, UserDocument } from '../../store/resources.ts';
import { asObject, stringIn, only, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { ApiError, invalidBody, notSupported } from '../request/errors.ts';
import { mergeMetadata, withoutNulls } from '../request/metadata.ts';
import { managementApi, propertiesOf } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import { describedReader } from '../request/validation.ts';

interface Instructions {
  readonly connection?: string;
  readonly client_id?: string;
  readonly password?: string | null;
  readonly verify_email?: boolean;
  readonly verify_phone_number?: boolean;
}
export type UserUpdateBody = JsonObject &
  Instructions & { app_metadata?: JsonObject; user_metadata?: JsonObject };
/** What there is to know of a new user, wherever it comes from. */
export type NewUserBody = UserUpdateBody & { user_id?: string; email?: string };
export type UserCreateBody = NewUserBody & { connection: string };

/**
 * A reader of users: with what the description names and nothing else, and metadata without dots and dollars in their names.
 * @see https://auth0.com/docs/manage-users/user-accounts/metadata/metadata-fields-data
 */
function userReader<Body extends JsonObject>(path: string, method: Method) {
  const read = describedReader<Body>(path, method);
  return async (c: Context<ApiEnv>): Promise<Body> => {
    const body = await read(c);
    const known = propertiesOf(managementApi().paths[path]?.[method]?.body);
    const unknown = Object.keys(body).find((name) => known[name] === undefined);
    if (unknown !== undefined) throw invalidBody(`Additional properties not allowed: ${unknown}`);
    if (method === 'patch' && Object.keys(body).length === 0) {
      const missing = Object.keys(known).map((name) => `'Missing required property: ${name}'.`);
      const inner = missing.map((problem) => `Payload validation error: ${problem}`).join(' (also) ');
      const problem = `'None of the valid schemas were met'. Inner errors: [ ${inner} ].`;
      throw new ApiError(400, `Payload validation error: ${problem}`, 'invalid_body');
    }
    for (const property of ['app_metadata', 'user_metadata']) {
      const wrong = Object.keys(asObject(body[property])).find((name) => /[.$]/.test(name));
      if (wrong !== undefined)
        throw invalidBody(`String does not match pattern ^[^.$]*$: ${wrong}`, property);
    }
    return body;
  };
}

export const readUserCreate = userReader<UserCreateBody>('/users', 'post');
export const readUserUpdate = userReader<UserUpdateBody>('/users/{id}', 'patch');

const NO_ATTRIBUTES: readonly string[] = [
  ...['app_metadata', 'user_metadata', 'user_id', 'connection', 'client_id'],
  ...['password', 'verify_email', 'verify_phone_number'],
];

/**
 * What a body says about the user itself, apart from metadata and from what to do. There is no login with a password on the
 * local tenant, so a password is not kept in any form.
 */
export const rootAttributes = (body: UserUpdateBody): JsonObject => without(body, NO_ATTRIBUTES);

/** The same of people of a database, which writes addresses in small letters. */
const databaseAttributes = (body: UserUpdateBody): JsonObject => {
  const { email, ...rest } = rootAttributes(body);
  return email === undefined
    ? rest
    : { ...rest, email: typeof email === 'string' ? email.toLowerCase() : email };
};

const SYNCED_ATTRIBUTES: readonly string[] = ['family_name', 'given_name', 'name', 'nickname', 'picture'];
const DATABASE_ATTRIBUTES: readonly string[] = [
  ...['email', 'email_verified', 'phone_number', 'phone_verified', 'username'],
];

/**
 * Root attributes that come from an upstream provider at each login cannot be edited.
 * @throws {ApiError} 400 `operation_not_supported`
 * @see https://auth0.com/docs/manage-users/user-accounts/user-profiles/configure-connection-sync-with-auth0
 */
export function checkEditable(attributes: JsonObject, connection: ConnectionDocument | undefined): void {
  if (connection === undefined || connection.strategy === 'auth0') return;
  const sync = connection.options['set_user_root_attributes'] ?? 'on_each_login';
  const locked = Object.keys(attributes)
    .filter(
      (attribute) =>
        DATABASE_ATTRIBUTES.includes(attribute) ||
        (sync === 'on_each_login' && SYNCED_ATTRIBUTES.includes(attribute)),
    )
    .sort();
  if (locked.length > 0) {
    throw notSupported(
      `The following user attributes cannot be updated: ${locked.join(', ')}. The connection (${connection.name}) must either be a database connection (using the Auth0 store), a passwordless connection (email or sms) or has disabled 'Sync user profile attributes at each login'. For more information, see https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync`,
    );
  }
}

/** The user of a database who has the e-mail address of a body already, unless addresses can be shared there. */
export function existingUser(
  { collections }: Api,
  { name, options }: ConnectionDocument,
  email: Json | undefined,
): UserDocument | undefined {
  if (typeof email !== 'string' || asObject(asObject(options['attributes'])['email'])['unique'] === false)
    return undefined;
  return collections.users
    .withKey(emailKey(email))
    .find(({ identities }) => identities[0]?.connection === name);
}

/** The picture of an e-mail address: the person's own, or one with the first letters of the address. */
function gravatar(email: string): string {
  const hash = createHash('md5').update(email.toLowerCase()).digest('hex');
  const letters = encodeURIComponent(`https://cdn.auth0.com/avatars/${email.slice(0, 2).toLowerCase()}.png`);
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=${letters}`;
}

/** What a user starts with. */
export const neverSeen = (now: string): Omit<UserDocument, 'user_id' | 'identities' | 'root'> => ({
  ...{ app_metadata: {}, user_metadata: {}, created_at: now, updated_at: now },
  ...{ last_login: null, last_ip: null, logins_count: 0 },
});

/** A new user of a database. */
export function newUser(body: NewUserBody, connection: string, now: string): UserDocument {
  const { user_id = randomBytes(12).toString('hex') } = body;
  const attributes = databaseAttributes(body);
  const email = stringIn(attributes, 'email');
  return {
    user_id: `auth0|${user_id}`,
    identities: [{ connection, provider: 'auth0', user_id, isSocial: false }],
    root: {
      ...(email === undefined
        ? {}
        : {
            name: email,
            nickname: email.split('@')[0] ?? '',
            email_verified: false,
            picture: gravatar(email),
          }),
      ...withoutNulls(attributes),
    },
    ...neverSeen(now),
    app_metadata: withoutNulls(body.app_metadata ?? {}),
    user_metadata: withoutNulls(body.user_metadata ?? {}),
  };
}

/**
 * What a body changes, identity by identity. The connection that it names says whose address, number and name for a database are
 * meant; all else is the user's, and so the primary identity's.
 * @throws {ApiError} 400 where the user has no identity of that connection.
 * @see https://auth0.com/docs/api/management/v2/users/patch-users-by-id
 */
export function changesOf(
  { identities }: UserDocument,
  body: UserUpdateBody,
): ReadonlyMap<IdentityDocument | undefined, JsonObject> {
  const [primary] = identities;
  const meant =
    body.connection === undefined ? primary : identities.find((one) => one.connection === body.connection);
  if (body.connection !== undefined && meant === undefined)
    throw new ApiError(400, 'The connection does not exist.', 'inexistent_connection');
  const attributes = meant?.provider === 'auth0' ? databaseAttributes(body) : rootAttributes(body);
  if (meant === primary) return new Map([[primary, attributes]]);
  return new Map([
    [primary, without(attributes, DATABASE_ATTRIBUTES)],
    [meant, only(attributes, DATABASE_ATTRIBUTES)],
  ]);
}

/** The user after a PATCH: attributes replaced or, by `null`, taken away; metadata merged key by key. */
export function updatedUser(user: UserDocument, body: UserUpdateBody, now: string): UserDocument {
  const changes = changesOf(user, body);
  const [primary, ...others] = user.identities;
  const linked = others.map((one) => {
    const profileData = withoutNulls({ ...one.profileData, ...changes.get(one) });
    return changes.has(one) ? { ...one, profileData } : one;
  });
  return {
    ...user,
    identities: primary === undefined ? [] : [primary, ...linked],
    root: withoutNulls({ ...user.root, ...changes.get(primary) }),
    app_metadata: mergeMetadata(user.app_metadata, body.app_metadata),
    user_metadata: mergeMetadata(user.user_metadata, body.user_metadata),
    updated_at: now,
  };
}
