import { targetFromEnvironment } from '../apply/target.ts';
import type { DeployTarget } from '../apply/target.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { LOCAL_TENANT_FOLDER } from '../local-tenant/folder.ts';
import { useLocalTenant } from '../local-tenant/running.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';

/** A tenant to plan for, and what it gives to the placeholders of `tenant.yaml`. */
export interface OpenTarget {
  readonly target: DeployTarget;
  readonly values: PlaceholderValues;
  /** Stops a local tenant that was started for this. */
  close(): Promise<void>;
}

/**
 * The tenant that AUTH0_DOMAIN names, or the local one.
 *
 * @param port Of the local tenant; 0 takes a free one. Default: as `startLocalTenant`.
 * @throws {Problem} as `targetFromEnvironment` and `startLocalTenant`.
 */
export async function openTarget(
  variables: ReadonlyMap<string, string>,
  bundles: readonly Bundle[],
  port?: number,
): Promise<OpenTarget> {
  const target = targetFromEnvironment(variables);
  const built = bundles
    .filter(({ target: { kind } }) => kind === 'connection-script')
    .map(({ code }): [string, string] => ['DIDIT_FETCH_USER_PROFILE', code]);
  if (target !== undefined) {
    return {
      target,
      values: new Map([...variables, ['AUTH0_DOMAIN', target.domain], ...built]),
      close: async () => {
        // A tenant in the cloud stays.
      },
    };
  }
  const tenant = await useLocalTenant({
    folder: LOCAL_TENANT_FOLDER,
    ...(port === undefined ? {} : { port }),
  });
  return {
    target: {
      domain: tenant.domain,
      credentials: { kind: 'client', ...tenant.management },
      authorityFile: tenant.authorityFile,
    },
    values: new Map([
      ['AUTH0_DOMAIN', tenant.domain],
      ['DIDIT_CLIENT_ID', tenant.didit.clientId],
      ['DIDIT_CLIENT_SECRET', tenant.didit.clientSecret],
      ...built,
    ]),
    close: () => tenant.close(),
  };
}
