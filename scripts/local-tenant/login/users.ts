import { identityKey } from '../store/collections.ts';
import type { Collections } from '../store/collections.ts';
import { isJsonObject, stringIn } from '../../base/json-values.ts';
import type { ConnectionDocument, IdentityDocument, UserDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { Store } from '../store/store.ts';

/** The attributes that `set_user_root_attributes` is about. */
const SYNCED_ATTRIBUTES = ['name', 'given_name', 'family_name', 'nickname', 'picture'];

/** Attributes that are Auth0's to keep: a profile script can neither set nor clear them. */
const KEPT_ATTRIBUTES = ['blocked', 'multifactor', 'last_password_reset', 'enrolledFactors'];
const NEVER_FROM_PROFILE = [
  ...KEPT_ATTRIBUTES,
  'user_id',
  'identities',
  'app_metadata',
  'user_metadata',
  'created_at',
  'updated_at',
  'last_login',
  'last_ip',
  'logins_count',
];

/** An upstream profile that Auth0 could make a user of. */
export interface UpstreamProfile {
  /** The provider's own id of the user. */
  readonly id: string;
  readonly attributes: JsonObject;
  /** Present when the script returned it: it replaces the user's whole object. */
  readonly app_metadata?: JsonObject;
  readonly user_metadata?: JsonObject;
}

/** Reads what a profile script gave back; `undefined` without the `user_id` that Auth0 requires. */
export function readUpstreamProfile(profile: JsonObject): UpstreamProfile | undefined {
  const { user_id: userId, app_metadata: appMetadata, user_metadata: userMetadata } = profile;
  const id = typeof userId === 'number' ? String(userId) : userId;
  if (typeof id !== 'string' || id === '') return undefined;
  return {
    id,
    attributes: Object.fromEntries(
      Object.entries(profile).filter(([name]) => !NEVER_FROM_PROFILE.includes(name)),
    ),
    ...(isJsonObject(appMetadata) ? { app_metadata: appMetadata } : {}),
    ...(isJsonObject(userMetadata) ? { user_metadata: userMetadata } : {}),
  };
}

/**
 * The root attributes after a login: what the provider sent now, so that an attribute it no longer sends is gone, with the five
 * that `set_user_root_attributes` names treated as it says.
 *
 * @see https://auth0.com/docs/manage-users/user-accounts/user-profiles/configure-connection-sync-with-auth0
 */
export function syncRootAttributes(
  existing: JsonObject | undefined,
  attributes: JsonObject,
  mode: string,
): JsonObject {
  const kept = Object.entries(existing ?? {}).filter(([name]) => KEPT_ATTRIBUTES.includes(name));
  const takesSynced = mode === 'on_first_login' ? existing === undefined : mode !== 'never_on_login';
  if (takesSynced) return { ...Object.fromEntries(kept), ...attributes };
  const isSynced = ([name]: [string, unknown]): boolean => SYNCED_ATTRIBUTES.includes(name);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(Object.entries(existing ?? {}).filter(isSynced)),
    ...Object.fromEntries(Object.entries(attributes).filter((entry) => !isSynced(entry))),
  };
}

/** The user after a login through `identity`, which may be the primary one, a linked one, or new. */
export function userAfterLogin(
  existing: UserDocument | undefined,
  identity: IdentityDocument,
  profile: UpstreamProfile,
  login: { readonly mode: string; readonly at: string; readonly ip: string },
): UserDocument {
  const isLinked = existing !== undefined && !isIdentity(existing.identities[0], identity);
  const identities = existing?.identities.map((known, index) =>
    index > 0 && isIdentity(known, identity) ? { ...known, profileData: profile.attributes } : known,
  );
  return {
    user_id: existing?.user_id ?? `${identity.provider}|${identity.user_id}`,
    identities: identities ?? [identity],
    root: isLinked ? existing.root : syncRootAttributes(existing?.root, profile.attributes, login.mode),
    app_metadata: profile.app_metadata ?? existing?.app_metadata ?? {},
    user_metadata: profile.user_metadata ?? existing?.user_metadata ?? {},
    created_at: existing?.created_at ?? login.at,
    updated_at: login.at,
    last_login: login.at,
    last_ip: login.ip,
    logins_count: (existing?.logins_count ?? 0) + 1,
  };
}

const isIdentity = (known: IdentityDocument | undefined, identity: IdentityDocument): boolean =>
  known?.connection === identity.connection &&
  known.provider === identity.provider &&
  known.user_id === identity.user_id;

/**
 * Creates or updates the user that a profile of the connection belongs to.
 *
 * @returns `undefined` for somebody who has no user, where the connection makes none (`never_on_login`).
 * @see https://auth0.com/docs/api/management/v2/connections/post-connections
 */
export function signInUser(
  store: Store,
  { users }: Collections,
  connection: ConnectionDocument,
  profile: UpstreamProfile,
  login: { readonly at: string; readonly ip: string },
): UserDocument | undefined {
  // Auth0's form for custom social connections: `oauth2|<connection>|<id>`, the last two being the identity's own id.
  const identity: IdentityDocument = {
    connection: connection.name,
    provider: connection.strategy,
    user_id: `${connection.name}|${profile.id}`,
    isSocial: true,
  };
  return store.transaction(() => {
    const own = users.get(`${identity.provider}|${identity.user_id}`);
    const existing =
      own !== undefined && isIdentity(own.identities[0], identity)
        ? own
        : users
            .withKey(identityKey(identity))
            .find((user) => user.identities.some((known) => isIdentity(known, identity)));
    const mode = stringIn(connection.options, 'set_user_root_attributes') ?? 'on_each_login';
    if (existing === undefined && mode === 'never_on_login') return undefined;
    const user = userAfterLogin(existing, identity, profile, { ...login, mode });
    users.put(user.user_id, user);
    return user;
  });
}

/**
 * Top-level merge of metadata as the Actions asked for it: `null` removes a key, other keys stay.
 *
 * @see https://auth0.com/docs/manage-users/user-accounts/metadata/manage-user-metadata
 */
export const mergeMetadata = (metadata: JsonObject, changes: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries({ ...metadata, ...changes }).filter(([, value]) => value !== null));
