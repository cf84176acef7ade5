import { FAULTS, FAULTS_OF_WRITES } from './fault-proxy.ts';
import type { Fault } from './fault-proxy.ts';

export interface MatrixRow {
  /** Which one of a deploy it is, from 1. */
  readonly number: number;
  readonly request: string;
  /** The tenant afterwards, by fault. */
  readonly cells: ReadonlyMap<Fault, string>;
}

/** docs/fault-matrix.md. */
export function matrixDocument(
  tables: readonly { readonly scenario: string; readonly rows: readonly MatrixRow[] }[],
): string {
  const runs = tables.reduce(
    (sum, { rows }) => sum + rows.reduce((all, { cells }) => all + cells.size, 0),
    0,
  );
  const columns: readonly Fault[] = [...FAULTS, ...FAULTS_OF_WRITES];
  return [
    '# Fault matrix',
    '',
    'Written by `npm run test:faults`. One request of a deploy is disturbed, at every place in turn; then the tenant is compared, secret',
    'values and other teams’ Actions, bindings, applications and connections included, with what it was before and with what an',
    'undisturbed deploy makes of it. After a kill, the next command has found the journal first. A run whose fault never came, or',
    'whose process was not killed, counts as a failure.',
    '',
    `${runs} deploys. **before**: everything was put back. **after**: the deploy is complete, and a second one sends nothing.`,
    'Where a write was disturbed in one of the first six ways and everything put back, the same is deployed once more: it arrives, and',
    'then there is nothing to plan. (`npm run test:all` does so for each of its sample; for all cells it would take this table past an hour.)',
    'Requests that are made at the same time may change places from run to run.',
    '',
    ...tables.flatMap(({ scenario, rows }) => [
      `## ${scenario[0]?.toUpperCase() ?? ''}${scenario.slice(1)}`,
      '',
      `| # | request | ${columns.join(' | ')} |`,
      `| --- | --- | ${columns.map(() => '---').join(' | ')} |`,
      ...rows.map(
        ({ number, request, cells }) =>
          `| ${number} | \`${withoutIds(request)}\` | ${columns.map((fault) => cells.get(fault) ?? '').join(' | ')} |`,
      ),
      '',
    ]),
  ].join('\n');
}

const withoutIds = (request: string): string =>
  request
    .replace('/api/v2', '')
    .replaceAll(/\/(?:(?:con|cgr|org)_\w+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24}|\w{32})(?=\/|$)/g, '/{id}');
