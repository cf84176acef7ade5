import * as openid from 'openid-client';
import { variablePlace } from '../tenant-access/target.ts';
import { Problem } from '../base/problem.ts';

/**
 * What openid-client throws, as a person can act on it; anything else as it is.
 *
 * @param variablesFile That AUTH0_DOMAIN may be set in, as errors name it. Default `.env`.
 * @returns {Problem} `TENANT_UNREACHABLE`, `CODE_REFUSED`, `LOGIN_ANSWER_INVALID`.
 */
export function loginProblem(error: unknown, domain: string, variablesFile?: string): unknown {
  if (error instanceof openid.ResponseBodyError) {
    return codeRefused(
      domain,
      `${error.status} ${error.error}: ${error.error_description ?? 'no reason given'}`,
      error,
    );
  }
  if (error instanceof openid.WWWAuthenticateChallengeError)
    return codeRefused(domain, String(error.status), error);
  const reason = networkReason(error);
  if (reason !== undefined) {
    return new Problem({
      code: 'TENANT_UNREACHABLE',
      message: `${domain} cannot be reached (${reason}).`,
      place: variablePlace('AUTH0_DOMAIN', variablesFile),
      remedy: 'Check your network, then run the command again.',
      cause: error,
    });
  }
  if (error instanceof openid.ClientError) {
    return new Problem({
      code: 'LOGIN_ANSWER_INVALID',
      message: `The answer of ${domain} cannot be trusted: ${error.message} (${error.code ?? 'no code'}).`,
      place: variablePlace('AUTH0_DOMAIN', variablesFile),
      remedy:
        "Check that AUTH0_DOMAIN is the tenant's own domain and no custom one, and that the clock of this machine is right.",
      cause: error,
    });
  }
  return error;
}

const codeRefused = (domain: string, said: string, cause: unknown): Problem =>
  new Problem({
    code: 'CODE_REFUSED',
    message: `${domain} does not give tokens for the code that came back (${said}).`,
    place: { file: domain },
    remedy:
      'Run the command again: a code works once, and not for long. If it stays, compare grant_types and token_endpoint_auth_method of the application in tenant.yaml with the tenant.',
    cause,
  });

/** Why nothing was answered: `fetch failed` says nothing; its cause does. */
function networkReason(error: unknown): string | undefined {
  if (error instanceof openid.ClientError)
    return error.code === 'OAUTH_TIMEOUT' ? 'no answer in time' : undefined;
  if (!(error instanceof TypeError && error.cause instanceof Error)) return undefined;
  const { cause } = error;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
