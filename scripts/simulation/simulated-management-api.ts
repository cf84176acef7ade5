import type { UserDocument } from '../local-tenant/runtime.ts';
import { simulatedUser, SIMULATED_DOMAIN } from './simulated-event.ts';
import type { SimulatedUser } from './simulated-login.ts';

/**
 * The two Management API calls that an Action makes to read its user: a token for any client, and `GET
 * /api/v2/users/{id}`, which shows the root attributes that the event lacks. Everything else is answered with 404.
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
    const { hostname, pathname } = new URL(request.url);
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
        ? Response.json(shown(document, new URL(request.url).searchParams.get('fields')))
        : Response.json(
            { statusCode: 401, error: 'Unauthorized', message: 'Invalid token' },
            { status: 401 },
          );
    }
    return notFound();
  };
}

function shown(user: UserDocument, fields: string | null): Readonly<Record<string, unknown>> {
  const { root, ...rest } = user;
  const whole = { ...root, ...rest };
  if (fields === null) return whole;
  const asked = new Set(fields.split(','));
  return Object.fromEntries(Object.entries(whole).filter(([name]) => asked.has(name)));
}

const notFound = (): Response =>
  Response.json({ statusCode: 404, error: 'Not Found', message: 'Not Found' }, { status: 404 });
