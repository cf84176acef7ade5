import { randomBytes } from 'node:crypto';
import { MADE_BY_THE_DEPLOY, madeByTheDeploy } from '../tenant-config/placeholders.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { keyIdName, sharesKey } from '../tenant-model/shared-key.ts';

/** Of one deploy. Only in memory, and only while something is sent. */
export interface MadeKeys {
  /** Which ones they are, for everybody to see: 16 hexadecimal digits. */
  readonly id: string;
  /** By the name of their placeholder: 32 random bytes each, in base64url. */
  readonly values: ReadonlyMap<string, string>;
}

export const makeKeys = (): MadeKeys => ({
  id: randomBytes(8).toString('hex'),
  values: new Map(MADE_BY_THE_DEPLOY.map((name) => [name, randomBytes(32).toString('base64url')])),
});

/** The configuration as it is sent: Actions that share a key have it, and the secret whose name says which one it is. */
export const withKeys = (config: TenantConfig, { id, values }: MadeKeys): TenantConfig => ({
  ...config,
  actions: config.actions.map((action) =>
    sharesKey(action)
      ? {
          ...action,
          secrets: [
            ...(action.secrets ?? []).map(({ name, value }) => ({
              name,
              value: values.get(madeByTheDeploy(value) ?? '') ?? value,
            })),
            { name: keyIdName(id), value: id },
          ],
        }
      : action,
  ),
});
