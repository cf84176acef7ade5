import { Hono } from 'hono';
import { randomIdentifier } from '../../identifiers.ts';
import type { OrganizationDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { conflict, orNotFound } from '../request/errors.ts';
import { withoutNulls } from '../request/metadata.ts';
import { organizationListRoutes } from './organization-lists.ts';
import { organizationMemberRoutes } from './organization-members.ts';
import { inListOrder, listAnswer } from '../request/pagination.ts';
import type { CheckpointQuery, PageQuery } from '../request/pagination.ts';
import { CHECKPOINT_QUERY, metadataOf, object, PAGE_QUERY, text } from '../../../auth0/schema-words.ts';
import { bodyReader, queryReader } from '../request/validation.ts';

export const ORGANIZATION_METADATA_MAX_KEYS = 25;

interface OrganizationBody {
  readonly name?: string;
  readonly display_name?: string;
  readonly metadata?: Record<string, string | null>;
}
type ListQuery = PageQuery & CheckpointQuery & { readonly sort?: string };

// Branding, token quotas and enabled connections are not kept: a body that has them is refused, not silently cut.
const either = {
  name: text({ minLength: 1, maxLength: 50, format: 'organization-name' }),
  display_name: text({ minLength: 1, maxLength: 255 }),
  metadata: metadataOf(ORGANIZATION_METADATA_MAX_KEYS),
};
const readCreate = bodyReader<OrganizationBody & { readonly name: string }>(object(either, ['name']));
const readUpdate = bodyReader<OrganizationBody>(object(either));
const readList = queryReader<ListQuery>({
  ...PAGE_QUERY,
  ...CHECKPOINT_QUERY,
  sort: text({ maxLength: 15, pattern: '^((display_name)|(created_at)|(name)):(1|-1)$' }),
});

/** An organization as the Management API shows it. */
export const organizationView = (organization: OrganizationDocument): JsonObject => ({
  id: organization.id,
  name: organization.name,
  display_name: organization.display_name,
  ...(Object.keys(organization.metadata).length === 0 ? {} : { metadata: organization.metadata }),
});

/** Sorted as `FIELD:1` or `FIELD:-1` asks; creation is the order in which they are kept. */
function sorted(
  organizations: readonly OrganizationDocument[],
  sort = 'name:1',
): readonly OrganizationDocument[] {
  const [field, direction] = sort.split(':');
  const ascending =
    field === 'created_at'
      ? organizations
      : organizations.toSorted((a, b) =>
          field === 'display_name'
            ? inListOrder(a.display_name, b.display_name)
            : inListOrder(a.name, b.name),
        );
  return direction === '-1' ? ascending.toReversed() : ascending;
}

/** @see https://auth0.com/docs/api/management/v2/organizations */
export function organizationRoutes(api: Api): Hono<ApiEnv> {
  const { organizations } = api.collections;
  const existing = (id: string): OrganizationDocument =>
    orNotFound(organizations.get(id), 'No organization found by that id or name', 'inexistent_organization');
  const byName = (name: string): OrganizationDocument | undefined =>
    organizations.all().find((organization) => organization.name === name);
  const checkName = (name: string, ownId?: string): void => {
    const other = byName(name);
    if (other !== undefined && other.id !== ownId)
      throw conflict('An organization with this name already exists', 'organization_conflict');
  };

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:organizations'), (c) => {
    const query = readList(c);
    const found = sorted(organizations.all(), query.sort);
    return c.json(listAnswer('organizations', found, ({ name }) => name, organizationView, query));
  });
  routes.post('/', needs('create:organizations'), async (c) => {
    const { name, display_name = name, metadata = {} } = await readCreate(c);
    checkName(name);
    const organization: OrganizationDocument = {
      id: `org_${randomIdentifier(16)}`,
      name,
      display_name,
      metadata: withoutNulls(metadata),
      members: [],
    };
    organizations.put(organization.id, organization);
    return c.json(organizationView(organization), 201);
  });
  routes.get('/name/:name', needs('read:organizations'), (c) =>
    c.json(organizationView(existing(byName(c.req.param('name'))?.id ?? ''))),
  );
  routes.get('/:id', needs('read:organizations'), (c) =>
    c.json(organizationView(existing(c.req.param('id')))),
  );
  routes.patch('/:id', needs('update:organizations'), async (c) => {
    const body = await readUpdate(c);
    const organization = existing(c.req.param('id'));
    if (body.name !== undefined) checkName(body.name, organization.id);
    const changed: OrganizationDocument = {
      ...organization,
      name: body.name ?? organization.name,
      display_name: body.display_name ?? organization.display_name,
      // Replaced whole: see the same reading in connections.ts.
      metadata: body.metadata === undefined ? organization.metadata : withoutNulls(body.metadata),
    };
    organizations.put(changed.id, changed);
    return c.json(organizationView(changed));
  });
  routes.delete('/:id', needs('delete:organizations'), (c) => {
    organizations.delete(existing(c.req.param('id')).id);
    return c.body(null, 204);
  });
  routes.route('/:id/members', organizationMemberRoutes(api, existing));
  routes.route('/:id', organizationListRoutes(existing));
  return routes;
}
