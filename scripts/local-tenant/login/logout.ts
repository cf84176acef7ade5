import type { Context } from 'hono';
import { compactVerify, decodeJwt } from 'jose';
import { isAllowedReturn, isAllowedUrl } from '../../auth0/application-urls.ts';
import { issuerOf } from '../context.ts';
import { isUrl } from '../../base/is-url.ts';
import { stringsIn } from '../../base/json-values.ts';
import { given, parametersOf } from '../server/form.ts';
import { tenantSettingsOf } from '../store/collections.ts';
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
  const { client_id: clientId, returnTo } = given(c.req.query());
  const allowed = allowedLogoutUrls(services, clientId);
  if (returnTo !== undefined && !isAllowedReturn(allowed, returnTo)) {
    const why = `The "returnTo" querystring parameter "${returnTo}" is not defined as a valid URL in "Allowed Logout URLs"`;
    return await showError(c, 400, 'invalid_request', why);
  }
  endSession(services.records, c);
  const target = returnTo ?? allowed[0];
  return target === undefined ? c.text('OK') : c.redirect(target, 302);
}

/**
 * `/oidc/logout`, by GET or POST: RP-initiated logout, under the same rules, but for a query, which counts. The hint says which
 * application asks, and may have expired.
 *
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html
 * @see https://auth0.com/docs/api/authentication/logout/oidc-logout
 */
export async function oidcLogout(services: LoginServices, c: Context): Promise<Response> {
  const fields = await parametersOf(c);
  const { client_id: clientId, id_token_hint: idToken, post_logout_redirect_uri: asked, state } = fields;
  const refuse = (why: string): Promise<Response> => showError(c, 400, 'invalid_request', why);
  const hint = idToken === undefined ? undefined : await readHint(services, idToken);
  if (idToken !== undefined && hint === undefined)
    return await refuse('The id_token_hint is not one of this tenant');
  if (hint !== undefined && clientId !== undefined && hint.clientId !== clientId)
    return await refuse('The id_token_hint belongs to another client');
  if (hint !== undefined && hint.sessionId !== (fields['logout_hint'] ?? hint.sessionId))
    return await refuse('The logout_hint is not the session of the id_token_hint');
  const allowed = allowedLogoutUrls(services, clientId ?? hint?.clientId);
  if (asked !== undefined && !isAllowedUrl(allowed, asked))
    return await refuse(
      'The "post_logout_redirect_uri" is not defined as a valid URL in "Allowed Logout URLs"',
    );
  endSession(services.records, c);
  const target = asked ?? (clientId === undefined ? undefined : allowed[0]);
  if (target === undefined || !isUrl(target)) return c.text('OK');
  const url = new URL(target);
  if (state !== undefined) url.searchParams.set('state', state);
  return c.redirect(url.href, 302);
}

function allowedLogoutUrls({ collections }: LoginServices, clientId: string | undefined): readonly string[] {
  const settings =
    clientId === undefined ? tenantSettingsOf(collections) : collections.clients.get(clientId)?.settings;
  return stringsIn(settings ?? {}, 'allowed_logout_urls');
}

/** Whose ID token it is, if it is one of ours. */
async function readHint(
  { context, collections }: LoginServices,
  hint: string,
): Promise<{ readonly clientId: string; readonly sessionId: unknown } | undefined> {
  try {
    const { iss, aud, sid } = decodeJwt(hint);
    if (iss !== issuerOf(context) || typeof aud !== 'string') return undefined;
    const client = collections.clients.get(aud);
    if (client === undefined) return undefined;
    await compactVerify(hint, ({ alg }) =>
      alg === 'HS256' ? new TextEncoder().encode(client.client_secret) : context.keys.publicKey,
    );
    return { clientId: aud, sessionId: sid };
  } catch {
    return undefined;
  }
}
