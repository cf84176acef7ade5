import type { LoginSummary, RunKind } from '../../local-tenant/index.ts';
import type { Person } from './people.ts';

/** A login as the list shows it. */
export interface LoginRow {
  readonly id: string;
  readonly at: string;
  readonly person: string;
  readonly application: string;
  readonly kind: RunKind;
  readonly outcome: LoginSummary['outcome'];
  readonly code: string | null;
  readonly reason: string | null;
  readonly tag: string | null;
  readonly milliseconds: number;
  readonly actions: LoginSummary['actions'];
  readonly pinned: boolean;
}

export const rowOf = (summary: LoginSummary, { name }: Person): LoginRow => ({
  id: summary.id,
  at: summary.at,
  person: name,
  application: summary.application,
  kind: summary.kind,
  outcome: summary.outcome,
  code: summary.code,
  reason: summary.reason,
  tag: summary.tag,
  milliseconds: summary.actions.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  actions: summary.actions,
  pinned: summary.pinned,
});

/** What the list can be narrowed down by: each is a parameter of the address. */
export const FILTERS = ['person', 'application', 'kind', 'outcome', 'code', 'tag'] as const;
export type Filter = (typeof FILTERS)[number];

export interface ListFilters extends Readonly<Partial<Record<Filter, string>>> {
  /** Found anywhere in a row, whatever its case. */
  readonly text?: string;
  readonly pinned?: 'yes';
}

/** @param query Of the address. An empty field of the form is none. */
export const filtersIn = (query: Readonly<Record<string, string>>): ListFilters => ({
  ...Object.fromEntries(
    [...FILTERS, 'text' as const].flatMap((name) => {
      const value = query[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  ),
  ...(query['pinned'] === 'yes' ? { pinned: 'yes' } : {}),
});

export function matches(row: LoginRow, filters: ListFilters): boolean {
  if (filters.pinned === 'yes' && !row.pinned) return false;
  if (FILTERS.some((name) => filters[name] !== undefined && row[name] !== filters[name])) return false;
  const text = filters.text?.toLowerCase();
  return (
    text === undefined ||
    [row.id, row.person, row.application, row.kind, row.outcome, row.code, row.reason, row.tag, row.at].some(
      (value) => value?.toLowerCase().includes(text) === true,
    )
  );
}

/** The list, as JSON. */
export interface ListView {
  readonly filters: ListFilters;
  /** Logins that are kept, and how many at most. */
  readonly kept: number;
  readonly limit: number;
  /** What each filter can be set to, of all logins that are kept. */
  readonly choices: Readonly<Record<Filter, readonly string[]>>;
  /** Newest first. */
  readonly logins: readonly LoginRow[];
}

export function listView(rows: readonly LoginRow[], filters: ListFilters, limit: number): ListView {
  const choicesOf = (name: Filter): readonly string[] =>
    [...new Set(rows.flatMap((row) => row[name] ?? []))].sort();
  return {
    filters,
    kept: rows.length,
    limit,
    choices: {
      person: choicesOf('person'),
      application: choicesOf('application'),
      kind: choicesOf('kind'),
      outcome: choicesOf('outcome'),
      code: choicesOf('code'),
      tag: choicesOf('tag'),
    },
    logins: rows.filter((row) => matches(row, filters)),
  };
}
