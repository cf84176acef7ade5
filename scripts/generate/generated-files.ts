import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Bundle } from '../bundle/bundle.ts';
import { Problem } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { renderArchitecture } from './architecture-document.ts';
import { renderClaimsDocument } from './claims-document.ts';
import { renderClaimsTypes } from './claims-types.ts';
import { renderErrorsDocument } from './errors-document.ts';
import { renderOutcomesDocument } from './outcomes-document.ts';
import { renderSettingsDocument } from './settings-document.ts';
import { renderTenantSchema } from './tenant-schema-document.ts';

export interface GeneratedFile {
  /** Relative to the project's root. */
  readonly file: string;
  /** As it has to be, formatted. */
  readonly text: string;
}

/** The file that takes real logins to make. */
export const OUTCOMES_FILE = 'docs/outcomes.md';

/** Every file that is made from something else in the project, but `OUTCOMES_FILE`. */
export const generatedFiles = async (): Promise<readonly GeneratedFile[]> =>
  await Promise.all([
    formatted('docs/architecture.md', await renderArchitecture()),
    formatted('docs/settings.md', renderSettingsDocument()),
    formatted('docs/claims.md', renderClaimsDocument()),
    formatted('docs/didit-claims.d.ts', renderClaimsTypes()),
    formatted('docs/errors.md', renderErrorsDocument()),
    formatted('docs/tenant.schema.json', renderTenantSchema()),
  ]);

/** `OUTCOMES_FILE`, from logins through the bundles, with the settings of the configuration's Didit connection. */
export const generatedOutcomes = async (
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<GeneratedFile> => await formatted(OUTCOMES_FILE, await renderOutcomesDocument(config, bundles));

async function formatted(file: string, text: string): Promise<GeneratedFile> {
  const path = join(PROJECT_ROOT, file);
  return { file, text: await format(text, { ...(await resolveConfig(path)), filepath: path }) };
}

/** One problem (`GENERATED_FILE_STALE`) for each generated file that is not what it would be made to be now. */
export const staleFiles = (files: readonly GeneratedFile[]): readonly Problem[] =>
  files
    .filter(({ file, text }) => !isCurrent(file, text))
    .map(
      ({ file }) =>
        new Problem({
          code: 'GENERATED_FILE_STALE',
          message: `${file} is not what its source says now.`,
          place: { file },
        }),
    );

function isCurrent(file: string, text: string): boolean {
  try {
    return readFileSync(join(PROJECT_ROOT, file), 'utf8') === text;
  } catch {
    return false;
  }
}
