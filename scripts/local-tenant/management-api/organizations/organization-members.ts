import { Hono } from 'hono';
import type { OrganizationDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError } from '../request/errors.ts';
import { selectFields } from '../request/fields.ts';
import type { FieldsQuery } from '../request/fields.ts';
import { withoutNulls } from '../request/metadata.ts';
import { listAnswer } from '../request/pagination.ts';
import type { CheckpointQuery, PageQuery } from '../request/pagination.ts';
import {
  CHECKPOINT_QUERY,
  FIELDS_QUERY,
  list,
  object,
  PAGE_QUERY,
  text,
} from '../../../auth0/schema-words.ts';
import { bodyReader, queryReader } from '../request/validation.ts';

type ListQuery = PageQuery & CheckpointQuery & FieldsQuery;

const readMembers = bodyReader<{ readonly members: readonly string[] }>(
  object({ members: list(text({ minLength: 1, maxLength: 1_024 }), { minItems: 1 }) }, ['members']),
);
const readList = queryReader<ListQuery>({ ...PAGE_QUERY, ...CHECKPOINT_QUERY, ...FIELDS_QUERY });

/**
 * The members of an organization.
 * @see https://auth0.com/docs/api/management/v2/organizations/get-members
 */
export function organizationMemberRoutes(
  api: Api,
  existing: (id: string) => OrganizationDocument,
): Hono<ApiEnv> {
  const { organizations, users } = api.collections;
  const memberView = (id: string): JsonObject => {
    const { name = null, email = null, picture = null } = users.get(id)?.root ?? {};
    return { user_id: id, ...withoutNulls({ name, email, picture }) };
  };

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:organization_members'), (c) => {
    const query = readList(c);
    const { members } = existing(c.req.param('id') ?? '');
    const view = (id: string): JsonObject => selectFields(memberView(id), query);
    return c.json(listAnswer('members', members, (id) => id, view, query));
  });
  routes.post('/', needs('create:organization_members'), async (c) => {
    const body = await readMembers(c);
    const organization = existing(c.req.param('id') ?? '');
    for (const id of body.members) {
      if (users.get(id) === undefined)
        throw new ApiError(400, `User ${id} does not exist`, 'inexistent_user');
    }
    const members = [...new Set([...organization.members, ...body.members])];
    organizations.put(organization.id, { ...organization, members });
    return c.body(null, 204);
  });
  routes.delete('/', needs('delete:organization_members'), async (c) => {
    const body = await readMembers(c);
    const organization = existing(c.req.param('id') ?? '');
    const members = organization.members.filter((id) => !body.members.includes(id));
    organizations.put(organization.id, { ...organization, members });
    return c.body(null, 204);
  });
  return routes;
}
