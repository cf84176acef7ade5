import type { JsonObject } from '../../base/json-values.ts';

/**
 * What the local tenant keeps, one collection each. The Management API writes these documents, the login and the Actions
 * runtime read them; fields that nothing here acts on are kept as they came (`JsonObject`), as the real service does.
 */

export interface ClientDocument {
  readonly client_id: string;
  readonly client_secret: string;
  readonly name: string;
  /** Everything else of the client as the Management API shows it. */
  readonly settings: JsonObject;
}

export interface ClientGrantDocument {
  readonly id: string;
  /** Empty for the grant that applications of third parties have by default. */
  readonly client_id: string;
  readonly audience: string;
  readonly scope: string[];
  readonly settings: JsonObject;
}

export interface ConnectionDocument {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly options: JsonObject;
  readonly enabled_clients: string[];
  readonly metadata: Record<string, string>;
  readonly settings: JsonObject;
}

/** A published version of an Action: what a login runs. */
export interface ActionVersionDocument {
  readonly id: string;
  readonly action_id: string;
  readonly number: number;
  readonly code: string;
  readonly runtime: string;
  readonly dependencies: {
    readonly name: string;
    readonly version: string;
    /** Shown until it is installed. */
    readonly registry_url?: string;
  }[];
  /** Values too: they are given to the Action as `event.secrets`, and never leave through the Management API. */
  readonly secrets: { readonly name: string; readonly value: string; readonly updated_at: string }[];
  /** Code of others that it asks for; none where it asks for none. */
  readonly modules?: JsonObject[];
  readonly created_at: string;
}

export interface ActionDocument {
  readonly id: string;
  readonly name: string;
  readonly supported_triggers: { readonly id: string; readonly version: string }[];
  readonly draft: Omit<ActionVersionDocument, 'id' | 'action_id' | 'number' | 'created_at'>;
  /** `pending` until this time (epoch milliseconds), then `built`. */
  readonly built_at: number;
  readonly deployed_version_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The ordered bindings of one trigger; the document's id is the trigger's (`post-login`). */
export interface TriggerBindingsDocument {
  readonly trigger_id: string;
  readonly bindings: readonly {
    readonly id: string;
    readonly action_id: string;
    readonly display_name: string;
    readonly created_at: string;
    readonly updated_at: string;
  }[];
}

export interface IdentityDocument {
  readonly connection: string;
  readonly provider: string;
  readonly user_id: string;
  readonly isSocial: boolean;
  /** Only for linked (secondary) identities: the root attributes of that identity. */
  readonly profileData?: JsonObject;
}

export interface UserDocument {
  readonly user_id: string;
  readonly identities: IdentityDocument[];
  /** Root attributes: the standard ones and whatever else the primary identity's provider sent. */
  readonly root: JsonObject;
  readonly app_metadata: JsonObject;
  readonly user_metadata: JsonObject;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_login: string | null;
  readonly last_ip: string | null;
  readonly logins_count: number;
}
