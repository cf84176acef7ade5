import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declareVariables } from '../declare-variables.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { bundleTargets } from '../../scripts/bundle/targets.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import type { Field, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';

/** One piece of `tenant.yaml`, and what stands in its place. */
export type Edit = readonly [from: string, to: string];

export interface Sample {
  readonly tenantFile: TenantFile;
  readonly config: TenantConfig;
  readonly bundles: readonly Bundle[];
  readonly model: TenantModel;
}

const TENANT_YAML = readFileSync(join(PROJECT_ROOT, 'tenant.yaml'), 'utf8');

/** Nobody changes a sample: tests share those of the same text. */
const samples = new Map<string, Sample>();

/** The project's own `tenant.yaml` with a few words changed, and stand-ins for its bundles: what they say is no concern here. */
export function sample(...edits: readonly Edit[]): Sample {
  const text = edits.reduce((edited, [from, to]) => {
    if (!edited.includes(from)) throw new Error(`tenant.yaml has no "${from}"`);
    return edited.replace(from, to);
  }, TENANT_YAML);
  const known = samples.get(text);
  if (known !== undefined) return known;
  const tenantFile = parseTenantFile(declareVariables(text), 'tenant.yaml');
  const config = validateTenantConfig(tenantFile, tenantFile.document.toJS());
  const bundles = bundleTargets(config).map((target) => ({ target, code: `// ${target.name}\n` }));
  const made = { tenantFile, config, bundles, model: modelFromConfig(config, bundles) };
  samples.set(text, made);
  return made;
}

/** The sample's model with settings texts of any content: a file with broken ones is never let in, a tenant may have them. */
export function modelWithSettings(texts: {
  readonly connection?: Readonly<Record<string, string>>;
  readonly application?: Readonly<Record<string, string>>;
}): TenantModel {
  const { model } = sample();
  const settings = {
    connection: { texts: texts.connection ?? {}, path: 'metadata' },
    application: { texts: texts.application ?? {}, path: 'client_metadata' },
  };
  return {
    ...model,
    resources: model.resources.map((resource) => {
      const changed = Object.entries(settings).find(([kind]) => kind === resource.kind)?.[1];
      if (changed === undefined || resource.name === 'Didit Actions') return resource;
      const fields = Object.entries(changed.texts).map(([key, text]): [string, Field] => [
        `${changed.path}.${key}`,
        { kind: 'settings', key, text },
      ]);
      return { ...resource, fields: new Map([...resource.fields, ...fields]) };
    }),
  };
}
