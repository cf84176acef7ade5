import { compareResults, inRespectOf } from './compare-results.ts';
import type { ResultChange } from './compare-results.ts';
import { isFirst, isFurtherFailure } from './login-cases.ts';
import type { LoginResult } from './login-result.ts';
import { NO_PERSONAL_VALUES } from './personal-values.ts';
import type { PersonalValues } from './personal-values.ts';
import { isKept } from './rate-fact.ts';
import type { LoginPair } from './simulate-logins.ts';

/** One way in which logins change, and whose. */
export interface LoginChange extends ResultChange {
  readonly application: string;
  /** Personas, in their order. */
  readonly people: readonly string[];
  /** `first login` alone, or the other flows in which something changes that does not change so in the first login. */
  readonly flows: readonly string[];
  /** `30d`: it changes where Didit was last asked longer ago than that; `null`: an hour ago, or now. */
  readonly recordOlderThan: string | null;
  /** Of a change of the first login: later ones through Didit that were the same in this respect, and stay so. */
  readonly unchangedIn: readonly string[];
  /** Through which Didit connections, where there are several and it does not change so through each. */
  readonly through?: readonly string[];
}

/**
 * Which logins change, and how; people and flows that change in the same way are named together.
 * @param personal What the people are known by. Default: nothing.
 */
export const compareLogins = (
  pairs: readonly LoginPair[],
  personal: PersonalValues = NO_PERSONAL_VALUES,
): readonly LoginChange[] =>
  groupedBy(pairs, ({ application }) => application).flatMap((atOne) => {
    const changes = groupedBy(atOne, ({ connection, person }) => [connection, person]).map((ofOne) =>
      changesOfOne(ofOne, personal),
    );
    // What changes in the first login says the most.
    const all = [...changes.flatMap(({ ofFirst }) => ofFirst), ...changes.flatMap(({ ofLater }) => ofLater)];
    const connections = new Set(atOne.map(({ connection }) => connection)).size;
    return together(together(all, 'through'), 'people').map(({ through, ...change }) =>
      through.length === connections ? change : { ...change, through },
    );
  });

/** A change whose connections are known. */
type ChangeThrough = LoginChange & Required<Pick<LoginChange, 'through'>>;

/** All that changes for one person at one application. */
function changesOfOne(
  pairs: readonly LoginPair[],
  personal: PersonalValues,
): {
  readonly ofFirst: readonly ChangeThrough[];
  readonly ofLater: readonly ChangeThrough[];
} {
  const compared = pairs.map((pair) => ({
    ...pair,
    changes: compareResults(pair.before, pair.after, personal),
  }));
  const first = compared.filter(({ flow }) => isFirst(flow));
  const later = compared.filter(({ flow }) => !isFirst(flow));
  const usual = later.filter(({ age }) => age.olderThan === null);
  const working = usual.filter(({ flow }) => flow.failure === undefined);
  const ofFirst = first.flatMap((pair) =>
    pair.changes.map((change) => loginChange(pair, change, unchangedIn(change, pair.before, working))),
  );
  const ofLater = later.flatMap((pair) => {
    const isLike = ({ flow }: LoginPair): boolean =>
      isFurtherFailure(pair.flow)
        ? flow.failure === 'down' && flow.returning === pair.flow.returning
        : pair.age.olderThan !== null && flow === pair.flow;
    const known = [...first, ...usual.filter(isLike)].flatMap(({ changes }) => changes);
    return pair.changes
      .filter((change) => !known.some((other) => isSame(change, other)))
      .map((change) => loginChange(pair, change, []));
  });
  return { ofFirst, ofLater: together(ofLater, 'flows') };
}

const loginChange = (
  { connection, application, person, flow, age }: LoginPair,
  change: ResultChange,
  unchanged: readonly string[],
): ChangeThrough => ({
  application,
  people: [person],
  flows: [flow.label],
  recordOlderThan: age.olderThan,
  ...change,
  unchangedIn: unchanged,
  through: [connection],
});

/** Whoever reads that logins change takes it for all of them. What is kept with the user is not written at each. */
function unchangedIn(
  { what }: ResultChange,
  before: LoginResult,
  later: readonly (LoginPair & { readonly changes: readonly ResultChange[] })[],
): readonly string[] {
  if (isKept(what)) return [];
  return later
    .filter(
      ({ flow, changes, ...ends }) =>
        flow.didit !== 'elsewhere' &&
        (what === 'login' || ends.after.outcome === 'allowed') &&
        inRespectOf(what, ends.before) === inRespectOf(what, before) &&
        !changes.some((change) => change.what === what || change.what === 'login'),
    )
    .map(({ flow }) => flow.label);
}

const isSame = (one: ResultChange, other: ResultChange): boolean =>
  one.what === other.what &&
  one.change === other.change &&
  one.before === other.before &&
  one.after === other.after;

/** Changes that are the same but for one of their lists, as one. */
const together = (
  changes: readonly ChangeThrough[],
  list: 'people' | 'flows' | 'through',
): readonly ChangeThrough[] =>
  groupedBy(changes, (change) => ({ ...change, [list]: [] })).flatMap((alike) =>
    alike
      .slice(0, 1)
      .map((change) => ({ ...change, [list]: [...new Set(alike.flatMap((other) => other[list]))] })),
  );

/** In the order in which each key comes first. */
const groupedBy = <Item>(items: readonly Item[], key: (item: Item) => unknown): readonly Item[][] => [
  ...Map.groupBy(items, (item) => JSON.stringify(key(item))).values(),
];

/** `minor, unverified`, `everybody but adult`. */
export function peopleInWords(people: readonly string[], everybody: readonly string[]): string {
  const others = everybody.filter((name) => !people.includes(name));
  if (people.length <= others.length + 2) return people.join(', ');
  return others.length === 0 ? 'everybody' : `everybody but ${others.join(', ')}`;
}
