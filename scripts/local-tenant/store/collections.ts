import type {
  ActionDocument,
  ActionVersionDocument,
  ClientDocument,
  ClientGrantDocument,
  ConnectionDocument,
  TriggerBindingsDocument,
  UserDocument,
} from './resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { Collection, Store } from './store.ts';

/** The tenant's collections by name, each with the type of what is in it. The id is the resource's own id. */
export interface Collections {
  readonly clients: Collection<ClientDocument>;
  readonly clientGrants: Collection<ClientGrantDocument>;
  readonly connections: Collection<ConnectionDocument>;
  readonly actions: Collection<ActionDocument>;
  readonly actionVersions: Collection<ActionVersionDocument>;
  readonly triggerBindings: Collection<TriggerBindingsDocument>;
  readonly users: Collection<UserDocument>;
  /** What is kept as the Management API shows it, by the path of its list: `/roles`, `/organizations/org_1/invitations`. */
  readonly things: (path: string) => Collection<JsonObject>;
}

/** The settings of the tenant, as far as somebody has set them. */
export const tenantSettingsOf = ({ things }: Pick<Collections, 'things'>): JsonObject =>
  things('/tenants/settings').get(ONLY_THING) ?? {};

/** The API of an audience. */
export const apiOfAudience = (
  { things }: Pick<Collections, 'things'>,
  audience: string | null,
): JsonObject | undefined =>
  audience === null
    ? undefined
    : things('/resource-servers')
        .all()
        .find(({ identifier }) => identifier === audience);

/** The id of a thing that there is one of. */
export const ONLY_THING = 'only';

export const collectionsOf = (store: Store): Collections => ({
  clients: store.collection('clients'),
  clientGrants: store.collection('client-grants'),
  connections: store.collection('connections'),
  actions: store.collection('actions'),
  actionVersions: store.collection('action-versions'),
  triggerBindings: store.collection('trigger-bindings'),
  users: store.collection('users'),
  things: (path) => store.collection(path),
});
