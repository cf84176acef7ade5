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

/** Every file that is made from something else in the project. */
export async function generatedFiles(
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<readonly GeneratedFile[]> {
  const rendered = [
    { file: 'docs/architecture.md', text: await renderArchitecture() },
    { file: 'docs/settings.md', text: renderSettingsDocument() },
    { file: 'docs/claims.md', text: renderClaimsDocument() },
    { file: 'docs/didit-claims.d.ts', text: renderClaimsTypes() },
    { file: 'docs/errors.md', text: renderErrorsDocument() },
    { file: 'docs/tenant.schema.json', text: renderTenantSchema() },
    { file: 'docs/outcomes.md', text: await renderOutcomesDocument(config, bundles) },
  ];
  return await Promise.all(
    rendered.map(async ({ file, text }) => {
      const path = join(PROJECT_ROOT, file);
      return { file, text: await format(text, { ...(await resolveConfig(path)), filepath: path }) };
    }),
  );
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
