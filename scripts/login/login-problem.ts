import * as openid from 'openid-client';
import { unreachable } from '../tenant-access/connection-failures.ts';
import { variablePlace } from '../tenant-access/target.ts';
import { Problem } from '../base/problem.ts';

/**
 * What openid-client throws, as a person can act on it; anything else as it is.
 *
 * @param variablesFile That AUTH0_DOMAIN may be set in, as errors name it. Default `.env`.
 * @returns {Problem} `CODE_REFUSED`, `LOGIN_ANSWER_INVALID`, and those of `unreachable`.
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
  if (isNetworkFailure(error)) return unreachable({ domain, variablesFile }, error);
  if (error instanceof openid.ClientError) {
    return new Problem({
      code: 'LOGIN_ANSWER_INVALID',
      message: `The answer of ${domain} cannot be trusted: ${error.message} (${error.code ?? 'no code'}).`,
      place: variablePlace('AUTH0_DOMAIN', variablesFile),
      cause: error,
    });
  }
  return error;
}

const codeRefused = (domain: string, said: string, cause: unknown): Problem =>
  new Problem({
    code: 'CODE_REFUSED',
    message: `${domain} does not give tokens for the code that came back (${said}).`,
    place: { tenant: domain },
    cause,
  });

/** `fetch` fails with a `TypeError` that has a cause; one without is a defect of this project. */
const isNetworkFailure = (error: unknown): boolean =>
  error instanceof openid.ClientError
    ? error.code === 'OAUTH_TIMEOUT'
    : error instanceof TypeError && error.cause instanceof Error;
