import type { LoginProfile } from '../../actions/didit/knowledge.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { loadEveryPersona } from '../local-tenant/runtime.ts';
import { parseJsonObject, stringIn, stringsIn } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import type { SimulatedOutcome } from '../simulation/outcome.ts';
import { OUTCOME_APPLICATIONS } from '../simulation/outcomes/applications.ts';
import { OUTCOME_FLOWS } from '../simulation/outcomes/flows.ts';
import { runOutcomes } from '../simulation/outcomes/outcome-table.ts';
import type { OutcomeRow } from '../simulation/outcomes/outcome-table.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { generatedNotice } from './generated-notice.ts';

/** docs/outcomes.md: what happens to whom, where, and when something is down. Run, not written. */
export const renderOutcomesDocument = async (
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<string> => outcomesDocument(await runOutcomes(config, bundles));

/** The page for such a table. */
export function outcomesDocument(rows: readonly OutcomeRow[]): string {
  const people = new Set(rows.map(({ persona }) => persona));
  return (
    [
      '# Outcomes',
      `<!-- ${generatedNotice('scripts/simulation/outcomes')} -->`,
      introduction(rows.length),
      '## People',
      table(
        ['', 'who'],
        loadEveryPersona()
          .filter(({ name }) => people.has(name))
          .map(({ name, description }) => [name, description]),
      ),
      '## Logins',
      table(
        ['', 'what it is'],
        OUTCOME_FLOWS.map(({ label, what }) => [label, what]),
      ),
      ...OUTCOME_APPLICATIONS.map(({ name, metadata }) =>
        section(
          name,
          metadata,
          rows.filter((row) => row.application === name),
        ),
      ),
    ].join('\n\n') + '\n'
  );
}

const introduction = (logins: number): string =>
  `People of the Didit stand-in, at applications with different rules, in every way to log in: what ${logins} logins came to, through the built bundles, with the settings of \`tenant.yaml\`. People to whom the same happens throughout share a column, logins that end the same for everybody share a row.

- **in**: the person is let in; **a code**: denied, with the code that the application gets ([claims.md](claims.md)).
- \`verified\` and the like are claims of the ID token that are \`true\`, \`no …\` those that are \`false\`; what is not named is not in the token.
- In brackets, why nothing is known of the person: \`failed\`, Didit's answer could not be had; \`refused\`, what was found is not about this person; \`refused_two_identities\`, it is about another of two Didit accounts; \`none\`, there is no answer of Didit's; \`not_asked\`, nobody was asked, and nothing is stored.`;

function section(
  name: string,
  metadata: Readonly<Record<string, string>>,
  rows: readonly OutcomeRow[],
): string {
  const flows = [...new Set(rows.map(({ flow }) => flow))];
  const cellOf = new Map(rows.map((row) => [`${row.flow} ${row.persona}`, cell(row.outcome)]));
  const cellsOf = (flow: string, people: readonly string[]): readonly string[] =>
    people.map((persona) => cellOf.get(`${flow} ${persona}`) ?? '');
  const columns = alike([...new Set(rows.map(({ persona }) => persona))], (persona) =>
    flows.flatMap((flow) => cellsOf(flow, [persona])),
  );
  const representatives = columns.flatMap((column) => column.slice(0, 1));
  const lines = alike(flows, (flow) => cellsOf(flow, representatives));
  const settings = Object.entries(metadata).map(([key, value]) => `\`${key}: ${value}\``);
  return [
    `## Application: ${name}`,
    settings.length === 0 ? 'No settings of its own.' : settings.join('<br>'),
    table(
      ['', ...columns.map((column) => column.join('<br>'))],
      lines.map((line) => [line.join('<br>'), ...cellsOf(line[0] ?? '', representatives)]),
    ),
  ].join('\n\n');
}

/** Items of which the same is true, together, in the order in which each kind comes first. */
const alike = (
  items: readonly string[],
  truth: (item: string) => readonly string[],
): readonly (readonly string[])[] => [...Map.groupBy(items, (item) => JSON.stringify(truth(item))).values()];

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function cell(outcome: SimulatedOutcome): string {
  const { result, denial, idToken } = outcome;
  const log = policyLog(outcome);
  const unknown = whyNothing(log);
  const why = unknown === undefined ? '' : ` (${unknown})`;
  if (result === 'redirected') return '*asked to sign in with Didit*';
  if (result !== 'allowed') return `**${denial?.code ?? result}**${why}`;
  const claims = Object.entries(idToken).map(([name, value]) => {
    const short = name.replace(/^.*\//, '');
    return value === true ? short : value === false ? `no ${short}` : `${short} …`;
  });
  const reported = stringIn(log, 'outcome') === 'would_deny' ? stringsIn(log, 'codes').slice(0, 1) : [];
  return [
    (claims.length === 0 ? 'in' : `in: ${claims.join(', ')}`) + why,
    ...reported.map((code) => `reported: ${code.replace(/@.*$/, '')}`),
  ].join('; ');
}

/** What the Action that decides has logged. */
const policyLog = ({ logs }: SimulatedOutcome): JsonObject =>
  logs
    .map((line) => parseJsonObject(line) ?? {})
    .find((line) => stringIn(line, 'action') === 'didit-access-policy') ?? {};

/** Where knowledge comes from, if there is any. */
const SOURCES: readonly LoginProfile['source'][] = ['event', 'management', 'record'];

const whyNothing = (log: JsonObject): string | undefined => {
  const source = stringIn(log, 'source');
  return SOURCES.some((known) => known === source) ? undefined : source;
};
