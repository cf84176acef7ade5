import { isMap, isScalar, isSeq } from 'yaml';
import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import { textOfDocument } from '../tenant-config/document-text.ts';
import { likeAMarker } from '../tenant-config/markers.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { parseTenantFile } from '../tenant-config/read-tenant-file.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import type { OrganizationState } from '../tenant-model/tenant-state.ts';
import { checkText } from './export-refusals.ts';
import type { ExportProblem } from './export-writer.ts';

/**
 * A file that lists some organizations of the tenant, too, each with its settings of ours and nothing else, so that a deploy
 * changes none. Those that it lists stay as they stand there. One whose settings a file cannot hold is not listed: a deploy would
 * take them off.
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
  const known = recordsOf(recordOf(parseTenantFile(text, file).data)['organizations']);
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
  } else {
    const section = document.createPair('organizations', [node]);
    if (isScalar(section.key)) section.key.spaceBefore = true;
    document.add(section);
  }
  return textOfDocument(document);
}

function faultIn(
  organization: OrganizationState,
  file: string,
  text: string,
  values: PlaceholderValues,
): ExportProblem | undefined {
  const place = { file, key: `organizations.${organization.name}` };
  const marker = ownSettings(organization)
    .flatMap((setting) => setting)
    .map(likeAMarker)
    .find((found) => found !== undefined);
  if (marker !== undefined) {
    return new Problem({
      code: 'PLACEHOLDER_ON_TENANT',
      message: `The tenant has the text ${marker} there. In a file it would be a placeholder, so the organization is not listed.`,
      place,
      remedy: REMEDY,
    });
  }
  const [finding] = checkText(text, file, values).findings;
  if (finding === undefined) return undefined;
  const { problem } = finding;
  return new Problem({
    code: problem.code,
    message: `A file cannot hold its settings: ${problem.message} The organization is not listed.`,
    place,
    remedy: REMEDY,
  });
}

const REMEDY = 'A deploy leaves it as it is on the tenant. Correct it there, then run this again.';
