import type {
  ActionDocument,
  ActionVersionDocument,
  ClientDocument,
  ClientGrantDocument,
  ConnectionDocument,
  OrganizationDocument,
  ResourceServerDocument,
  RoleDocument,
  TenantSettingsDocument,
  TriggerBindingsDocument,
  UserDocument,
} from './resources.ts';
import type { Collection, Store } from './store.ts';

/** The tenant's collections by name, each with the type of what is in it. The id is the resource's own id. */
export interface Collections {
  readonly clients: Collection<ClientDocument>;
  readonly clientGrants: Collection<ClientGrantDocument>;
  readonly connections: Collection<ConnectionDocument>;
  readonly actions: Collection<ActionDocument>;
  readonly actionVersions: Collection<ActionVersionDocument>;
  readonly triggerBindings: Collection<TriggerBindingsDocument>;
  readonly resourceServers: Collection<ResourceServerDocument>;
  readonly roles: Collection<RoleDocument>;
  readonly organizations: Collection<OrganizationDocument>;
  readonly users: Collection<UserDocument>;
  readonly tenantSettings: Collection<TenantSettingsDocument>;
}

export const collectionsOf = (store: Store): Collections => ({
  clients: store.collection('clients'),
  clientGrants: store.collection('client-grants'),
  connections: store.collection('connections'),
  actions: store.collection('actions'),
  actionVersions: store.collection('action-versions'),
  triggerBindings: store.collection('trigger-bindings'),
  resourceServers: store.collection('resource-servers'),
  roles: store.collection('roles'),
  organizations: store.collection('organizations'),
  users: store.collection('users'),
  tenantSettings: store.collection('tenant-settings'),
});
