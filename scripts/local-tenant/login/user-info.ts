import type { Context } from 'hono';
import { readFormBody } from '../server/form.ts';
import { standardClaims } from './claims.ts';
import type { LoginServices } from './services.ts';

/**
 * `GET` and `POST /userinfo`: the standard claims of the token's scopes, and the custom claims that the Actions have put into the
 * ID token.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function userInfo({ records, collections }: LoginServices, c: Context): Promise<Response> {
  // The header, the query or a form. @see https://www.rfc-editor.org/rfc/rfc6750#section-2
  const accessToken =
    /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ??
    c.req.query('access_token') ??
    (await readFormBody(c))['access_token'];
  const token = accessToken === undefined ? undefined : records.accessTokens.find(accessToken);
  const user = token === undefined ? undefined : collections.users.get(token.user_id);
  if (token === undefined || user === undefined) {
    return new Response('Unauthorized', {
      status: 401,
      headers: {
        'www-authenticate':
          accessToken === undefined
            ? 'Bearer realm="Users"'
            : 'Bearer realm="Users", error="invalid_token", error_description="The access token is unknown or has expired"',
      },
    });
  }
  return c.json({ ...standardClaims(user, token.scopes), ...token.claims, sub: user.user_id });
}
