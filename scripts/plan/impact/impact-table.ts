import type { LoginChange } from './compare-logins.ts';
import { isKept } from './rate-fact.ts';
import { FIRST_LOGIN } from '../../simulation/outcomes/flows.ts';

/** One way in which the logins of somebody at an application end otherwise. */
export interface ImpactCell {
  readonly text: string;
  /** Whether a security reviewer must see it. */
  readonly isMarked: boolean;
}

/** People × applications, what does not change left out. */
export interface ImpactTable {
  /** The columns: applications at which the same changes stand together. */
  readonly applications: readonly (readonly string[])[];
  readonly rows: readonly {
    /** People of whom the same changes stand together. */
    readonly people: readonly string[];
    /** One for each column; empty where nothing changes. */
    readonly cells: readonly (readonly ImpactCell[])[];
  }[];
}

/** What else changes about logins: claims, scopes, what is kept. */
export interface ImpactLine extends ImpactCell {
  readonly people: readonly string[];
  readonly applications: readonly string[];
}

/** Whether logins succeed, as a table. Rows in which somebody gets in come first. */
export function impactTable(changes: readonly LoginChange[]): ImpactTable {
  const logins = changes.filter(({ what }) => what === 'login');
  const people = distinct(logins.flatMap((change) => change.people));
  const columns = grouped(
    distinct(logins.map(({ application }) => application)).map((application) => ({
      names: [application],
      value: people.map((person) =>
        logins
          .filter((change) => change.application === application && change.people.includes(person))
          .map(cellOf),
      ),
    })),
  );
  const rows = grouped(
    people.map((person, index) => ({
      names: [person],
      value: columns.map(({ value }) => value[index] ?? []),
    })),
  ).map(({ names, value }) => ({ people: names, cells: value }));
  const marks = ({ cells }: ImpactTable['rows'][number]): number =>
    cells.flat().some(({ isMarked }) => isMarked) ? 0 : 1;
  return {
    applications: columns.map(({ names }) => names),
    rows: rows.sort((one, other) => marks(one) - marks(other)),
  };
}

/** Applications with the same change on one line; what is written down about a record as one change. */
export function impactLines(changes: readonly LoginChange[]): readonly ImpactLine[] {
  const facts = changes.filter(({ what }) => what !== 'login');
  const lines = [
    ...facts.filter(({ what }) => recordIn(what) === undefined).map(lineOf),
    ...recordLines(facts.filter(({ what }) => recordIn(what) !== undefined)),
  ];
  const together = [...Map.groupBy(lines, (line) => JSON.stringify({ ...line, applications: [] })).values()];
  return together
    .flatMap((alike) =>
      alike
        .slice(0, 1)
        .map((line) => ({ ...line, applications: distinct(alike.flatMap((other) => other.applications)) })),
    )
    .sort((one, other) => Number(other.isMarked) - Number(one.isMarked));
}

const lineOf = (change: LoginChange): ImpactLine => ({
  people: change.people,
  applications: [change.application],
  ...cellOf(change),
});

/** `app_metadata.didit` of what is below it; `undefined` of anything else. */
const recordIn = (what: string): string | undefined =>
  isKept(what) ? /^app_metadata\.[^.]+(?=\.)/.exec(what)?.[0] : undefined;

/** What every record has, and nobody has to read one by one. */
const WHOLE_RECORD = 'schema_version';

function recordLines(changes: readonly LoginChange[]): readonly ImpactLine[] {
  const records = changes.map((change) => ({ ...change, record: recordIn(change.what) ?? '' }));
  const atOne = Map.groupBy(records, ({ application, record, flows, recordOlderThan, through }) =>
    JSON.stringify([application, record, flows, recordOlderThan, through]),
  );
  return [...atOne.values()].flatMap((those): readonly ImpactLine[] => {
    const [first] = those;
    if (first === undefined) return [];
    const wholeOf = (person: string): LoginChange['change'] | undefined =>
      those.find(
        ({ what, record, people }) => what === `${record}.${WHOLE_RECORD}` && people.includes(person),
      )?.change;
    const people = Map.groupBy(distinct(those.flatMap((change) => change.people)), wholeOf);
    return [...people].map(([whole, some]) => {
      const theirs = those.filter((change) => change.people.some((person) => some.includes(person)));
      return {
        people: some,
        applications: [first.application],
        text: `${whenOf(first)}${recordWords(whole, first.record, theirs)}`,
        isMarked: theirs.some(({ security }) => security.length > 0),
      };
    });
  });
}

function recordWords(
  whole: LoginChange['change'] | undefined,
  record: string,
  changes: readonly LoginChange[],
): string {
  if (whole === 'added') return 'a record is kept';
  if (whole === 'removed') return 'no record is kept any more';
  const names = (kind: LoginChange['change']): readonly string[] =>
    distinct(
      changes.filter(({ change }) => change === kind).map(({ what }) => what.slice(record.length + 1)),
    );
  const words = { added: 'gets', removed: 'loses', changed: 'has another' } as const;
  const parts = (['added', 'removed', 'changed'] as const)
    .filter((kind) => names(kind).length > 0)
    .map((kind) => `${words[kind]} ${names(kind).join(', ')}`);
  return `the record ${parts.join(', and ')}`;
}

function cellOf(change: LoginChange): ImpactCell {
  const { what, before, after, unchangedIn, security } = change;
  const rest = unchangedIn.length === 0 ? '' : `; unchanged in ${unchangedIn.join(', ')}`;
  const subject = what === 'login' ? '' : `${what}${change.change === 'changed' ? ': ' : ' '}`;
  return {
    text: `${whenOf(change)}${subject}${change.change === 'changed' ? endings(before, after) : change.change}${rest}`,
    isMarked: security.length > 0,
  };
}

/** Of what is new there is nothing that it was before. */
function endings(before: string | null, after: string | null): string {
  if (before === 'not possible') return `new: ${after ?? ''}`;
  if (after === 'not possible') return `${before ?? ''} → no such login any more`;
  return `${before ?? ''} → ${after ?? ''}`;
}

/** Through which of several connections, and in which flows, where it is not the first login. */
function whenOf(change: Pick<LoginChange, 'flows' | 'recordOlderThan' | 'through'>): string {
  const { through } = change;
  return `${through === undefined ? '' : `through ${through.join(', ')}: `}${inFlows(change)}`;
}

function inFlows({ flows, recordOlderThan }: Pick<LoginChange, 'flows' | 'recordOlderThan'>): string {
  const later = flows.filter((flow) => flow !== FIRST_LOGIN);
  const age = recordOlderThan === null ? '' : `record older than ${recordOlderThan}`;
  if (later.length === 0) return age === '' ? '' : `${age}: `;
  return `${later.join(', ')}${age === '' ? '' : ` (${age})`}: `;
}

interface Named<Value> {
  readonly names: readonly string[];
  readonly value: Value;
}

/** Names with the same value together, in the order in which each comes first. */
const grouped = <Value>(items: readonly Named<Value>[]): Named<Value>[] =>
  [...Map.groupBy(items, ({ value }) => JSON.stringify(value)).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ value }) => ({ names: alike.flatMap(({ names }) => names), value })),
  );

const distinct = (items: readonly string[]): readonly string[] => [...new Set(items)];
