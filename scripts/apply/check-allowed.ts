import { Problem } from '../problem.ts';

/**
 * Where nobody is asked, a change that a security reviewer must see has to be named by the command that makes it.
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
    message: `This deploy makes changes that a security reviewer must see: ${missing.join(', ')}. Nothing was changed.`,
    remedy: `Have the plan above reviewed, then run the command with ${optionsToGoOn(found)}`,
  });
}

/**
 * The options of a command that does without asking what a person would be asked about.
 *
 * @param codes All that a security reviewer must see: `--allow` has to name each of them.
 */
export const optionsToGoOn = (codes: readonly string[]): string =>
  ['--yes', ...(codes.length === 0 ? [] : ['--allow', ...codes])].join(' ');
