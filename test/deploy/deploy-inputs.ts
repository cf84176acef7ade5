import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declareVariables } from '../declare-variables.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { bundleTargets } from '../../scripts/bundle/targets.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';

/** `tenant.yaml` of the project, with values changed at paths. `undefined` takes one away. */
export function tenantFileWith(
  changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[],
): TenantFile {
  const file = parseTenantFile(readFileSync(join(PROJECT_ROOT, 'tenant.yaml'), 'utf8'), 'tenant.yaml');
  for (const [path, value] of changes) {
    if (value === undefined) file.document.deleteIn(path);
    else file.document.setIn(path, file.document.createNode(value));
  }
  return parseTenantFile(declareVariables(file.document.toString()), 'tenant.yaml');
}

/** An Action that says which one it is, without a build. */
export const codeSaying = (text: string): string =>
  `exports.onExecutePostLogin = async (event, api) => {\n  console.log(${JSON.stringify(text)});\n};\n`;

export const PROFILE_SCRIPT =
  'function fetchUserProfile(accessToken, context, callback) {\n  callback(null, { user_id: "1" });\n}\n';

/** A deploy whose Actions say `NAME says SAID`. */
export function deployOf(
  tenantFile: TenantFile,
  said: (action: string) => string,
  values: Readonly<Record<string, string>>,
): Deploy {
  const config = validateTenantConfig(tenantFile, tenantFile.document.toJS());
  const bundles: readonly Bundle[] = bundleTargets(config).map((target) => ({
    target,
    code: target.kind === 'action' ? codeSaying(`${target.name} says ${said(target.name)}`) : PROFILE_SCRIPT,
  }));
  return {
    tenantFile,
    bundles,
    values: new Map(Object.entries({ DIDIT_FETCH_USER_PROFILE: PROFILE_SCRIPT, ...values })),
  };
}

/** The code of an Action in a deploy. */
export const codeOfDeploy =
  ({ bundles }: Deploy) =>
  (name: string): string | undefined =>
    bundles.find(({ target }) => target.name === name)?.code;
