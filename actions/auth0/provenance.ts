import { isObject, own, ownList, ownText } from '../didit/json.ts';
import { SNAPSHOT_ATTRIBUTE, readSnapshot } from '../didit/snapshot.ts';
import type { Snapshot } from '../didit/snapshot.ts';

/** An identity of the Didit connection that belongs to the user. */
interface DiditIdentity {
  readonly subject: string;
  /** The root attributes of a user are those of the primary identity. */
  readonly primary: boolean;
  readonly profileData: unknown;
}

/**
 * The user's identities at the Didit connection. Where the list is missing, the user's id tells at least the primary one:
 * `oauth2|<connection>|<subject>`.
 *
 * @param user An event's user, or a user of the Management API.
 */
export function diditIdentities(
  user: unknown,
  userId: unknown,
  connection: string,
): readonly DiditIdentity[] {
  const identities = ownList(user, 'identities').flatMap((identity): readonly DiditIdentity[] => {
    const id = ownText(identity, 'user_id');
    if (id === undefined || ownText(identity, 'connection') !== connection) return [];
    return [
      {
        subject: withoutPrefix(id, `${connection}|`),
        primary: userId === `${ownText(identity, 'provider') ?? 'oauth2'}|${id}`,
        profileData: own(identity, 'profileData'),
      },
    ];
  });
  if (identities.length > 0 || ownList(user, 'identities').length > 0) return identities;
  const prefix = `oauth2|${connection}|`;
  return typeof userId === 'string' && userId.startsWith(prefix)
    ? [{ subject: withoutPrefix(userId, prefix), primary: true, profileData: undefined }]
    : [];
}

const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;

/** What was found, and whether something was there that only looks like a snapshot. */
export interface FoundSnapshot {
  readonly snapshot: Snapshot | undefined;
  readonly lookAlike: boolean;
}

/**
 * The newest snapshot that belongs to an identity of the Didit connection and names that identity's subject: the root attribute
 * for the primary identity, `profileData` for a linked one. Anything else of that name proves nothing.
 *
 * @param user An event's user, or a user of the Management API. Auth0 merges `app_metadata` over the root attributes of the
 * former: a key of the same name there is what the root would show.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
export function findSnapshot(user: unknown, userId: unknown, connection: string): FoundSnapshot {
  const hidden = own(own(user, 'app_metadata'), SNAPSHOT_ATTRIBUTE) !== undefined;
  const root = hidden ? undefined : own(user, SNAPSHOT_ATTRIBUTE);
  const snapshots = diditIdentities(user, userId, connection).flatMap((identity) => {
    const attribute = identity.primary ? root : own(identity.profileData, SNAPSHOT_ATTRIBUTE);
    const snapshot = readSnapshot(attribute);
    return snapshot?.subject === identity.subject ? [snapshot] : [];
  });
  const claimed =
    ownList(user, 'identities').filter(
      (identity) => own(own(identity, 'profileData'), SNAPSHOT_ATTRIBUTE) !== undefined,
    ).length + (root === undefined ? 0 : 1);
  return {
    snapshot: snapshots.reduce<Snapshot | undefined>(
      (newest, snapshot) =>
        newest === undefined || snapshot.fetchedAt > newest.fetchedAt ? snapshot : newest,
      undefined,
    ),
    lookAlike: hidden || claimed > snapshots.length,
  };
}

/** Whether a record's subject is one of the user's Didit identities: of an identity that was unlinked, nothing counts any more. */
export const ownsSubject = (user: unknown, userId: unknown, connection: string, subject: string): boolean =>
  isObject(user) &&
  diditIdentities(user, userId, connection).some((identity) => identity.subject === subject);
