import { Hono } from 'hono';
import { whyTooLarge } from '../../profile-size.ts';
import { emailKey, idKey } from '../../store/collections.ts';
import type { UserDocument } from '../../store/resources.ts';
import type { Collection } from '../../store/store.ts';
import { textOf } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { checkScope, needs } from '../request/authorization.ts';
import { ApiError, conflict, invalidBody, invalidPath, orNotFound, notSupported } from '../request/errors.ts';
import { selectFields } from '../request/fields.ts';
import type { FieldsQuery } from '../request/fields.ts';
import type { ListQuery } from '../kinds/lists.ts';
import { linkedTo, unlinkAll } from '../../store/links.ts';
import { offsetPage } from '../request/pagination.ts';
import { managementApi } from '../../../auth0/management-api.ts';
import { text } from '../../../auth0/schema-words.ts';
import {
  changesOf,
  checkEditable,
  existingUser,
  newUser,
  readUserCreate,
  readUserUpdate,
  updatedUser,
} from './user-bodies.ts';
import { userIdentityRoutes } from './user-identities.ts';
import { parseUserQuery, sortedUsers } from './user-search.ts';
import { userView } from './user-view.ts';
import { queryReader } from '../request/validation.ts';

/** Users that a search can reach, however it is paged. */
const USER_SEARCH_MAX_RESULTS = 1_000;

/** @see https://auth0.com/docs/api/management/v2/users */
export function userRoutes(api: Api): Hono<ApiEnv> {
  const { connections, users } = api.collections;
  const existing = (id: string): UserDocument => {
    // E.g. `undefined`, from a caller that has lost the id.
    if (!id.includes('|')) throw invalidPath(`Object didn't pass validation for format user-id: ${id}`, 'id');
    return orNotFound(users.get(id), 'The user does not exist.', 'inexistent_user');
  };

  /** A user with what a search can ask for beside what is shown. */
  const searchable = (view: JsonObject): JsonObject => {
    const id = textOf(view['user_id']);
    const memberships = linkedTo(api.tenant.store, 'organization-members', id, true);
    return { ...view, organization_id: memberships.map(({ other }) => other) };
  };
  const checkSize = (user: UserDocument): void => {
    const refusal = whyTooLarge(api.tenant, user);
    if (refusal !== undefined) throw new ApiError(400, refusal, 'invalid_body');
  };

  const readList = queryReader<ListQuery>({
    ...managementApi().paths['/users']?.get?.query,
    // Metadata are not sorted by.
    sort: text({ pattern: '^(?!(app|user)_metadata)[a-zA-Z0-9_.]+:(1|-1)$' }),
  });
  const readFields = queryReader<FieldsQuery>({ ...managementApi().paths['/users/{id}']?.get?.query });
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:users'), (c) => {
    const query = readList(c);
    const matches = query.q === undefined || query.q === '' ? () => true : parseUserQuery(query.q);
    const asksMore = query.q?.includes('organization_id') === true;
    const found = sortedUsers(
      mayMatch(users, query.q)
        .filter(
          ({ identities }) =>
            query['connection'] === undefined ||
            identities.some(({ connection }) => connection === query['connection']),
        )
        .map(userView)
        .filter((view) => matches(asksMore ? searchable(view) : view)),
      query.sort,
    );
    const page = offsetPage(found, query);
    if (page.start + page.limit > USER_SEARCH_MAX_RESULTS)
      throw new ApiError(
        400,
        'You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation',
        'invalid_paging',
      );
    const shown = page.items.map((view) => selectFields(view, query));
    return c.json(
      query.include_totals === true
        ? { start: page.start, limit: page.limit, length: shown.length, users: shown, total: found.length }
        : shown,
    );
  });
  routes.post('/', needs('create:users'), async (c) => {
    const body = await readUserCreate(c);
    const connection = connections.all().find(({ name }) => name === body.connection);
    if (connection === undefined)
      throw new ApiError(400, 'The connection does not exist.', 'inexistent_connection');
    if (connection.strategy !== 'auth0')
      throw notSupported(
        'The connection does not support user creation through the API. It must either be a database or passwordless connection.',
      );
    if (body.email === undefined && connection.options['attributes'] === undefined)
      throw invalidBody('Missing required property: email');
    const user = newUser(body, connection.name, timestamp(api));
    if (existingUser(api, connection, body.email) !== undefined || users.get(user.user_id) !== undefined)
      throw conflict('The user already exists.', 'auth0_idp_error');
    checkSize(user);
    users.put(user.user_id, user);
    return c.json(userView(user), 201);
  });
  routes.get('/:id', needs('read:users'), (c) => {
    const query = readFields(c);
    return c.json(selectFields(userView(existing(c.req.param('id'))), query));
  });
  routes.patch('/:id', needs('update:users', 'update:users_app_metadata'), async (c) => {
    const body = await readUserUpdate(c);
    // The narrower scope is for metadata alone.
    if (Object.keys(body).some((name) => !name.endsWith('_metadata'))) checkScope(c, 'update:users');
    const user = existing(c.req.param('id'));
    for (const [identity, attributes] of changesOf(user, body)) {
      const connection = connections.all().find(({ name }) => name === identity?.connection);
      checkEditable(attributes, connection);
      const other = connection && existingUser(api, connection, attributes['email']);
      if (other !== undefined && other.user_id !== user.user_id)
        throw new ApiError(400, 'The specified new email already exists', 'auth0_idp_error');
    }
    const changed = updatedUser(user, body, timestamp(api));
    const isPrimary = body.connection === undefined || body.connection === user.identities[0]?.connection;
    const reset = isPrimary && body.password != null ? { last_password_reset: timestamp(api) } : {};
    const kept = { ...changed, root: { ...changed.root, ...reset } };
    checkSize(kept);
    users.put(user.user_id, kept);
    return c.json(userView(kept));
  });
  routes.delete('/:id', needs('delete:users'), (c) => {
    api.tenant.store.transaction(() => {
      removeUser(api, c.req.param('id'));
    });
    return c.body(null, 204);
  });
  routes.route('/:id/identities', userIdentityRoutes(api, existing));
  return routes;
}

/** A user with memberships, roles and ways to prove who it is. For a transaction. */
export function removeUser({ tenant: { store }, collections }: Api, id: string): void {
  collections.users.delete(id);
  const methods = collections.things(`/users/${encodeURIComponent(id)}/authentication-methods`);
  for (const { id: method } of methods.all()) methods.delete(textOf(method));
  for (const relation of ['organization-members', 'role-users']) unlinkAll(store, relation, id, true);
}

/** A query for one id or e-mail address and nothing else: such users are found without a look at all the others. */
const ONE_USER = /^\s*(user_id|email)\s*:\s*(?:"([^"\\*]+)"|([^\s"()*:\\?~<>]+))\s*$/;

/** At least the users that a query is for. */
function mayMatch(users: Collection<UserDocument>, q: string | undefined): readonly UserDocument[] {
  const [, field, quoted, plain] = ONE_USER.exec(q ?? '') ?? [];
  const wanted = quoted ?? plain;
  if (wanted === undefined) return users.all();
  return users.withKey(field === 'email' ? emailKey(wanted) : idKey(wanted));
}

/** @see https://auth0.com/docs/api/management/v2/users-by-email */
export function usersByEmailRoutes(api: Api): Hono<ApiEnv> {
  const readEmail = queryReader<FieldsQuery & { readonly email: string }>(
    { ...managementApi().paths['/users-by-email']?.get?.query },
    ['email'],
  );
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:users'), (c) => {
    const query = readEmail(c);
    const found = api.collections.users
      .withKey(emailKey(query.email))
      .filter(({ root }) => root['email'] === query.email);
    return c.json(found.map((user) => selectFields(userView(user), query)));
  });
  return routes;
}
