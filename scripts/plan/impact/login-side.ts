import { otherConnectionFor } from '../../tenant-model/didit-connection.ts';
import {
  isPossible,
  metadataAt,
  organizationsAt,
  placeName,
  placesOf,
} from '../../tenant-model/login-place.ts';
import type { LoginPlace } from '../../tenant-model/login-place.ts';
import { isStepUp, itemsAt, resourceIn, resourcesOf, textAt } from '../../tenant-model/tenant-model.ts';
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
  /** As `placeName` gives it. */
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether people can sign in to it through the connection. */
  readonly enabled: boolean;
  /** As `isStepUp`. Default: it is not. */
  readonly stepUp?: boolean;
  /** Where people sign in as members of an organization. */
  readonly membership?: {
    readonly application: string;
    readonly organization: string;
    /** Of the organization. */
    readonly metadata: Readonly<Record<string, string>>;
  };
}

/** @param places Those whose logins are of interest. */
export function loginSide(
  model: TenantModel,
  connectionName: string,
  places: readonly LoginPlace[],
): LoginSide {
  const connection = resourceIn(model, 'connection', connectionName);
  return {
    connection: connectionName,
    connectionMetadata: metadataAt(model, 'connection', connectionName),
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
    applications: places.flatMap((place): LoginApplication[] => {
      const { application, organization } = place;
      const enabled = hasProfileScript(model, connectionName) && isPossible(model, connectionName, place);
      const isThere =
        organization === undefined
          ? resourceIn(model, 'application', application) !== undefined
          : organizationsAt(model, application).includes(organization);
      if (!enabled && !isThere) return [];
      const found = {
        ...{ name: placeName(place), metadata: metadataAt(model, 'client', application), enabled },
        stepUp: isStepUp(model, application),
      };
      if (organization === undefined) return [found];
      const metadata = metadataAt(model, 'organization', organization);
      return [{ ...found, membership: { application, organization, metadata } }];
    }),
  };
}

/**
 * What people can sign in to through a connection in one of these models, each once; nothing where it has no profile script.
 * Organizations that say the same stand for each other: a tenant may have thousands.
 */
export function enabledPlaces(models: readonly TenantModel[], connection: string): readonly LoginPlace[] {
  const sayings = (place: LoginPlace): string =>
    JSON.stringify([
      place.application,
      place.organization !== undefined,
      ...models.map((model) => [
        isPossible(model, connection, place),
        metadataAt(model, 'organization', place.organization),
      ]),
    ]);
  const places = models
    .filter((model) => hasProfileScript(model, connection))
    .flatMap((model) => placesOf(model, connection))
    .toSorted((one, other) => (placeName(one) < placeName(other) ? -1 : 1));
  return [...Map.groupBy(places, sayings).values()].flatMap((alike) => alike.slice(0, 1));
}

/** The same without organizations. */
export const enabledApplications = (model: TenantModel, connection: string): readonly string[] => [
  ...new Set(enabledPlaces([model], connection).map(({ application }) => application)),
];

const hasProfileScript = (model: TenantModel, connection: string): boolean =>
  textAt(resourceIn(model, 'connection', connection), 'options.scripts.fetchUserProfile') !== undefined;

export const connectionNames = (model: TenantModel): readonly string[] =>
  resourcesOf(model, 'connection').map(({ name }) => name);

const sorted = (items: readonly string[]): readonly string[] => [...items].sort();
