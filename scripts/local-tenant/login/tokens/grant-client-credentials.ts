import { managementAudienceOf } from '../../context.ts';
import { issueManagementToken, MANAGEMENT_TOKEN_LIFETIME_SECONDS } from '../../management-tokens.ts';
import { apiOfAudience, tenantSettingsOf } from '../../store/collections.ts';
import type { ClientDocument } from '../../store/resources.ts';
import { stringIn } from '../../../base/json-values.ts';
import { isPublicClient } from '../applications.ts';
import { showsPermissions } from '../authorization.ts';
import { splitList } from '../authorize-request.ts';
import type { LoginServices } from '../services.ts';
import { TokenRefusal, unauthorized } from './token-errors.ts';
import type { IssuedTokens } from './tokens.ts';
import { ACCESS_TOKEN_SECONDS, seconds, sign } from './tokens.ts';

const denied = (description: string): TokenRefusal => new TokenRefusal(403, 'access_denied', description);

/**
 * `grant_type=client_credentials`: what the client's grants for the audience allow. No Action runs.
 *
 * @throws {TokenRefusal} 403 `access_denied`: no audience, unknown audience, no grant, a scope that was not granted.
 * @see https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow
 */
export async function grantToClient(
  { context, collections }: LoginServices,
  client: ClientDocument,
  body: Readonly<Record<string, string>>,
): Promise<IssuedTokens> {
  if (isPublicClient(client)) throw unauthorized();
  const settings = tenantSettingsOf(collections);
  const audience = body['audience'] ?? stringIn(settings, 'default_audience') ?? '';
  if (audience === '')
    throw denied('No audience parameter was provided, and no default audience has been configured');
  const managementAudience = managementAudienceOf(context);
  const resourceServer = apiOfAudience(collections, audience);
  if (resourceServer === undefined && audience !== managementAudience)
    throw denied(`Service not enabled within domain: ${audience}`);
  const grants = collections.clientGrants.all().filter((one) => one.audience === audience);
  const grant =
    grants.find((one) => one.client_id === client.client_id) ??
    // What applications of third parties have by default is never the tenant itself.
    grants.find(
      (one) =>
        one.client_id === '' &&
        client.settings['is_first_party'] === false &&
        audience !== managementAudience,
    );
  if (grant === undefined) {
    throw denied(
      `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants`,
    );
  }
  const asked = splitList(body['scope']);
  const missing = asked.filter((scope) => !grant.scope.includes(scope));
  if (missing.length > 0) throw denied(`Client has not been granted scopes: ${missing.join(', ')}`);
  const scope = asked.length === 0 ? grant.scope : asked;
  if (audience === managementAudience) {
    return {
      access_token: await issueManagementToken(context, { clientId: client.client_id, scope }),
      scope: scope.join(' '),
      expires_in: MANAGEMENT_TOKEN_LIFETIME_SECONDS,
      token_type: 'Bearer',
    };
  }
  const lifetime = seconds(resourceServer?.['token_lifetime'], ACCESS_TOKEN_SECONDS);
  return {
    access_token: await sign(context, 'JWT', lifetime, {
      sub: `${client.client_id}@clients`,
      aud: audience,
      azp: client.client_id,
      gty: 'client-credentials',
      ...(showsPermissions(resourceServer) ? { permissions: [...scope] } : {}),
      ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
    }),
    scope: scope.join(' '),
    expires_in: lifetime,
    token_type: 'Bearer',
  };
}
