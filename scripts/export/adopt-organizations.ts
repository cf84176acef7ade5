import { isMap, isSeq } from 'yaml';
import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import { likeAMarker } from '../tenant-config/markers.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { parseTenantFile } from '../tenant-config/read-tenant-file.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import type { OrganizationState } from '../tenant-model/tenant-state.ts';
import { checkText } from './export-refusals.ts';
import type { ExportProblem } from './export-writer.ts';

/**
 * A file that lists some organizations of the tenant, too, each with its settings of ours and nothing else, so that a deploy changes none.
 * Those that it lists stay as they stand there. One whose settings a file cannot hold is not listed: a deploy would take them off.
 *
 * @param problems Gets why one is not listed.
 */
export function withOrganizations(
  text: string,
  file: string,
  organizations: readonly OrganizationState[],
  values: PlaceholderValues,
  problems: ExportProblem[],
): string {
  const known = recordsOf(recordOf(parseTenantFile(text, file).document.toJS())['organizations']);
  const others = organizations.filter(({ name }) => !known.some((listed) => listed['name'] === name));
  return others.reduce((before, organization) => {
    const after = withOne(before, file, organization);
    const fault = faultIn(organization, file, after, values);
    if (fault === undefined) return after;
    problems.push(fault);
    return before;
  }, text);
}

const ownSettings = ({ settings }: OrganizationState): readonly (readonly [string, string])[] =>
  Object.entries(recordOf(settings['metadata']))
    .filter(([key]) => isOwnMetadata(key))
    .map(([key, value]) => [key, textOf(value)]);

function withOne(text: string, file: string, organization: OrganizationState): string {
  const { document } = parseTenantFile(text, file);
  const own = ownSettings(organization);
  const node = document.createNode({
    name: organization.name,
    ...(own.length === 0 ? {} : { metadata: Object.fromEntries(own) }),
  });
  const list = document.getIn(['organizations'], true);
  if (isSeq(list)) {
    if (isMap(list.items.at(-1))) node.spaceBefore = true;
    list.add(node);
  } else document.setIn(['organizations'], document.createNode([node]));
  return document.toString({ lineWidth: 0 });
}

function faultIn(
  organization: OrganizationState,
  file: string,
  text: string,
  values: PlaceholderValues,
): ExportProblem | undefined {
  const key = `organizations.${organization.name}`;
  const marker = ownSettings(organization)
    .flatMap((setting) => setting)
    .map(likeAMarker)
    .find((found) => found !== undefined);
  const wrong = marker === undefined ? whyRefused(text, file, values) : undefined;
  if (marker === undefined && wrong === undefined) return undefined;
  return new Problem({
    code: wrong?.code ?? 'PLACEHOLDER_ON_TENANT',
    message: `A file cannot hold its settings: ${wrong?.message ?? `the text ${marker ?? ''} would be a placeholder`} The organization is not listed.`,
    place: { file, key },
    remedy: 'A deploy leaves it as it is on the tenant. Correct it there, then run this again.',
  });
}

function whyRefused(text: string, file: string, values: PlaceholderValues): ExportProblem | undefined {
  const [finding] = checkText(text, file, values).findings;
  return finding?.problem;
}
