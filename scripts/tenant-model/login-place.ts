import type { Level } from '../../actions/didit/settings/resolve.ts';
import { LEVEL_PLACES } from '../settings/levels.ts';
import {
  ANY_OTHER_APPLICATION,
  applicationsOf,
  itemsAt,
  resourceIn,
  resourcesOf,
  textAt,
  textsBelow,
} from './tenant-model.ts';
import type { Resource, TenantModel } from './tenant-model.ts';
import { segment } from './flatten.ts';

/** What people sign in to: an application, for its own sake or as members of an organization. */
export interface LoginPlace {
  readonly application: string;
  readonly organization?: string;
}

/** `Shop`, `Shop in organization acme`. */
export const placeName = ({ application, organization }: LoginPlace): string =>
  organization === undefined ? application : `${application} in organization ${organization}`;

/**
 * All places that people can sign in to through a connection. Of organizations, those that say something: in others, logins end
 * as at the application itself.
 */
export const placesOf = (model: TenantModel, connection: string): readonly LoginPlace[] =>
  [...applicationsOf(model, connection)].flatMap((application) => [
    { application },
    ...organizationsAt(model, application, connection).map((organization) => ({ application, organization })),
  ]);

/**
 * Names of the organizations with rules of their own whose members can sign in to an application.
 *
 * @param connection Through which. Default: any that the file does not know.
 */
export const organizationsAt = (
  model: TenantModel,
  application: string,
  connection?: string,
): readonly string[] =>
  takesOrganizations(model, application)
    ? resourcesOf(model, 'organization')
        .filter(
          (organization) =>
            (textsBelow(organization, LEVEL_PLACES.organization.metadata)['didit_policy'] ?? '').trim() !==
              '' &&
            (connection === undefined || isConnected(organization, connection)),
        )
        .map(({ name }) => name)
    : [];

/** Whether people can sign in there through a connection, whatever the organization says. */
export function isPossible(model: TenantModel, connection: string, place: LoginPlace): boolean {
  const { application, organization } = place;
  if (!applicationsOf(model, connection).has(application)) return false;
  if (organization === undefined) return true;
  const found = resourceIn(model, 'organization', organization);
  return found !== undefined && takesOrganizations(model, application) && isConnected(found, connection);
}

/** Of applications that nobody has named, nobody knows. */
function takesOrganizations(model: TenantModel, application: string): boolean {
  const usage = textAt(resourceIn(model, 'application', application), 'organization_usage');
  return application === ANY_OTHER_APPLICATION || (usage !== undefined && usage !== 'deny');
}

/** A file that leaves the connections of an organization to the dashboard may mean any. */
function isConnected(organization: Resource, connection: string): boolean {
  if (!organization.fields.has('connections')) return true;
  const isEnabled = organization.fields.get(`connections.${segment(connection)}.is_enabled`);
  return (
    itemsAt(organization, 'connections').includes(connection) &&
    !(isEnabled?.kind === 'value' && isEnabled.value === false)
  );
}

/** Whose settings count in a login. A level that is not said has none. */
export type LevelNames = Readonly<Partial<Record<Level, string | undefined>>>;

/** The metadata of one level. */
export const metadataAt = (
  model: TenantModel,
  level: Level,
  name: string | undefined,
): Readonly<Record<string, string>> => {
  const { kind, metadata } = LEVEL_PLACES[level];
  return name === undefined ? {} : textsBelow(resourceIn(model, kind, name), metadata);
};

/** The texts of one metadata key, at each level of a login. */
export const textsAt = (
  model: TenantModel,
  { connection, client, organization }: LevelNames,
  key: string,
): Readonly<Record<Level, string | undefined>> => ({
  connection: metadataAt(model, 'connection', connection)[key],
  client: metadataAt(model, 'client', client)[key],
  organization: metadataAt(model, 'organization', organization)[key],
});
