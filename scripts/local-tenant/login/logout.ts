import type { Context } from 'hono';
import { compactVerify, decodeJwt } from 'jose';
import { issuerOf } from '../context.ts';
import { stringsIn } from '../../base/json-values.ts';
import { tenantSettingsOf } from '../store/collections.ts';
import { isAllowedUrl } from './applications.ts';
import { showError } from './replies.ts';
import type { LoginServices } from './services.ts';
import { endSession } from './sessions.ts';

/**
 * `GET /v2/logout`: ends the browser's session and sends it to `returnTo`, which has to be among the allowed logout URLs of the
 * application (with `client_id`) or of the tenant (without). The upstream provider's session is not ended: Didit documents no
 * logout.
 *
 * @see https://auth0.com/docs/authenticate/login/logout/redirect-users-after-logout
 */
export async function logout(services: LoginServices, c: Context): Promise<Response> {
  const { client_id: clientId, returnTo } = c.req.query();
  const allowed = allowedLogoutUrls(services, clientId);
  if (returnTo !== undefined && !isAllowedUrl(allowed, returnTo)) {
    return await showError(
      c,
      400,
      'invalid_request',
      `The "returnTo" querystring parameter "${returnTo}" is not defined as a valid URL in "Allowed Logout URLs"`,
    );
  }
  endSession(services.records, c);
  const target = returnTo ?? allowed[0];
  return target === undefined ? c.text('OK') : c.redirect(target, 302);
}

/**
 * `/oidc/logout`: RP-initiated logout, under the same rules. The hint says which application asks, and may have expired.
 *
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html
 */
export async function oidcLogout(services: LoginServices, c: Context): Promise<Response> {
  const { id_token_hint: hint, post_logout_redirect_uri: target, state, client_id: clientId } = c.req.query();
  const audience = hint === undefined ? undefined : await audienceOf(services, hint);
  if (hint !== undefined && audience === undefined)
    return await showError(c, 400, 'invalid_request', 'The id_token_hint is not one of this tenant');
  if (audience !== undefined && clientId !== undefined && audience !== clientId)
    return await showError(c, 400, 'invalid_request', 'The id_token_hint belongs to another client');
  const allowed = allowedLogoutUrls(services, clientId ?? audience);
  if (target !== undefined && !isAllowedUrl(allowed, target)) {
    return await showError(
      c,
      400,
      'invalid_request',
      'The "post_logout_redirect_uri" is not defined as a valid URL in "Allowed Logout URLs"',
    );
  }
  endSession(services.records, c);
  if (target === undefined) return c.text('OK');
  const url = new URL(target);
  if (state !== undefined) url.searchParams.set('state', state);
  return c.redirect(url.href, 302);
}

function allowedLogoutUrls({ collections }: LoginServices, clientId: string | undefined): readonly string[] {
  const settings =
    clientId === undefined ? tenantSettingsOf(collections) : collections.clients.get(clientId)?.settings;
  return stringsIn(settings ?? {}, 'allowed_logout_urls');
}

/** The application that one of our ID tokens was issued to; `undefined` for anything else. */
async function audienceOf(
  { context, collections }: LoginServices,
  hint: string,
): Promise<string | undefined> {
  try {
    const { iss, aud } = decodeJwt(hint);
    if (iss !== issuerOf(context) || typeof aud !== 'string') return undefined;
    const client = collections.clients.get(aud);
    if (client === undefined) return undefined;
    await compactVerify(hint, ({ alg }) =>
      alg === 'HS256' ? new TextEncoder().encode(client.client_secret) : context.keys.publicKey,
    );
    return aud;
  } catch {
    return undefined;
  }
}
