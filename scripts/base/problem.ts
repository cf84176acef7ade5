/** Where a problem lies: a file of the project, or a name (a setting, a URL, a resource) when there is no file. */
export interface Place {
  /** Path relative to the project's root, or whatever else names the place. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** The key, placeholder or field, as the person wrote it. */
  readonly key?: string;
}

export interface ProblemParts {
  /** Stable, UPPER_SNAKE_CASE: the contract. The message is never the contract. */
  readonly code: string;
  /** What is wrong, in one sentence without personal data or secrets. */
  readonly message: string;
  readonly place?: Place;
  /** What the person can do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * An error that a person caused or can mend: a code, what is wrong, where, and how to solve it. Commands print it without
 * a stack and exit with code 1; anything else that is thrown is a defect of ours and keeps its stack.
 */
export class Problem extends Error {
  readonly code: string;
  readonly place: Place | undefined;
  readonly remedy: string;

  constructor(parts: ProblemParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'Problem';
    this.code = parts.code;
    this.place = parts.place;
    this.remedy = parts.remedy;
  }
}

/** Several problems of one kind of work (all unknown keys of a file, say), found in one go and shown in one go. */
export class Problems extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'Problems';
    this.problems = problems;
  }
}

const atPlace = (place: Place): string =>
  [
    place.file,
    ...(place.line === undefined ? [] : [`:${place.line}`]),
    ...(place.key === undefined ? [] : [` (${place.key})`]),
  ].join('');

/**
 * The text of a problem as commands print it, in the order of `error CODE: what`, `where`, `how to solve it`.
 */
export function describeProblem(problem: Problem): string {
  return [
    `error ${problem.code}: ${problem.message}`,
    ...(problem.place === undefined ? [] : [`  where: ${atPlace(problem.place)}`]),
    `  how to solve it: ${problem.remedy}`,
  ].join('\n');
}

/** The problems inside a thrown value: none when it is a defect of ours. */
export function problemsIn(thrown: unknown): readonly Problem[] {
  if (thrown instanceof Problem) return [thrown];
  if (thrown instanceof Problems) return thrown.problems;
  return [];
}
