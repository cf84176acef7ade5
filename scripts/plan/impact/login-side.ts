import {
  applicationsOf,
  itemsAt,
  resourceIn,
  resourcesOf,
  textAt,
  textsBelow,
} from '../model/tenant-model.ts';
import type { TenantModel } from '../model/tenant-model.ts';

/** All that decides how a login through one connection ends, on one side of a plan. */
export interface LoginSide {
  readonly connection: string;
  readonly connectionMetadata: Readonly<Record<string, string>>;
  readonly profileScript: string;
  /** What people are asked to share, and in the simulation do. */
  readonly scopes: readonly string[];
  /** Our own Actions in the order of the flow. Those of other teams are not run: their secrets are nobody's to know. */
  readonly actions: readonly {
    readonly name: string;
    readonly code: string;
    readonly secrets: readonly string[];
    readonly dependencies: readonly string[];
  }[];
  readonly applications: readonly {
    readonly name: string;
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

/** `undefined` where the connection is not there, so that nobody can sign in through it. */
export function loginSide(model: TenantModel, connectionName: string): LoginSide | undefined {
  const connection = resourceIn(model, 'connection', connectionName);
  const profileScript = textAt(connection, 'options.scripts.fetchUserProfile');
  if (connection === undefined || profileScript === undefined) return undefined;
  return {
    connection: connectionName,
    connectionMetadata: textsBelow(connection, 'metadata'),
    profileScript,
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
        },
      ];
    }),
    applications: sorted(applicationsOf(model, connectionName)).map((name) => ({
      name,
      metadata: textsBelow(resourceIn(model, 'application', name), 'client_metadata'),
    })),
  };
}

export const connectionNames = (model: TenantModel): readonly string[] =>
  resourcesOf(model, 'connection').map(({ name }) => name);

const sorted = (items: readonly string[]): readonly string[] => [...items].sort();
