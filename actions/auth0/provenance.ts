import type { Event } from '@auth0/actions/post-login/v3';
import { own, ownList, ownText } from '../didit/json.ts';
import type { Answer } from '../didit/knowledge.ts';
import type { SnapshotSource } from '../didit/record.ts';
import { SNAPSHOT_ATTRIBUTE, readSnapshot } from '../didit/snapshot.ts';
import { diditConnection, hasPolicy, isOfSocialWithPolicy } from './didit-connection.ts';
import { eventPart, eventText } from './event.ts';

/**
 * The user's identities. Where the list is missing, the user's id tells at least the primary one:
 * `oauth2|<connection>|<subject>`.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
function identitiesOf(event: Event, user: unknown): readonly unknown[] {
  const identities = ownList(user, 'identities');
  if (identities.length > 0) return identities;
  const [, id, connection] = /^oauth2\|(([^|]+)\|.*)$/.exec(userIdOf(event)) ?? [];
  return [{ provider: 'oauth2', connection, user_id: id }];
}

/** The id of the event's user; empty where there is none. */
export const userIdOf = (event: Event): string => eventText(event, 'user', 'user_id') ?? '';

/** Didit's id of the person; `undefined` for an identity of another connection. */
function subjectOf(event: Event, identity: unknown): string | undefined {
  const connection = ownText(identity, 'connection') ?? '';
  const id = ownText(identity, 'user_id');
  const isDidit = connection === diditConnection(event) || isOfSocialWithPolicy(event, identity);
  if (id === undefined || !isDidit) return undefined;
  // Auth0 writes the connection's name before the id; should it not, the id is the subject.
  return id.startsWith(`${connection}|`) ? id.slice(connection.length + 1) : id;
}

/** Didit's ids of the event's user, one for each identity of the Didit connection. */
export const subjectsOf = (event: Event): readonly string[] => [
  ...new Set(
    identitiesOf(event, eventPart(event, 'user')).flatMap((identity) => subjectOf(event, identity) ?? []),
  ),
];

/**
 * `unknown`: the platform does not say which connection the login came through; or it is one that carries our policy, and is no
 * social one. Such a login is held to the rules, and counts as one through another connection in all else.
 */
export type Through = 'didit' | 'other' | 'unknown';

/** By name and metadata, never by strategy: Auth0 gives a custom social connection the strategy `oauth2`, or its name. */
export function loginThrough(event: Event): Through {
  const name = eventText(event, 'connection', 'name')?.trim() ?? '';
  if (name === diditConnection(event)) return 'didit';
  if (!hasPolicy(event)) return name === '' ? 'unknown' : 'other';
  const identities = identitiesOf(event, eventPart(event, 'user'));
  return identities.some((identity) => isOfSocialWithPolicy(event, identity)) ? 'didit' : 'unknown';
}

/** Whether the event shows all identities of its user: the list is there, and each item tells its connection and its id. */
export function isListed(event: Event): boolean {
  const list = ownList(eventPart(event, 'user'), 'identities');
  return list.length > 0 && list.every((one) => ownText(one, 'connection') && ownText(one, 'user_id'));
}

/**
 * The newest snapshot that belongs to an identity of the Didit connection and names that identity's subject. Anything else of
 * that name proves nothing, and is told as `lookAlike`. The root attributes of the user are those of the primary identity; a
 * linked identity has its own in `profileData`.
 *
 * @param user The event's user, as the event or the Management API shows it. Auth0 merges `app_metadata` over the root attributes
 *   of the former: a key of the same name there is what the root would show.
 */
export function findAnswer(
  event: Event,
  user: unknown,
  source: SnapshotSource,
): { readonly answer: Answer | undefined; readonly lookAlike: boolean } {
  const isHidden = own(own(user, 'app_metadata'), SNAPSHOT_ATTRIBUTE) !== undefined;
  let answer: Answer | undefined;
  let lookAlike = isHidden;
  for (const identity of isHidden ? [] : identitiesOf(event, user)) {
    const id = `${ownText(identity, 'provider') ?? 'oauth2'}|${ownText(identity, 'user_id') ?? ''}`;
    const attributes = id === userIdOf(event) ? user : own(identity, 'profileData');
    const attribute = own(attributes, SNAPSHOT_ATTRIBUTE);
    const snapshot = readSnapshot(attribute);
    if (snapshot !== undefined && snapshot.subject === subjectOf(event, identity)) {
      if (answer === undefined || snapshot.fetchedAt > answer.fetchedAt) answer = { ...snapshot, source };
    } else if (attribute !== undefined) lookAlike = true;
  }
  return { answer, lookAlike };
}
