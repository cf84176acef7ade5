import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { DEFAULT_REDIRECT_TOKEN_SECONDS } from '../../auth0/runtime-limits.ts';
import { jsonCopy, optionsArgument, stringArgument } from './arguments.ts';
import { signHs256, verifyHs256 } from './hs256.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** Protocols in which a browser waits for the end of the Actions. */
const BROWSER_PROTOCOLS = new Set([
  'oidc-basic-profile',
  'oidc-implicit-profile',
  'oidc-hybrid-profile',
  'oidc-ciba-web-link',
  'oauth2-device-code',
  'samlp',
  'wsfed',
]);

/** Silent: the browser waits, but nobody looks at it. */
export const isSilent = (event: JsonObject): boolean => {
  const prompt = partOf(event, 'transaction')['prompt'];
  return Array.isArray(prompt) && prompt.includes('none');
};

export function canRedirect(event: JsonObject): boolean {
  const protocol = partOf(event, 'transaction')['protocol'];
  return typeof protocol === 'string' && BROWSER_PROTOCOLS.has(protocol) && !isSilent(event);
}

/**
 * `api.redirect`. Whether a redirect is possible is decided when the Action has ended, as at Auth0.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export const redirectApi = ({ state, event, now }: ActionContext): ApiArea => ({
  canRedirect: () => canRedirect(event),
  encodeToken(options) {
    const given = optionsArgument(options, 'options');
    const secret = secretIn(given);
    const copied = jsonCopy(optionsArgument(given['payload'], 'payload'));
    const lifetime = given['expiresInSeconds'] ?? DEFAULT_REDIRECT_TOKEN_SECONDS;
    if (typeof lifetime !== 'number' || !(lifetime > 0)) {
      throw new TypeError('"expiresInSeconds" has to be a positive number of seconds.');
    }
    const issuedAt = Math.floor(now() / 1_000);
    const request = partOf(event, 'request');
    return signHs256(
      {
        ...(isJsonObject(copied) ? copied : {}),
        iat: issuedAt,
        iss: request['hostname'],
        sub: partOf(event, 'user')['user_id'],
        exp: Math.floor(issuedAt + lifetime),
        ip: request['ip'],
      },
      secret,
    );
  },
  sendUserTo(url, options) {
    const target = stringArgument(url, 'url');
    if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) {
      throw new TypeError('"url" has to be an absolute http or https URL.');
    }
    const location = new URL(target);
    const query = optionsArgument(optionsArgument(options, 'options')['query'], 'query');
    for (const [name, value] of Object.entries(query)) location.searchParams.set(name, String(value));
    state.redirectUrl = location.href;
  },
  validateToken(options) {
    const given = optionsArgument(options, 'options');
    const secret = secretIn(given);
    const parameter = stringArgument(given['tokenParameterName'] ?? 'session_token', 'tokenParameterName');
    const request = partOf(event, 'request');
    const sent = { ...partOf(request, 'query'), ...partOf(request, 'body') };
    const token = sent[parameter];
    if (typeof token !== 'string') {
      throw new Error(`Neither the body nor the query of the request has a parameter "${parameter}".`);
    }
    const claims = verifyHs256(token, secret, now());
    if (typeof claims['state'] !== 'string' || claims['state'] !== sent['state']) {
      throw new Error('The "state" of the token is not the one of the redirect.');
    }
    return claims;
  },
});

function secretIn(options: Readonly<Record<string, unknown>>): string {
  const secret = stringArgument(options['secret'], 'secret');
  if (secret === '') throw new TypeError('"secret" is empty.');
  return secret;
}
