import { isUrl } from '../../base/is-url.ts';
import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { DEFAULT_REDIRECT_TOKEN_SECONDS } from '../../auth0/runtime-limits.ts';
import { jsonCopy, optionsArgument, stringArgument } from './arguments.ts';
import { signHs256, verifyHs256 } from './hs256.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/**
 * Protocols in which `api.redirect.canRedirect()` is false. In others that have no browser it is true, and the redirect fails.
 */
const NO_REDIRECT_PROTOCOLS = [
  'oauth2-resource-owner',
  'oauth2-refresh-token',
  'oauth2-password',
  'oauth2-webauthn',
];

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

/** Whether a redirect that an Action asks for can be carried out. */
export function hasBrowser(event: JsonObject): boolean {
  const protocol = partOf(event, 'transaction')['protocol'];
  return typeof protocol === 'string' && BROWSER_PROTOCOLS.has(protocol) && !isSilent(event);
}

/**
 * `api.redirect`. Whether a redirect is possible is decided when the Action has ended, as at Auth0.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export const redirectApi = ({ state, event, now, note, interaction }: ActionContext): ApiArea => ({
  canRedirect() {
    const protocol = partOf(event, 'transaction')['protocol'];
    const query = partOf(event, 'request')['query'];
    const asksForNone = isJsonObject(query) && query['prompt'] === 'none';
    return !asksForNone && !(typeof protocol === 'string' && NO_REDIRECT_PROTOCOLS.includes(protocol));
  },
  encodeToken(options) {
    const given = optionsArgument(options, 'options');
    const secret = secretIn(given);
    const copied = jsonCopy(optionsArgument(given['payload'], 'payload'));
    const lifetime = given['expiresInSeconds'] ?? DEFAULT_REDIRECT_TOKEN_SECONDS;
    if (typeof lifetime !== 'number' || !Number.isFinite(lifetime)) {
      throw new TypeError('"expiresInSeconds" has to be a number of seconds.');
    }
    const issuedAt = Math.floor(now() / 1_000);
    const request = partOf(event, 'request');
    return signHs256(
      {
        iat: issuedAt,
        iss: request['hostname'],
        sub: partOf(event, 'user')['user_id'],
        exp: Math.floor(issuedAt + lifetime),
        ip: request['ip'],
        // The payload's own claims win.
        ...(isJsonObject(copied) ? copied : {}),
      },
      secret,
    );
  },
  sendUserTo(url, options) {
    if (interaction.isPrompted) {
      throw new Error('Redirect and render commands cannot be used in the same action.');
    }
    const target = stringArgument(url, 'url');
    if (!isUrl(target)) throw new TypeError('"url" has to be an absolute URL.');
    const location = new URL(target);
    const query = optionsArgument(optionsArgument(options, 'options')['query'], 'query');
    for (const [name, value] of Object.entries(query)) location.searchParams.set(name, String(value));
    interaction.isRedirected = true;
    state.redirectUrl = location.href;
  },
  validateToken(options) {
    const given = optionsArgument(options, 'options');
    const secret = secretIn(given);
    const asked = given['tokenParameterName'];
    const parameter = stringArgument(
      asked === undefined || asked === '' ? 'session_token' : asked,
      'tokenParameterName',
    );
    const request = partOf(event, 'request');
    const sent = { ...partOf(request, 'query'), ...partOf(request, 'body') };
    const token = sent[parameter];
    if (typeof token !== 'string' || token === '') {
      throw new Error(
        `There is no parameter called '${parameter}' available in either the POST body or query string.`,
      );
    }
    const claims = verifiedClaims(token, secret, now());
    if (typeof claims['state'] !== 'string' || claims['state'] !== sent['state']) {
      throw invalidToken('The "state" of the token is not the one of the redirect.');
    }
    const expected = { iss: request['hostname'], sub: partOf(event, 'user')['user_id'] };
    for (const [name, value] of Object.entries(expected)) {
      if (claims[name] === undefined) {
        note(`The session token has no "${name}". Auth0 is told which one to expect, and may refuse it.`);
      } else if (claims[name] !== value) {
        throw invalidToken(`Its "${name}" is not the one of this login.`);
      }
    }
    return claims;
  },
});

const invalidToken = (reason: string): Error => new Error(`The session token is invalid: ${reason}`);

function verifiedClaims(token: string, secret: string, now: number): Readonly<Record<string, unknown>> {
  try {
    return verifyHs256(token, secret, now);
  } catch (error) {
    throw invalidToken(error instanceof Error ? error.message : String(error));
  }
}

function secretIn(options: Readonly<Record<string, unknown>>): string {
  const secret = stringArgument(options['secret'], 'secret');
  if (secret === '') throw new TypeError('"secret" is empty.');
  return secret;
}
