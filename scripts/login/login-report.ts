import { dim } from '../command/run-command.ts';
import type { SignedIn, SignInRefused } from './local/sign-in.ts';
import { Problem } from '../base/problem.ts';
import { explainDenial } from './explain-denial.ts';
import type { DenialRule } from './explain-denial.ts';
import { indented } from './sample-login.ts';

/** What a login came to, wherever it took place. */
export type LoginResult =
  | Pick<SignedIn, 'kind' | 'idTokenClaims' | 'accessTokenClaims'>
  | Pick<SignInRefused, 'kind' | 'error' | 'errorDescription'>;

/** @param rule Of a denial by a rule of this project. */
export function loginAsJson(result: LoginResult, rule: DenialRule | undefined): object {
  if (result.kind === 'signed-in') {
    return {
      outcome: 'signed-in',
      idToken: result.idTokenClaims,
      accessToken: result.accessTokenClaims ?? null,
    };
  }
  const { error, errorDescription } = result;
  return rule === undefined
    ? { outcome: 'failed', error, errorDescription }
    : { outcome: 'denied', error, errorDescription, rule };
}

/** @param rule Of a denial by a rule of this project. */
export function loginAsText(result: LoginResult, rule: DenialRule | undefined): string {
  if (result.kind === 'signed-in') {
    const { idTokenClaims, accessTokenClaims } = result;
    return `\nID token\n${indented(idTokenClaims)}\n\nAccess token\n${
      accessTokenClaims === undefined ? dim('  opaque') : indented(accessTokenClaims)
    }`;
  }
  return [
    `\n${rule === undefined ? 'Failed' : 'Denied'}: ${result.error}`,
    `  ${result.errorDescription}`,
    ...(rule === undefined ? [] : [`  ${explainDenial(rule)}`]),
  ].join('\n');
}

/**
 * A denial by a rule of this project is what a login was to find out. Any other error of the tenant is a reason to look there.
 *
 * @throws {Problem} `LOGIN_REFUSED`.
 */
export function throwUnlessRule(domain: string, result: LoginResult, rule: DenialRule | undefined): void {
  if (result.kind === 'signed-in' || rule !== undefined) return;
  throw new Problem({
    code: 'LOGIN_REFUSED',
    message: `${domain} ended the login with ${result.error}: ${result.errorDescription}`,
    place: { tenant: domain },
    remedy:
      'This is not a rule of didit_policy. Look at the connection, at the application and at Actions of other teams. The tenant logs each login (Auth0 dashboard, Monitoring > Logs).',
  });
}
