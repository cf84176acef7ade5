const MILLISECONDS_PER_HOUR = 3_600_000;

/** How far two machines' clocks may be apart. What is later than that has not happened yet. */
export const MAX_CLOCK_SKEW_MILLISECONDS = 5 * 60_000;

/** Where the day begins last: UTC−12. */
const LAST_TIME_ZONE_HOURS = 12;

const FULL_DATE = /^(?:19|20|21)\d{2}-\d{2}-\d{2}$/;

/** `YYYY-MM-DD` of a day that exists, from 1900 to 2199; anything else is `undefined`. */
export function readDate(value: unknown): string | undefined {
  if (typeof value !== 'string' || !FULL_DATE.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00.000Z`);
  // The engine may roll 30 February over into March instead of refusing it.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
}

/**
 * Whether a person has reached an age, in a way that is never too early anywhere: the birthday has begun in every time zone,
 * and who was born on 29 February has it on 1 March in other years. The process's own time zone plays no part.
 *
 * @param birthdate `YYYY-MM-DD`, a day that exists.
 * @param years Age in full years.
 * @param now Milliseconds since the epoch.
 */
export function hasReachedAge(birthdate: string, years: number, now: number): boolean {
  const today = new Date(now - LAST_TIME_ZONE_HOURS * MILLISECONDS_PER_HOUR).toISOString().slice(0, 10);
  const birthday = `${Number(birthdate.slice(0, 4)) + years}${birthdate.slice(4)}`;
  // As text: in a year without 29 February, "02-29" comes after "02-28" and before "03-01".
  return today >= birthday;
}

/** An instant as ISO 8601 in UTC, to the second. */
export const toTimestamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** Milliseconds since the epoch of an ISO 8601 instant in UTC; `undefined` for anything else. */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(value)) {
    return undefined;
  }
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
