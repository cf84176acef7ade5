import { otherConnectionFor } from '../../tenant-model/didit-connection.ts';
import {
  applicationsOf,
  itemsAt,
  resourceIn,
  resourcesOf,
  textAt,
  textsBelow,
} from '../../tenant-model/tenant-model.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';

/** All that decides how logins at some applications end, on one side of a plan. */
export interface LoginSide {
  readonly connection: string;
  readonly connectionMetadata: Readonly<Record<string, string>>;
  /** `undefined` where the connection is not there, so that nobody can sign in through it. */
  readonly profileScript: string | undefined;
  /** What people are asked to share, and in the simulation do. */
  readonly scopes: readonly string[];
  /** Our own Actions in the order of the flow. Those of other teams are not run: their secrets are nobody's to know. */
  readonly actions: readonly {
    readonly name: string;
    readonly code: string;
    readonly secrets: readonly string[];
    readonly dependencies: readonly string[];
    /** What it takes for the Didit connection. */
    readonly diditConnection: string;
  }[];
  /** Those that are there on this side. */
  readonly applications: readonly LoginApplication[];
}

export interface LoginApplication {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the connection is enabled for it. */
  readonly enabled: boolean;
}

/** @param applications Names of those whose logins are of interest. */
export function loginSide(
  model: TenantModel,
  connectionName: string,
  applications: readonly string[],
): LoginSide {
  const connection = resourceIn(model, 'connection', connectionName);
  const enabled = enabledApplications(model, connectionName);
  return {
    connection: connectionName,
    connectionMetadata: textsBelow(connection, 'metadata'),
    profileScript: textAt(connection, 'options.scripts.fetchUserProfile'),
    scopes: sorted(itemsAt(connection, 'options.scope')),
    actions: model.flow.flatMap(({ action }) => {
      const resource = resourceIn(model, 'Action', action);
      const code = textAt(resource, 'code');
      if (resource === undefined || code === undefined) return [];
      const below = (part: string): readonly string[] =>
        [...resource.fields.keys()]
          .filter((path) => path.startsWith(`${part}.`))
          .map((path) => path.slice(part.length + 1));
      return [
        {
          name: action,
          code,
          secrets: sorted(below('secrets')),
          dependencies: sorted(below('dependencies')),
          diditConnection: otherConnectionFor(model, action, connectionName) ?? connectionName,
        },
      ];
    }),
    applications: applications.flatMap((name): LoginApplication[] => {
      const application = resourceIn(model, 'application', name);
      const isEnabled = enabled.includes(name);
      return application === undefined && !isEnabled
        ? []
        : [{ name, metadata: textsBelow(application, 'client_metadata'), enabled: isEnabled }];
    }),
  };
}

/** The applications that people can sign in to through a connection; none where it has no profile script. */
export const enabledApplications = (model: TenantModel, connection: string): readonly string[] =>
  textAt(resourceIn(model, 'connection', connection), 'options.scripts.fetchUserProfile') === undefined
    ? []
    : sorted(applicationsOf(model, connection));

export const connectionNames = (model: TenantModel): readonly string[] =>
  resourcesOf(model, 'connection').map(({ name }) => name);

const sorted = (items: readonly string[]): readonly string[] => [...items].sort();
