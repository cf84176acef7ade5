import { own, ownList, ownText } from '../didit/json.ts';
import { SNAPSHOT_ATTRIBUTE, readSnapshot } from '../didit/snapshot.ts';
import type { Snapshot } from '../didit/snapshot.ts';

/** One of a user's identities, seen from the Didit connection. */
interface Identity {
  /** Didit's id of the person; `undefined` for an identity of another connection. */
  readonly subject: string | undefined;
  /** What stands under the snapshot's name among the root attributes of this identity. */
  readonly attribute: unknown;
}

/**
 * The user's identities. The root attributes of the user are those of the primary identity; a linked identity has its own in `profileData`.
 * Where the list is missing, the user's id tells at least the primary one: `oauth2|<connection>|<subject>`.
 *
 * @param user An event's user, or a user of the Management API.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
export function identitiesOf(user: unknown, userId: string, connection: string): readonly Identity[] {
  const root = own(user, SNAPSHOT_ATTRIBUTE);
  const identities = ownList(user, 'identities');
  if (identities.length === 0) {
    return [{ subject: subjectIn(userId, `oauth2|${connection}|`), attribute: root }];
  }
  return identities.map((identity) => {
    const id = ownText(identity, 'user_id') ?? '';
    const primary = userId === `${ownText(identity, 'provider') ?? 'oauth2'}|${id}`;
    return {
      // Auth0 writes the connection's name before the id; should it not, the id is the subject.
      subject:
        ownText(identity, 'connection') === connection ? (subjectIn(id, `${connection}|`) ?? id) : undefined,
      attribute: primary ? root : own(own(identity, 'profileData'), SNAPSHOT_ATTRIBUTE),
    };
  });
}

const subjectIn = (id: string, prefix: string): string | undefined =>
  id.startsWith(prefix) ? id.slice(prefix.length) : undefined;

/**
 * The newest snapshot that belongs to an identity of the Didit connection and names that identity's subject. Anything else of
 * that name proves nothing, and is told as `lookAlike`.
 *
 * @param user An event's user, or a user of the Management API. Auth0 merges `app_metadata` over the root attributes of the
 * former: a key of the same name there is what the root would show.
 */
export function findSnapshot(
  user: unknown,
  userId: string,
  connection: string,
): { readonly snapshot: Snapshot | undefined; readonly lookAlike: boolean } {
  let lookAlike = own(own(user, 'app_metadata'), SNAPSHOT_ATTRIBUTE) !== undefined;
  if (lookAlike) return { snapshot: undefined, lookAlike };
  let newest: Snapshot | undefined;
  for (const { subject, attribute } of identitiesOf(user, userId, connection)) {
    const snapshot = readSnapshot(attribute);
    if (snapshot !== undefined && snapshot.subject === subject) {
      if (newest === undefined || snapshot.fetchedAt > newest.fetchedAt) newest = snapshot;
    } else if (attribute !== undefined) lookAlike = true;
  }
  return { snapshot: newest, lookAlike };
}
