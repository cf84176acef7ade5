import { block, joined, safe } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';
import type { Progress } from '../command/progress.ts';
import { heading } from '../command/print.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { loadPersonas } from '../local-tenant/runtime.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { LoginResult } from './login-report.ts';
import type { LoginChoice, SampleApplication } from './sample-application.ts';
import { signInToSample } from './sample-login.ts';

/** What everybody's login to every application came to. */
export interface LoginGrid {
  /** By name, in the order of the columns. */
  readonly applications: readonly string[];
  readonly people: readonly {
    readonly name: string;
    readonly description: string;
    /** `signs in`, or the code of the denial, or the error: in the order of `applications`. */
    readonly outcomes: readonly string[];
  }[];
}

const SIGNS_IN = 'signs in';

/**
 * Signs each person of the stand-in in to each application, one after the other.
 *
 * @throws {Problem} as `signInToSample`.
 */
export async function loginGrid(
  {
    tenant,
    config,
    choice,
    applications,
  }: {
    readonly tenant: LocalTenant;
    readonly config: TenantConfig;
    readonly choice: Pick<LoginChoice, 'connection' | 'organization'>;
    readonly applications: readonly SampleApplication[];
  },
  progress: Progress,
): Promise<LoginGrid> {
  const people: LoginGrid['people'][number][] = [];
  for (const persona of loadPersonas()) {
    progress.waitFor(`signing in ${persona.name}`);
    const outcomes: string[] = [];
    for (const application of applications)
      outcomes.push(outcomeOf(await signInToSample(tenant, config, application, persona, choice)));
    people.push({ name: persona.name, description: persona.description, outcomes });
  }
  return { applications: applications.map(({ name }) => name), people };
}

/** Denials begin with their code, ours and those of others that keep to it. */
function outcomeOf(result: LoginResult): string {
  if (result.kind === 'signed-in') return SIGNS_IN;
  return /^(\w+):/.exec(result.errorDescription)?.[1] ?? result.error;
}

export const gridAsJson = ({ applications, people }: LoginGrid): object => ({
  people: people.map(({ name, outcomes }) => ({
    name,
    outcomes: Object.fromEntries(applications.map((application, index) => [application, outcomes[index]])),
  })),
});

/** Characters of a terminal whose width is not known. */
const DEFAULT_COLUMNS = 80;
const GAP = '  ';

/**
 * A row for each person and a column for each application; where they do not fit side by side, tables below each other.
 *
 * @param columns Of the terminal, in characters.
 */
export function gridAsText({ applications, people }: LoginGrid, columns = DEFAULT_COLUMNS): SafeText {
  const names = people.map(({ name }) => name);
  const first = Math.max(...names.map((name) => name.length));
  const cells = applications.map((application, index) => {
    const column = [application, ...people.map(({ outcomes }) => outcomes[index] ?? '')].map(
      (cell) => safe`${cell}`.text,
    );
    const width = Math.max(...column.map((cell) => cell.length));
    return { column, width };
  });
  const tables: (typeof cells)[] = [];
  let used = Infinity;
  for (const cell of cells) {
    const needed = GAP.length + cell.width;
    if (used + needed > columns) {
      tables.push([]);
      used = first;
    }
    tables.at(-1)?.push(cell);
    used += needed;
  }
  return joined(
    tables.map((table) =>
      joined(
        ['', ...names].map((name, row) => {
          const cellsInRow = table.map(({ column, width }) => (column[row] ?? '').padEnd(width));
          const line = block([name.padEnd(first), ...cellsInRow].join(GAP).trimEnd(), '');
          return row === 0 ? heading(line) : line;
        }),
      ),
    ),
    '\n\n',
  );
}
