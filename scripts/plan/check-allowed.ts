import { nearest } from '../base/nearest.ts';
import { SECURITY_CODES } from './ratings/security-codes.ts';
import { Problem, Problems } from '../base/problem.ts';

const KNOWN_CODES = Object.keys(SECURITY_CODES);

/**
 * A mistyped code allows nothing, and who wrote it would learn so only when the change is made that it is for. A code that is
 * known and not needed is fine: which ones are is for the plan to say.
 *
 * @param allowed As `--allow` gives them.
 * @throws {Problems} `SECURITY_CODE_UNKNOWN`, for each.
 */
export function checkKnownCodes(allowed: readonly string[]): void {
  const unknown = allowed.filter((code) => !KNOWN_CODES.includes(code));
  Problems.throwIfAny(
    unknown.map((code) => {
      const suggestion = nearest(code, KNOWN_CODES);
      return new Problem({
        code: 'SECURITY_CODE_UNKNOWN',
        message: `"${code}" is not a code that --allow can name. Nothing was changed.`,
        place: { of: 'npm run deploy', option: '--allow' },
        ...(suggestion === undefined
          ? {}
          : { remedy: `Write "${suggestion}" if that is what you mean; docs/review.md lists all codes.` }),
      });
    }),
  );
}

/**
 * Where nobody is asked, the command that makes a change with a security finding has to name the finding.
 *
 * @param found Codes of the plan.
 * @param allowed As `--allow` gives them.
 * @throws {Problem} `SECURITY_CHANGE_NOT_ALLOWED`.
 */
export function checkAllowed(found: readonly string[], allowed: readonly string[]): void {
  const missing = found.filter((code) => !allowed.includes(code));
  if (missing.length === 0) return;
  throw new Problem({
    code: 'SECURITY_CHANGE_NOT_ALLOWED',
    message: `This deploy has security findings that nobody has allowed: ${missing.join(', ')}. Nothing was changed.`,
    remedy: `Have the plan above reviewed, then run the command with ${optionsToGoOn(found)}`,
  });
}

/**
 * The options of a command that does without asking what a person would be asked about.
 *
 * @param codes All security findings: `--allow` has to name each of them.
 */
export const optionsToGoOn = (codes: readonly string[]): string =>
  ['--yes', ...(codes.length === 0 ? [] : ['--allow', ...codes])].join(' ');
