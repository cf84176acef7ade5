import type { Bundle } from '../bundle/bundle.ts';
import { OUTCOME_APPLICATIONS } from '../simulation/outcomes/applications.ts';
import { runOutcomes } from '../simulation/outcomes/outcome-table.ts';
import type { OutcomeRow } from '../simulation/outcomes/outcome-table.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { generatedNotice } from './generated-notice.ts';

/** docs/outcomes.md: what happens to whom, where, and when something is down. Run, not written. */
export async function renderOutcomesDocument(
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<string> {
  const rows = await runOutcomes(config, bundles);
  return (
    [
      '# Outcomes',
      `<!-- ${generatedNotice('scripts/simulation/outcomes')} -->`,
      `Every person of the Didit stand-in, at applications with different rules, in every flow: ${rows.length} logins through the built bundles, with the settings of \`tenant.yaml\`. \`verified\` and the like are claims of the ID token that are \`true\`, \`no …\` those that are \`false\`; what is not named is not in the token.`,
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

function section(
  name: string,
  metadata: Readonly<Record<string, string>>,
  rows: readonly OutcomeRow[],
): string {
  const personas = [...new Set(rows.map(({ persona }) => persona))];
  const flows = [...new Set(rows.map(({ flow }) => flow))];
  const settings = Object.entries(metadata).map(([key, value]) => `\`${key}: ${value}\``);
  return [
    `## Application: ${name}`,
    settings.length === 0 ? 'No settings of its own.' : settings.join('<br>'),
    [
      `| | ${personas.join(' | ')} |`,
      `| --- |${' --- |'.repeat(personas.length)}`,
      ...flows.map((flow) => {
        const cells = personas.map((persona) =>
          cell(rows.find((row) => row.flow === flow && row.persona === persona)),
        );
        return `| ${flow} | ${cells.join(' | ')} |`;
      }),
    ].join('\n'),
  ].join('\n\n');
}

function cell(row: OutcomeRow | undefined): string {
  if (row === undefined) return '';
  const { result, denial, idToken } = row.outcome;
  if (result !== 'allowed') return `**${denial?.code ?? result}**`;
  const claims = Object.entries(idToken).map(([name, value]) => {
    const short = name.replace(/^.*\//, '');
    return value === true ? short : value === false ? `no ${short}` : `${short} …`;
  });
  return claims.length === 0 ? 'in' : `in: ${claims.join(', ')}`;
}
