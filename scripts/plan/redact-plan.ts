import type { Plan } from './plan.ts';

/** Shorter values are no secrets that anybody could search for: taking them out would only make the plan unreadable. */
const MIN_SECRET_CHARACTERS = 6;

/**
 * Takes known secrets out of every text of a plan. The model holds none; this is for those that somebody wrote into code, a URL
 * or a description.
 */
export function redactPlan(plan: Plan, secrets: readonly string[]): Plan {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= MIN_SECRET_CHARACTERS);
  const redact = (text: string): string =>
    known.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
  return known.length === 0 ? plan : mapTexts(plan, redact);
}

/** The same data with every text in it mapped. */
function mapTexts<T>(value: T, map: (text: string) => string): T;
function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts<unknown>(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, mapTexts<unknown>(child, map)]),
  );
}
