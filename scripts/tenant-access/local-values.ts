import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import { MADE_BY_THE_DEPLOY, placeholdersIn } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { OWN_PLACEHOLDERS } from './complete-config.ts';

export interface LocalValues {
  readonly values: PlaceholderValues;
  /** Secrets of Actions that nobody has set a value for. */
  readonly madeUp: readonly string[];
}

/**
 * Values for the placeholders of somebody's own Actions at the local tenant: from the environment and `.env`, and else made up,
 * since nothing there needs the real ones. What the tenant itself knows is not taken from there: it would be of another tenant.
 *
 * @param variables From the environment and `.env`.
 * @param tenantValues What the local tenant fills in itself.
 */
export function localValues(
  tenantFile: TenantFile,
  variables: PlaceholderValues,
  tenantValues: PlaceholderValues,
): LocalValues {
  const others = [...OWN_PLACEHOLDERS, ...MADE_BY_THE_DEPLOY, ...tenantValues.keys()];
  const own = placeholdersIn(tenantFile).filter(({ name }) => !others.includes(name));
  const set = own.flatMap(({ name }): [string, string][] => {
    const value = variables.get(name) ?? '';
    return value === '' ? [] : [[name, value]];
  });
  const secrets = new Set(secretValues(tenantFile));
  const missing = own.filter(
    ({ name, written }) => secrets.has(written) && !set.some(([known]) => known === name),
  );
  const madeUp = [...new Set(missing.map(({ name }) => name))];
  return {
    values: new Map([
      ...madeUp.map((name): [string, string] => [name, `made-up-${name}`]),
      ...set,
      ...tenantValues,
    ]),
    madeUp,
  };
}

/** Of Actions, as written. */
const secretValues = ({ data }: TenantFile): readonly string[] =>
  recordsOf(recordOf(data)['actions'])
    .flatMap(({ secrets }) => recordsOf(secrets))
    .map(({ value }) => textOf(value));

/** One line about each, for whoever deploys. */
export const madeUpNotices = ({ madeUp }: LocalValues, variablesFile: string): readonly string[] =>
  madeUp.map(
    (name) =>
      `${name} is not set: the Action gets the made-up value "made-up-${name}". Set it in ${variablesFile} to try another one.`,
  );
