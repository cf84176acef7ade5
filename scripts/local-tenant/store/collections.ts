import type {
  ActionDocument,
  ActionVersionDocument,
  ClientDocument,
  ClientGrantDocument,
  ConnectionDocument,
  IdentityDocument,
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

/** The key of users by an e-mail address of theirs, whatever its case. */
export const emailKey = (email: string): string => `email ${email.toLowerCase()}`;

/** The key of users by an identity of theirs. */
export const identityKey = ({ provider, user_id }: Pick<IdentityDocument, 'provider' | 'user_id'>): string =>
  `identity ${provider}|${user_id}`;

/** The key of users by their id, whatever its case: search does not heed it. */
export const idKey = (userId: string): string => `id ${userId.toLowerCase()}`;

/** A linked identity has its own e-mail address. */
const userKeys = ({ user_id, root, identities }: UserDocument): readonly string[] => [
  idKey(user_id),
  ...identities.map(identityKey),
  ...[root, ...identities.map(({ profileData }) => profileData)].flatMap((attributes) => {
    const email = attributes?.['email'];
    return typeof email === 'string' ? [emailKey(email)] : [];
  }),
];

export const collectionsOf = (store: Store): Collections => ({
  clients: store.collection('clients'),
  clientGrants: store.collection('client-grants'),
  connections: store.collection('connections'),
  actions: store.collection('actions'),
  actionVersions: store.collection('action-versions'),
  triggerBindings: store.collection('trigger-bindings'),
  users: store.collection('users', userKeys),
  things: (path) => store.collection(path),
});
