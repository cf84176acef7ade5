import { LEVELS } from '../../actions/didit/settings/resolve.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import { LEVEL_PLACES } from '../settings/levels.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { DeclaredVariables } from '../secrets/variables.ts';

/** `tenant.yaml` as the commands work with it, once `validateTenantConfig` has let it through. */
export interface TenantConfig {
  readonly connections: readonly ConnectionConfig[];
  readonly actions: readonly ActionConfig[];
  readonly triggers: { readonly 'post-login': readonly BindingConfig[] };
  readonly clients: readonly ClientConfig[];
  readonly clientGrants: readonly ClientGrantConfig[];
  readonly resourceServers?: readonly ResourceServerConfig[];
  /** Those that are managed from here. Others on the tenant stay as they are. */
  readonly organizations?: readonly OrganizationConfig[];
  /** Names of Actions of other teams that may run at logins. Never sent. Default: those of the last deploy from here. */
  readonly otherActions?: readonly string[];
  /** Of the file alone: names that its placeholders may have, beside the documented ones. */
  readonly variables?: DeclaredVariables;
}

export interface ConnectionConfig {
  readonly name: string;
  readonly strategy: 'oauth2';
  readonly enabled_clients?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly options: {
    readonly [name: string]: unknown;
    readonly scripts: { readonly fetchUserProfile: string };
  };
}

export interface ActionConfig {
  readonly name: string;
  /** The name that it had. Of the file alone: a tenant that has it under this name gives it the new one. */
  readonly formerly?: string;
  /** Path of the built file, relative to `tenant.yaml`. */
  readonly code: string;
  readonly runtime: 'node22';
  readonly dependencies?: readonly {
    readonly name: string;
    readonly version: string;
    readonly registry_url?: string;
  }[];
  readonly supported_triggers: readonly { readonly id: 'post-login'; readonly version: 'v3' }[];
  readonly secrets?: readonly { readonly name: string; readonly value: string }[];
}

export interface BindingConfig {
  readonly action_name: string;
  readonly display_name?: string;
}

export interface ClientConfig {
  readonly name: string;
  /** As of an Action. */
  readonly formerly?: string;
  readonly app_type?: string;
  readonly callbacks?: readonly string[];
  /** Whether people may sign in as members of an organization, or have to. Default `deny`. */
  readonly organization_usage?: 'deny' | 'allow' | 'require';
  readonly client_metadata?: Readonly<Record<string, string>>;
}

export interface ClientGrantConfig {
  /** The client's name; auth0-deploy-cli turns it into the id. */
  readonly client_id: string;
  readonly audience: string;
  readonly scope: readonly string[];
  /** Of one that has all scopes, whichever there are, no list says what it has. */
  readonly allow_all_scopes?: false;
  /** Default `client`. Part of what the grant is: one application may have both for the same API. */
  readonly subject_type?: 'client' | 'user' | 'anonymous_user';
}

export interface ResourceServerConfig {
  readonly name: string;
  readonly identifier: string;
  readonly scopes?: readonly { readonly value: string; readonly description?: string }[];
}

export interface OrganizationConfig {
  readonly name: string;
  readonly display_name?: string;
  readonly branding?: JsonRecord;
  readonly metadata?: Readonly<Record<string, string>>;
  /** All that its members may sign in through, by the name of each. Default: those that it has. */
  readonly connections?: readonly OrganizationConnectionConfig[];
}

export interface OrganizationConnectionConfig {
  readonly name: string;
  readonly assign_membership_on_login?: boolean;
  readonly show_as_button?: boolean;
  readonly is_signup_enabled?: boolean;
  readonly is_enabled?: boolean;
}

/** Where an Action's redirect ends: a nested login comes back to the tenant itself. */
export const continueAddress = (domain: string): string => `https://${domain}/continue`;

/** The same at any domain. */
export const CONTINUE_ADDRESS = /^https:\/\/[^/]+\/continue$/;

/**
 * Name of the application that our Actions sign people in with in the middle of another login, and hold to no rules: the first
 * that may send codes to where their redirect ends.
 *
 * @param domain As the file has it: the placeholder, where it is not filled in.
 */
export const stepUpClientIn = (
  { clients }: Pick<TenantConfig, 'clients'>,
  domain: string,
): string | undefined =>
  clients.find(({ callbacks = [] }) => callbacks.includes(continueAddress(domain)))?.name;

/** Something of a file that settings may stand with. */
export interface SettingsHolder {
  readonly level: Level;
  readonly name: string;
  /** Of its metadata. */
  readonly path: readonly [section: string, index: number, metadata: string];
  readonly metadata: Readonly<Record<string, string>>;
}

/** All of them, connections first. */
export const settingsHolders = (config: Pick<TenantConfig, SettingsSection>): readonly SettingsHolder[] =>
  LEVELS.flatMap((level) => {
    const { section, metadata } = LEVEL_PLACES[level];
    const things: readonly MetadataHolder[] = config[section] ?? [];
    return things.map((thing, index) => ({
      level,
      name: thing.name,
      path: [section, index, metadata] as const,
      metadata: thing[metadata] ?? {},
    }));
  });

type SettingsSection = (typeof LEVEL_PLACES)[Level]['section'];

type MetadataHolder = { readonly name: string } & Readonly<
  Partial<Record<(typeof LEVEL_PLACES)[Level]['metadata'], Readonly<Record<string, string>>>>
>;

/** The secret of our Actions that names the Didit connection. It is none: the name stands in the same file. */
export const DIDIT_CONNECTION = 'DIDIT_CONNECTION';

/** The secret of our Actions that names the key of `app_metadata` for the record. It is none either. */
export const DIDIT_RECORD_KEY = 'DIDIT_RECORD_KEY';

/** The secret with which our Actions sign what they hand on to each other. */
export const DIDIT_HANDOVER_KEY = 'DIDIT_HANDOVER_KEY';
