import { dim } from '../command/print.ts';
import type { SignedIn, SignInRefused } from './local/sign-in.ts';
import { Problem } from '../base/problem.ts';
import { joined, safe } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';
import type { LoginTrace } from '../local-tenant/index.ts';
import { explainDenial } from './explain-denial.ts';
import type { DenialRule } from './explain-denial.ts';
import { indented } from './sample-login.ts';

/** What a login came to, wherever it took place. */
export type LoginResult =
  | Pick<SignedIn, 'kind' | 'idTokenClaims' | 'accessTokenClaims'>
  | Pick<SignInRefused, 'kind' | 'error' | 'errorDescription'>;

/** Why a login did not go through, as far as it is known. */
export interface Stop {
  /** Of a denial by a rule of this project. */
  readonly rule?: DenialRule | undefined;
  /** The Action that ended it otherwise; known at the local tenant. */
  readonly action?: StoppingAction | undefined;
}

export interface StoppingAction {
  readonly name: string;
  /** `denied` on purpose, or `failed`: it threw, or took too long. */
  readonly how: 'denied' | 'failed';
}

/** The Action that ended a login of the local tenant. */
export function stoppingAction({ decision, actions }: LoginTrace): StoppingAction | undefined {
  if (decision.kind === 'error') {
    const failed = actions.findLast(({ error }) => error !== undefined) ?? actions.at(-1);
    return failed && { name: failed.action, how: 'failed' };
  }
  if (decision.kind !== 'deny') return undefined;
  const denied = actions.findLast(({ calls }) =>
    calls.some(({ method }) => /(?:^|\.)(?:access\.deny|validation\.error)$/.test(method)),
  );
  return denied && { name: denied.action, how: 'denied' };
}

export function loginAsJson(result: LoginResult, { rule, action }: Stop): object {
  if (result.kind === 'signed-in') {
    return {
      outcome: 'signed-in',
      idToken: result.idTokenClaims,
      accessToken: result.accessTokenClaims ?? null,
    };
  }
  const { error, errorDescription } = result;
  if (rule !== undefined) return { outcome: 'denied', error, errorDescription, rule };
  const byAction = action === undefined ? {} : { action: action.name };
  return { outcome: action?.how ?? 'failed', error, errorDescription, ...byAction };
}

export function loginAsText(result: LoginResult, { rule, action }: Stop): SafeText {
  if (result.kind === 'signed-in') {
    const { idTokenClaims, accessTokenClaims } = result;
    return safe`\nID token\n${indented(idTokenClaims)}\n\nAccess token\n${
      accessTokenClaims === undefined ? dim(safe`  opaque`) : indented(accessTokenClaims)
    }`;
  }
  const isDenied = rule !== undefined || action?.how === 'denied';
  return joined([
    safe`\n${isDenied ? 'Denied' : 'Failed'}: ${result.error}`,
    safe`  ${result.errorDescription}`,
    ...(rule === undefined ? [] : [safe`  ${explainDenial(rule)}`]),
    ...(rule === undefined && action !== undefined
      ? [
          safe`  The Action ${action.name} ${action.how === 'denied' ? 'denied it' : 'threw, or took too long'}.`,
        ]
      : []),
  ]);
}

/**
 * A denial by a rule of this project, or by an Action on purpose, is what a login was to find out. Any other error of the tenant
 * is a reason to look there.
 *
 * @param where Whose logs are where, and how the tenant is called.
 * @throws {Problem} `LOGIN_REFUSED`.
 */
export function throwUnlessDenied(
  { domain, isLocal }: { readonly domain: string; readonly isLocal: boolean },
  result: LoginResult,
  { rule, action }: Stop,
): void {
  if (result.kind === 'signed-in' || rule !== undefined || action?.how === 'denied') return;
  const by = action === undefined ? '' : `: the Action "${action.name}" failed`;
  throw new Problem({
    code: 'LOGIN_REFUSED',
    message: `${domain} ended the login with ${result.error}${by}. It said: ${result.errorDescription}`,
    place: { tenant: domain },
    remedy: !isLocal
      ? 'This is not a rule of didit_policy. Look at the connection, at the application and at Actions of other teams. The tenant logs each login (Auth0 dashboard, Monitoring > Logs).'
      : action === undefined
        ? 'No Action ended it: look at the connection and at the application in tenant.yaml. `npm run login -- --trace` shows what each Action did.'
        : `Correct the Action: an error that it does not catch fails the login. \`npm run login -- --trace\` shows what it did before.`,
  });
}
