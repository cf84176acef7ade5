import type { RecordedPair } from './recording.ts';

/** A place where the local tenant is known to answer otherwise than the recorded one, and why that is right. */
export interface Deviation {
  readonly method: string;
  /** Matches the path without its query. */
  readonly path: RegExp;
  /** Matches the difference, e.g. `missing clients[].owners`. */
  readonly difference: RegExp;
  readonly reason: string;
}

/** None is known: every recorded pair of the supported routes agrees. */
export const KNOWN_DEVIATIONS: readonly Deviation[] = [];

export const deviationFor = (
  pair: Pick<RecordedPair, 'method' | 'path'>,
  difference: string,
  known: readonly Deviation[] = KNOWN_DEVIATIONS,
): Deviation | undefined =>
  known.find(
    (deviation) =>
      deviation.method === pair.method &&
      deviation.path.test(pair.path.split('?')[0] ?? '') &&
      deviation.difference.test(difference),
  );
