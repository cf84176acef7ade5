import { inlined, managementApi } from '../auth0/management-api.ts';
import type { UserDocument } from '../local-tenant/runtime.ts';
import { simulatedUser, SIMULATED_DOMAIN } from './simulated-event.ts';
import type { SimulatedUser } from './simulated-login.ts';

/**
 * The two Management API calls that an Action makes to read its user: a token for any client, and `GET /api/v2/users/{id}`, which
 * shows the root attributes that the event lacks: `fields` takes the names of the description alone, as at Auth0, so that others
 * are seen without it or with `include_fields=false`. Everything else is answered with 404.
 *
 * @example
 * const api = simulatedManagementApi(user);
 * await simulateLogin({ user, http: (request) => (isOurs(request) ? ourAnswer() : api(request)) });
 *
 * @see https://auth0.com/docs/api/management/v2/users/get-users-by-id
 */
export function simulatedManagementApi(user: SimulatedUser = {}): (request: Request) => Response {
  const document = simulatedUser(user);
  return (request) => {
    const { hostname, pathname, searchParams } = new URL(request.url);
    if (hostname !== SIMULATED_DOMAIN) return notFound();
    if (request.method === 'POST' && pathname === '/oauth/token') {
      return Response.json({
        access_token: 'simulated-management-token',
        token_type: 'Bearer',
        expires_in: 86_400,
      });
    }
    if (request.method === 'GET' && pathname === `/api/v2/users/${encodeURIComponent(document.user_id)}`) {
      return request.headers.get('authorization') === 'Bearer simulated-management-token'
        ? shown(document, searchParams)
        : refused(401, 'Unauthorized', 'Invalid token');
    }
    return notFound();
  };
}

function shown(user: UserDocument, query: URLSearchParams): Response {
  const { root, ...rest } = user;
  const whole = { ...root, ...rest };
  const fields = query.get('fields');
  if (fields === null) return Response.json(whole);
  const { pattern } = inlined(managementApi().paths['/users/{id}']?.get?.query?.['fields'] ?? {});
  if (typeof pattern === 'string' && !new RegExp(pattern).test(fields)) {
    const problem = `'String does not match pattern ${pattern}: ${fields}' on property fields`;
    return refused(400, 'Bad Request', `Query validation error: ${problem}.`);
  }
  const named = new Set(fields.split(','));
  const isKept = query.get('include_fields') !== 'false';
  return Response.json(
    Object.fromEntries(Object.entries(whole).filter(([name]) => named.has(name) === isKept)),
  );
}

const refused = (statusCode: number, error: string, message: string): Response =>
  Response.json({ statusCode, error, message }, { status: statusCode });

const notFound = (): Response => refused(404, 'Not Found', 'Not Found');
