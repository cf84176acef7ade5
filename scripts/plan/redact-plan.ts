import { redactorOf } from '../secrets/redact-text.ts';
import { hideUrlValues, hideUrlSecrets } from '../secrets/secret-in-url.ts';
import type { Plan, PlannedChange } from './plan.ts';

/**
 * Texts that are one of a few words of this project, by their paths: nobody can have written a secret into them, and programs
 * tell plans apart by them. All others are redacted, those that a later version adds among them.
 */
const FIXED_WORDS: ReadonlySet<string> = new Set([
  'target.kind',
  'changes.verb',
  'changes.resource.kind',
  'changes.code.before.sha256',
  'changes.code.after.sha256',
  'changes.security.code',
  'changes.causes',
  'effects.what',
  'effects.security.code',
  'flow.change',
  'impact.flows',
  'impact.changes.flows',
  'impact.changes.unchangedIn',
  'impact.changes.change',
  'impact.changes.security.code',
  'impact.lockedOut.flows',
  'impact.lockedOut.security.code',
  'impact.accounts.security.code',
  'impact.notRun.security.code',
  'impact.hosts.security.code',
  'otherActions.what',
  'otherActions.security.code',
  'otherOrganizations.security.code',
  'notLookedAt.scopes',
  'digest',
  'noLongerListed.resource.kind',
]);

/**
 * Takes known secrets out of every text of a plan that people or a tenant have written. The model holds none; this is for those
 * that somebody wrote into code, a URL or a description.
 */
export const redactPlan = (plan: Plan, secrets: readonly string[]): Plan =>
  mapTexts(plan, '', redactorOf(secrets));

/**
 * Takes out of the addresses in a plan what may authenticate: names and passwords, parameters that are named like a secret, and
 * of a connection's options the values of the query. It comes after the ratings, which look at whole addresses. Code stays as it
 * is.
 */
export function hideUrlCredentials(plan: Plan): Plan {
  const hidden = (change: PlannedChange): PlannedChange => ({
    ...mapTexts(change, 'changes', change.resource.kind === 'connection' ? hideUrlValues : hideUrlSecrets),
    code: change.code,
  });
  return { ...mapTexts(plan, '', hideUrlSecrets), changes: plan.changes.map(hidden) };
}

/** The same data with every text in it mapped, except the fixed words. */
function mapTexts<T>(value: T, path: string, map: (text: string) => string): T;
function mapTexts(value: unknown, path: string, map: (text: string) => string): unknown {
  if (typeof value === 'string') return FIXED_WORDS.has(path) ? value : map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts<unknown>(item, path, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      mapTexts<unknown>(child, path === '' ? name : `${path}.${name}`, map),
    ]),
  );
}
