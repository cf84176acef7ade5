import { Hono } from 'hono';
import type { OrganizationDocument } from '../../store/resources.ts';
import type { ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { offsetAnswer } from '../request/pagination.ts';
import type { PageQuery } from '../request/pagination.ts';
import { CHECKPOINT_QUERY, flag, PAGE_QUERY } from '../../../auth0/schema-words.ts';
import { queryReader } from '../request/validation.ts';

const readPage = queryReader<PageQuery>({ ...PAGE_QUERY, is_enabled: flag });
const readCheckpoint = queryReader<object>(CHECKPOINT_QUERY);

const EMPTY_LISTS = [
  { path: '/connections', name: 'connections', scope: 'read:organization_connections' },
  { path: '/enabled_connections', name: 'enabled_connections', scope: 'read:organization_connections' },
  { path: '/client-grants', name: 'client_grants', scope: 'read:organization_client_grants' },
];

/**
 * What else tools read of an organization. The local tenant keeps none of it: every connection that is enabled for an
 * application may be used with every organization.
 */
export function organizationListRoutes(existing: (id: string) => OrganizationDocument): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  for (const { path, name, scope } of EMPTY_LISTS) {
    routes.get(path, needs(scope), (c) => {
      const query = readPage(c);
      existing(c.req.param('id') ?? '');
      return c.json(offsetAnswer(name, [], query));
    });
  }
  routes.get('/discovery-domains', needs('read:organization_discovery_domains'), (c) => {
    readCheckpoint(c);
    existing(c.req.param('id') ?? '');
    return c.json({ domains: [] });
  });
  return routes;
}
