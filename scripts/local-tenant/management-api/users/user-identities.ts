import { Hono } from 'hono';
import type { IdentityDocument, UserDocument } from '../../store/resources.ts';
import { without } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError, conflict, invalidBody } from '../request/errors.ts';
import { identityView } from './user-view.ts';
import { neverSeen } from './user-bodies.ts';
import { describedReader } from '../request/validation.ts';

interface LinkBody {
  readonly provider?: string;
  readonly user_id?: string | number;
  readonly connection_id?: string;
}

const readLink = describedReader<LinkBody>('/users/{id}/identities', 'post');

const userIdOf = (identity: Pick<IdentityDocument, 'provider' | 'user_id'>): string =>
  `${identity.provider}|${identity.user_id}`;

/** What an identity brings of its user: not whether it is blocked, nor a name that only repeats the e-mail address. */
function profileOf({ root }: UserDocument): JsonObject {
  const { name, ...profile } = without(root, ['blocked']);
  return name === undefined || name === root['email'] ? profile : { ...profile, name };
}

/** The answer to a link: here the primary identity has its profile too. */
const identitiesAfterwards = (user: UserDocument): JsonObject[] =>
  user.identities.map((identity, index) =>
    identityView(index === 0 ? { ...identity, profileData: profileOf(user) } : identity),
  );

/** The primary user with the identities of the secondary one, whose root attributes live on as their `profileData`. */
export function linked(primary: UserDocument, secondary: UserDocument, now: string): UserDocument {
  const [first, ...others] = secondary.identities;
  if (first === undefined) return primary;
  return {
    ...primary,
    identities: [...primary.identities, { ...first, profileData: profileOf(secondary) }, ...others],
    updated_at: now,
  };
}

/** The primary user without one of its linked identities, and the user that this identity becomes again. */
export function unlinked(
  user: UserDocument,
  identity: IdentityDocument,
  now: string,
): { readonly primary: UserDocument; readonly separate: UserDocument } {
  const { profileData = {}, ...own } = identity;
  return {
    primary: { ...user, identities: user.identities.filter((other) => other !== identity), updated_at: now },
    // Metadata stays with the primary user.
    separate: {
      user_id: userIdOf(own),
      identities: [own],
      root: profileData,
      ...neverSeen(now),
    },
  };
}

/**
 * Linking and unlinking accounts.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
export function userIdentityRoutes(api: Api, existing: (id: string) => UserDocument): Hono<ApiEnv> {
  const { connections, users } = api.collections;
  const routes = new Hono<ApiEnv>();
  routes.post('/', needs('update:users'), async (c) => {
    // `link_with`, an ID token of the second user, is for calls that users make for themselves: not offered here.
    const { provider, user_id: given, connection_id: connectionId } = await readLink(c);
    if (provider === undefined || given === undefined)
      throw invalidBody(`Missing required property: ${provider === undefined ? 'provider' : 'user_id'}`);
    const connection = connections.get(connectionId ?? '');
    if (connectionId !== undefined && connection === undefined)
      throw new ApiError(400, 'The provider/connection is not configured.', 'inexistent_connection');
    const primary = existing(c.req.param('id') ?? '');
    // Recorded: the provider may stand before the id, too.
    const own = String(given).replace(`${provider}|`, '');
    // Users of custom connections have the connection's name in their id; with `connection_id` it need not be repeated.
    const ids = [own, `${connection?.name ?? ''}|${own}`].map((id) => `${provider}|${id}`);
    if (primary.identities.slice(1).some((identity) => ids.includes(userIdOf(identity))))
      throw conflict('Specified identity is already linked to the account', 'already_linked');
    const [secondary] = ids.flatMap((id) => users.get(id) ?? []);
    if (secondary === undefined) throw new ApiError(400, 'The user does not exist.', 'inexistent_user');
    if (secondary.user_id === primary.user_id)
      throw new ApiError(400, 'Main account and target account are the same.', 'invalid_body');
    const user = linked(primary, secondary, timestamp(api));
    api.tenant.store.transaction(() => {
      users.put(user.user_id, user);
      users.delete(secondary.user_id);
    });
    return c.json(identitiesAfterwards(user), 201);
  });
  routes.delete('/:provider/:secondary', needs('update:users'), (c) => {
    const user = existing(c.req.param('id') ?? '');
    const identity = user.identities.find(
      ({ provider, user_id }) => provider === c.req.param('provider') && user_id === c.req.param('secondary'),
    );
    if (identity === undefined)
      throw new ApiError(400, 'The identity does not exist.', 'inexistent_identity');
    if (identity === user.identities[0])
      throw new ApiError(400, 'The primary identity cannot be unlinked.', 'operation_not_supported');
    const { primary, separate } = unlinked(user, identity, timestamp(api));
    api.tenant.store.transaction(() => {
      users.put(primary.user_id, primary);
      users.put(separate.user_id, separate);
    });
    return c.json(identitiesAfterwards(primary));
  });
  return routes;
}
