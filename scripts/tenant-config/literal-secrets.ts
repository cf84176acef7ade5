import { isSecretName } from '../secrets/secret-options.ts';
import { Problem } from '../base/problem.ts';
import { holdsMarker } from './markers.ts';
import { MADE_BY_THE_DEPLOY } from './placeholders.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { DIDIT_CONNECTION, DIDIT_RECORD_KEY } from './tenant-config.ts';
import type { TenantConfig } from './tenant-config.ts';

/**
 * `SECRET_IN_FILE` for each secret that stands in the file itself, where everybody reads it who may read the repository, for as long
 * as its history is kept. What an Action is told as a "secret" and is a setting (`DIDIT_CONNECTION`, `DIDIT_RECORD_KEY`) may stand
 * there.
 *
 * @param config As the file says it, with its placeholders.
 */
export function literalSecrets(tenantFile: TenantFile, config: TenantConfig): readonly Problem[] {
  return [
    ...config.connections.flatMap(({ options: { client_secret } }, index) =>
      isLiteral(client_secret)
        ? [
            secretInFile(
              tenantFile,
              ['connections', index, 'options', 'client_secret'],
              'client_secret',
              'DIDIT_CLIENT_SECRET',
            ),
          ]
        : [],
    ),
    ...config.actions.flatMap(({ secrets = [] }, index) =>
      secrets.flatMap(({ name, value }, position) =>
        isSecretName(name) && !SETTINGS.includes(name) && isLiteral(value)
          ? [
              secretInFile(
                tenantFile,
                ['actions', index, 'secrets', position, 'value'],
                name,
                variableOf(name),
              ),
            ]
          : [],
      ),
    ),
  ];
}

const SETTINGS: readonly string[] = [DIDIT_CONNECTION, DIDIT_RECORD_KEY];

const isLiteral = (value: unknown): boolean => typeof value === 'string' && !holdsMarker(value);

/** Names of secrets may hold what those of variables may not. */
const variableOf = (name: string): string => name.replace(/\W+/g, '_').toUpperCase();

/** Never with the value. */
const secretInFile = (
  tenantFile: TenantFile,
  path: readonly (string | number)[],
  name: string,
  variable: string,
): Problem =>
  new Problem({
    code: 'SECRET_IN_FILE',
    message: `The file holds the value of ${name}. A secret must be a placeholder here.`,
    place: placeOf(tenantFile, path),
    remedy: MADE_BY_THE_DEPLOY.includes(variable)
      ? `Write '##${variable}##': the deploy makes the value, and no variable has to be set.`
      : `Write '##${variable}##' and set ${variable} in the environment or in your .env file. If tenant.yaml was committed, replace the secret: the history keeps the old one.`,
  });
