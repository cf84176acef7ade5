import { diskErrorOf } from './disk-error.ts';
import { PROBLEM_CODES } from './problem-codes.ts';
import type { PlaceOf, ProblemCode } from './problem-codes.ts';
import { placeInWords } from './problem-places.ts';
import { joined, safe } from './safe-text.ts';
import type { SafeText } from './safe-text.ts';

/** The parts of a problem, by code: which place it needs follows from the code. */
export type ProblemParts<Code extends ProblemCode = ProblemCode> = {
  readonly [One in Code]: {
    /** The contract. The message is never the contract. */
    readonly code: One;
    /** What is wrong, in one sentence without personal data or secrets. */
    readonly message: string;
    /** What the person can do about it. Default: what `PROBLEM_CODES` says. */
    readonly remedy?: string;
    readonly cause?: unknown;
  } & (PlaceOf<One> extends undefined ? { readonly place?: undefined } : { readonly place: PlaceOf<One> });
}[Code];

/**
 * An error that a person caused or can fix: a code, what is wrong, where, and how to solve it. Commands print it without
 * a stack and exit with code 1; anything else that is thrown is a defect of this project and keeps its stack.
 *
 * @see docs/errors.md for all codes.
 */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  readonly code: Code;
  readonly place: ProblemParts<Code>['place'];
  readonly remedy: string;

  constructor(parts: ProblemParts<Code>) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'Problem';
    this.code = parts.code;
    this.place = parts.place;
    this.remedy = parts.remedy ?? PROBLEM_CODES[parts.code].remedy;
  }
}

/** A list with something in it. */
export type Some<Item> = readonly [Item, ...Item[]];

export const isSome = <Item>(list: readonly Item[]): list is Some<Item> => list.length > 0;

/**
 * Several problems of one kind of work (all unknown keys of a file, say), found in one go and shown in one go. Never none:
 * whoever filters what it has found has to say what is left.
 */
export class Problems extends Error {
  readonly problems: Some<Problem>;

  constructor(problems: Some<Problem>) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'Problems';
    this.problems = problems;
  }

  /** @throws {Problems} with all of these; nothing where there are none. */
  static throwIfAny(problems: readonly Problem[]): void {
    if (isSome(problems)) throw new Problems(problems);
  }
}

/**
 * The text of a problem as commands print it, in the order of `error CODE: what`, `where`, `how to solve it`. Lines
 * of a message after its first have a mark: a name in it cannot make one that looks like ours.
 */
export function describeProblem({ code, message, place, remedy }: Problem): SafeText {
  const [what = '', ...list] = message.split('\n');
  const [first = '', ...more] = remedy.split('\n');
  return joined([
    safe`error ${code}: ${what}`,
    ...list.map((line) => safe`  | ${line}`),
    ...(place === undefined ? [] : [safe`  where: ${placeInWords(place)}`]),
    safe`  how to solve it: ${first}`,
    ...more.map((line) => safe`    ${line}`),
  ]);
}

/** The problems inside a thrown value: none when it is a defect of this project. What the disk refuses is nobody's defect. */
export function problemsIn(thrown: unknown): readonly Problem[] {
  if (thrown instanceof Problem) return [thrown];
  if (thrown instanceof Problems) return thrown.problems;
  const disk = diskErrorOf(thrown);
  if (disk === undefined) return [];
  return [
    diskProblem({
      code: 'FILE_UNUSABLE',
      file: disk.file ?? 'a file that the system does not name',
      what: 'A file or folder cannot be used',
      cause: thrown,
    }),
  ];
}

type Results<Work extends readonly unknown[]> = {
  -readonly [Part in keyof Work]: Awaited<Work[Part]>;
};

/**
 * Work that goes on at the same time, as `Promise.all`; but where some of it fails, the rest has ended too before that is told:
 * nothing goes on behind a command that has cleaned up. What is told is what the first of the list says.
 */
export async function allEnded<Work extends readonly unknown[] | []>(work: Work): Promise<Results<Work>> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

/**
 * The same for parts that each have their own things wrong with them: one run tells them all.
 *
 * @throws {Problem | Problems} with what is wrong in each part, the same only once. A defect goes before them.
 */
export async function allOf<Work extends readonly unknown[] | []>(work: Work): Promise<Results<Work>> {
  const settled = await Promise.allSettled(work);
  const reasons = settled.flatMap((part): unknown[] =>
    part.status === 'rejected' ? [part.reason as unknown] : [],
  );
  const defects = reasons.filter((reason) => problemsIn(reason).length === 0);
  if (defects.length > 0 || reasons.length === 1) throw [...defects, ...reasons][0];
  const problems = reasons
    .flatMap(problemsIn)
    .map((problem) => [describeProblem(problem).text, problem] as const);
  Problems.throwIfAny([...new Map(problems).values()]);
  return await Promise.all(work);
}

/** Codes of what the file system does not let a command do. */
type DiskCode =
  | 'ENV_FILE_UNREADABLE'
  | 'FILE_UNUSABLE'
  | 'OUTPUT_UNWRITABLE'
  | 'RECORDS_UNWRITABLE'
  | 'TENANT_FILE_MISSING'
  | 'TENANT_STATE_UNREADABLE'
  | 'TENANT_STATE_UNWRITABLE';

/** What the file system does not let a command do. */
interface DiskParts {
  readonly code: DiskCode;
  readonly file: string;
  /** A sentence without its end: the reason comes behind it. */
  readonly what: string;
  /** As it was thrown. */
  readonly cause: unknown;
  /** A sentence behind it. Default: none. */
  readonly more?: string;
}

/** All problems of the file system are made here: each says which file, why, and what to do about that. */
export function diskProblem(parts: DiskParts): Problem {
  const { file, what, cause, more } = parts;
  const disk = diskErrorOf(cause);
  const sentence = disk === undefined ? `${what}.` : `${what}: ${disk.reason}.`;
  return new Problem({
    code: parts.code,
    message: more === undefined ? sentence : `${sentence} ${more}`,
    place: { file },
    ...(disk === undefined ? {} : { remedy: disk.remedy }),
    cause,
  });
}
