import { Problems } from '../base/problem.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { checkText, moreRefusals, refusalProblems } from './export-refusals.ts';
import type { Refusal } from './export-refusals.ts';
import type { NewSecret } from './export-secrets.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import type { ExportProblem } from './export-writer.ts';
import { writeTenant } from './write-tenant.ts';

export interface ExportedFile {
  /** `tenant.yaml` as the tenant is. */
  readonly text: string;
  /** Code that runs on the tenant and is not what is built here: file, relative to the project's root, and text. */
  readonly codeFiles: ReadonlyMap<string, string>;
  /** Names of connections that are in the text although the tenant lacks them: without them, it would be no valid file. */
  readonly keptConnections: readonly string[];
  /** Secrets that the file did not list. */
  readonly newSecrets: readonly NewSecret[];
  /**
   * One for each setting that is not as the tenant has it: `PLACEHOLDER_ON_TENANT`, `SECRET_ON_TENANT`,
   * `APPLICATION_NOT_EXPORTED`, and whatever `validateTenantConfig` would have said of the text.
   */
  readonly problems: readonly ExportProblem[];
}

/**
 * The file with the tenant's current state of everything that it lists: comments, order and placeholders stay where the
 * values are the same. What the tenant does not have is left out; secrets are never read. What a file cannot hold stays as it was
 * in the file, or is left out: the text is always one that the commands let in.
 *
 * @param config The file with its placeholders filled in.
 * @param values What they were filled in with.
 * @throws {Problems} as `validateTenantConfig`, when the file itself is wrong.
 */
export function exportTenantFile(
  tenantFile: TenantFile,
  config: TenantConfig,
  state: TenantState,
  values: PlaceholderValues,
  codeOf: (actionName: string) => string | undefined,
): ExportedFile {
  let refusals: readonly Refusal[] = [];
  for (let [before, known] = ['', 0]; ;) {
    const written = writeTenant(
      { tenantFile, config, state, values, codeOf },
      refusals.map(({ setting }) => setting),
    );
    const checked = checkText(written.text, tenantFile.file, values);
    // What was refused last had not been written at all: nothing was taken back there.
    if (written.text === before)
      refusals = refusals.map((refusal, index) => (index < known ? refusal : { ...refusal, isMoot: true }));
    const more = moreRefusals(checked, refusals, config);
    if (more.length === 0) {
      Problems.throwIfAny(checked.findings.map(({ problem }) => problem));
      const refused = refusalProblems(refusals, tenantFile.file, checked.data);
      return { ...written, problems: [...written.problems, ...refused] };
    }
    known = refusals.length;
    refusals = [...refusals, ...more];
    before = written.text;
  }
}
