import { visit } from 'yaml';
import { Problem, Problems } from '../base/problem.ts';
import type { TenantFile } from './read-tenant-file.ts';

/** `##NAME##` is replaced by text, `@@NAME@@` (the whole value) by text too: the two forms of auth0-deploy-cli. */
const PLACEHOLDER = /##(\w+)##|@@(\w+)@@/g;

/**
 * Placeholders that no variable fills in: the deploy makes their values, new ones each time it sends them, and keeps them nowhere. Until
 * then they stand for themselves. All Actions that have one share its value.
 */
export const MADE_BY_THE_DEPLOY: readonly string[] = ['DIDIT_HANDOVER_KEY'];

/** The name of a placeholder that the deploy makes the value of, where it is the whole of a text. */
export function madeByTheDeploy(text: string): string | undefined {
  const [, name, json] = /^(?:##(\w+)##|@@(\w+)@@)$/.exec(text) ?? [];
  return MADE_BY_THE_DEPLOY.find((made) => made === (name ?? json));
}

/** Whether such a placeholder is a part of a text, or all of it. */
export const holdsMadeByTheDeploy = (text: string): boolean =>
  [...text.matchAll(PLACEHOLDER)].some(([, name, json]) => MADE_BY_THE_DEPLOY.includes(name ?? json ?? ''));

export interface PlaceholderUse {
  /** Without its marks. */
  readonly name: string;
  /** As written. */
  readonly written: string;
  readonly line: number;
}

/** Values by placeholder name. An empty value counts as not there: an unset CI secret arrives as an empty string. */
export type PlaceholderValues = ReadonlyMap<string, string>;

/** Whether a value, or a part of it, is filled in later. */
export const isPlaceholder = (value: string): boolean => value.search(PLACEHOLDER) !== -1;

/** Every placeholder in a value (not in comments), in the order of the file. */
export function placeholdersIn(tenantFile: TenantFile): readonly PlaceholderUse[] {
  const uses: PlaceholderUse[] = [];
  visit(tenantFile.document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== 'string') return;
      for (const match of node.value.matchAll(PLACEHOLDER)) {
        const name = match[1] ?? match[2] ?? '';
        uses.push({ name, written: match[0], line: tenantFile.lineAt(node.range?.[0] ?? 0) });
      }
    },
  });
  return uses;
}

/**
 * The file as plain data, with all placeholders filled in but those that the deploy makes the values of. Replacement happens in
 * parsed values, never in the text of the file: a secret with quotes or line breaks in it stays one value.
 *
 * @param variablesFile That values may be set in, as errors name it. Default `.env`.
 * @throws {Problems} `PLACEHOLDER_UNRESOLVED` for each placeholder that has no value, naming it, the file and the line;
 *   `PLACEHOLDER_UNQUOTED` where `##NAME##` without quotes became a YAML comment, and so an empty value.
 */
export function resolvePlaceholders(
  tenantFile: TenantFile,
  values: PlaceholderValues,
  variablesFile = '.env',
): unknown {
  const problems = [
    ...placeholdersIn(tenantFile)
      .filter(({ name }) => !MADE_BY_THE_DEPLOY.includes(name) && !values.get(name))
      .map((use) => unresolved(tenantFile, use, variablesFile)),
    ...unquotedPlaceholders(tenantFile),
  ];
  if (problems.length > 0) throw new Problems(problems);

  const resolved = tenantFile.document.clone();
  visit(resolved, {
    Scalar: (_key, node) => {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replaceAll(PLACEHOLDER, (written, text?: string, json?: string) => {
        const name = text ?? json ?? '';
        return MADE_BY_THE_DEPLOY.includes(name) ? written : (values.get(name) ?? written);
      });
    },
  });
  return resolved.toJS() as unknown;
}

const unresolved = (
  tenantFile: TenantFile,
  { name, written, line }: PlaceholderUse,
  variablesFile: string,
): Problem =>
  new Problem({
    code: 'PLACEHOLDER_UNRESOLVED',
    message: `Nothing was sent: the placeholder ${written} has no value.`,
    place: { file: tenantFile.file, line, key: name },
    remedy: `Set ${name} in the environment or in ${variablesFile} (see .env.example).`,
  });

/** `PLACEHOLDER_UNQUOTED` for each `##NAME##` that became a YAML comment, and took the value with it. */
export function unquotedPlaceholders(tenantFile: TenantFile): readonly Problem[] {
  const problems: Problem[] = [];
  visit(tenantFile.document, {
    Scalar: (_key, node) => {
      const written = node.comment == null ? undefined : /^#(\w+)##/.exec(node.comment)?.[1];
      if (written === undefined) return;
      problems.push(
        new Problem({
          code: 'PLACEHOLDER_UNQUOTED',
          message: `Without quotes, YAML reads ##${written}## and the rest of the line as a comment.`,
          place: { file: tenantFile.file, line: tenantFile.lineAt(node.range?.[0] ?? 0), key: written },
          remedy: `Put the whole value in quotes: '##${written}##'.`,
        }),
      );
    },
  });
  return problems;
}
