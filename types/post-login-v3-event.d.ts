/**
 * Types of the post-login trigger, version 3, in our own words after Auth0's documentation of the event and the API
 * object. They stand in for the optional package `@auth0/actions`, which the public registry does not carry.
 *
 * The star at the end of the module's name is what lets the real package win: TypeScript asks a *pattern* only after
 * the specifier could not be resolved, whereas an exact name would come before an installed package.
 *
 * Everything in the event is read-only here, and every value that Auth0 types as "anything" is `unknown`: code that
 * compiles against these types parses what it reads, and so compiles against the package's own types too.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */
declare module '@auth0/actions/post-login/v3*' {
  // Without this, every name below could be imported, and not those alone that the package exports.
  export {};

  /**
   * What an Action's file exports as `onExecutePostLogin`, and as `onContinuePostLogin`, which is called instead when the user
   * comes back from a redirect or prompt.
   */
  export type PostLoginAction = (event: Event, api: PostLoginAPI) => Promise<void>;

  /** Values by name; a name that is not configured has none. At most 30, each of at most 4,096 characters. */
  export type Secrets = Readonly<Record<string, string>>;

  /** Settings by name that an integration of the Marketplace asks its user for. */
  export type Configuration = Readonly<Record<string, string>>;

  type Dictionary = Readonly<Record<string, unknown>>;

  // The event: who logs in, where, and how.

  export interface Event {
    readonly agent?: {
      readonly agent_id: string;
      readonly name: string;
      readonly agent_metadata: Dictionary;
    };
    readonly anonymous_session?: {
      readonly session_id: string;
      readonly user_id: string;
      readonly metadata: Dictionary;
    };
    readonly authentication?: Authentication;
    readonly authorization?: Authorization;
    readonly client: Client;
    /** Of an integration of the Marketplace; empty otherwise. */
    readonly configuration: Configuration;
    readonly connection: Connection;
    readonly custom_domain?: CustomDomain;
    readonly experiment?: {
      readonly experiment_id: string;
      readonly variation_id: string;
      readonly config: Dictionary;
    };
    readonly organization?: Organization;
    /** What came back from a custom prompt. */
    readonly prompt?: Prompt;
    /** The refresh token in use: on refresh runs only. */
    readonly refresh_token?: RefreshToken;
    readonly request: Request;
    /** The API that the access token is for; absent when no audience was asked for. */
    readonly resource_server?: ResourceServer;
    readonly secrets: Secrets;
    readonly security_context?: SecurityContext;
    readonly session?: Session;
    readonly session_transfer_token?: SessionTransferToken;
    readonly stats: { readonly logins_count: number };
    readonly tenant: { readonly id: string };
    readonly transaction?: Transaction;
    readonly user: User;
  }

  interface Authentication {
    /** Completed in the user's session, this login's included. */
    readonly methods: readonly AuthenticationMethod[];
    readonly riskAssessment?: RiskAssessment;
  }

  interface AuthenticationMethod {
    /**
     * `federated` for a social or enterprise connection, `pwd`, `passkey`, `sms`, `email`, `phone_number`, `mfa`,
     * `mock`, or the URL of a custom method.
     */
    readonly name: string;
    /** ISO 8601. */
    readonly timestamp: string;
    /** Of a second factor. */
    readonly type?: string;
  }

  type Confidence = 'low' | 'medium' | 'high' | 'neutral';

  interface Assessment<Detail extends string> {
    readonly code: string;
    readonly confidence: Confidence;
    readonly details?: Readonly<Partial<Record<Detail, string>>>;
  }

  interface RiskAssessment {
    readonly assessments: {
      readonly AgentDetection?: Assessment<'provider'>;
      readonly ImpossibleTravel?: Assessment<never>;
      readonly NewDevice?: Assessment<'device' | 'useragent'>;
      readonly UntrustedIP?: Assessment<'category' | 'ip' | 'matches' | 'source'>;
    };
    readonly confidence: Confidence;
    readonly supplemental?: Dictionary;
    readonly version: string;
  }

  interface Authorization {
    /** Names of the user's roles. */
    readonly roles: readonly string[];
  }

  interface Client {
    readonly authentication?: Dictionary;
    readonly client_id: string;
    readonly external_client_id?: string;
    readonly external_metadata_type?: string;
    /** `client_metadata` of the Management API: at most 10 keys, values of at most 255 characters. */
    readonly metadata: Dictionary;
    readonly name: string;
    readonly refresh_token?: {
      readonly policies?: readonly { readonly audience?: string; readonly scope?: readonly string[] }[];
    };
  }

  interface Connection {
    readonly id: string;
    /** At most 10 keys, values of at most 255 characters. */
    readonly metadata?: Dictionary;
    readonly name: string;
    /**
     * The documentation makes this the name for social connections; a custom one's is `oauth2` in the Management API.
     * Do not match on it.
     */
    readonly strategy: string;
  }

  interface CustomDomain {
    readonly domain: string;
    readonly domain_metadata: Dictionary;
  }

  interface Organization {
    readonly display_name: string;
    readonly id: string;
    /** At most 25 keys, values of at most 255 characters. */
    readonly metadata: Dictionary;
    readonly name: string;
    readonly [field: string]: unknown;
  }

  interface Prompt {
    readonly id: string;
    readonly fields?: Dictionary;
    readonly vars?: Dictionary;
  }

  /** First and last place that a session or a refresh token was used from. */
  interface Device {
    readonly initial_asn?: string;
    readonly initial_ip?: string;
    readonly initial_user_agent?: string;
    readonly last_asn?: string;
    readonly last_ip?: string;
    readonly last_user_agent?: string;
  }

  interface RefreshToken {
    /** An `online` token cannot be changed. */
    readonly access?: string;
    readonly client_id?: string;
    readonly created_at: string;
    readonly device?: Device;
    readonly expires_at?: string;
    readonly id: string;
    readonly idle_expires_at?: string;
    readonly last_exchanged_at?: string;
    readonly metadata?: Dictionary;
    readonly resource_servers?: readonly { readonly audience: string; readonly scopes: string }[];
    readonly rotating?: boolean;
    readonly session_id?: string;
    readonly session_transfer?: { readonly parent_refresh_token?: { readonly id?: string } };
    readonly user_id?: string;
  }

  interface Request {
    readonly asn?: string;
    /** Of a POST request; empty otherwise. */
    readonly body: Dictionary;
    readonly geoip: GeoIp;
    readonly hostname?: string;
    readonly ip: string;
    readonly language?: string;
    readonly method: string;
    /** Of the authorization request. */
    readonly query: Dictionary;
    readonly user_agent?: string;
  }

  interface GeoIp {
    readonly cityName?: string;
    readonly continentCode?: string;
    readonly countryCode?: string;
    readonly countryCode3?: string;
    readonly countryName?: string;
    readonly latitude?: number;
    readonly longitude?: number;
    readonly subdivisionCode?: string;
    readonly subdivisionName?: string;
    readonly timeZone?: string;
    readonly [field: string]: unknown;
  }

  interface ResourceServer {
    readonly identifier: string;
  }

  interface SecurityContext {
    readonly ja3?: string;
    readonly ja4?: string;
  }

  interface Session {
    readonly actor?: { readonly sub: string; readonly [field: string]: string | number | boolean | null };
    readonly authenticated_at?: string;
    readonly clients?: readonly { readonly client_id: string }[];
    readonly cookie?: { readonly mode: 'persistent' | 'non-persistent' };
    readonly created_at?: string;
    readonly device?: Device;
    readonly expires_at?: string;
    readonly id: string;
    readonly idle_expires_at?: string;
    readonly last_interacted_at?: string;
    readonly metadata?: Dictionary;
    readonly session_transfer?: {
      readonly parent_refresh_token?: { readonly id?: string; readonly metadata?: Dictionary };
    };
    readonly updated_at?: string;
    readonly user_id?: string;
  }

  interface SessionTransferToken {
    readonly client_id: string;
    readonly request: {
      readonly asn?: string;
      readonly geoip?: GeoIp;
      readonly ip: string;
      readonly user_agent?: string;
    };
    readonly scope: readonly string[];
  }

  type Protocol =
    | 'oidc-basic-profile'
    | 'oidc-implicit-profile'
    | 'oidc-hybrid-profile'
    | 'oidc-ciba'
    | 'oidc-ciba-web-link'
    | 'oauth2-access-token'
    | 'oauth2-device-code'
    | 'oauth2-password'
    /** No user is there: nothing new can have come from the upstream provider. */
    | 'oauth2-refresh-token'
    | 'oauth2-resource-owner'
    | 'oauth2-resource-owner-jwt-bearer'
    | 'oauth2-token-exchange'
    | 'oauth2-webauthn'
    | 'samlp'
    | 'wsfed'
    | 'wstrust-usernamemixed';

  interface Transaction {
    readonly acr_values?: readonly string[];
    readonly actor?: Actor;
    readonly actor_token_type?: string;
    readonly correlation_id?: string;
    /** Set in browser flows. */
    readonly id?: string;
    readonly linking_id?: string;
    readonly locale?: string;
    readonly login_hint?: string;
    /** What `api.transaction.setMetadata` stored, this Action's own entries included. */
    readonly metadata: Readonly<Record<string, string | number | boolean>>;
    /** `none` for a silent run. */
    readonly prompt?: readonly string[];
    readonly protocol?: Protocol;
    readonly redirect_uri?: string;
    readonly requested_authorization_details?: readonly {
      readonly type: string;
      readonly [detail: string]: unknown;
    }[];
    readonly requested_scopes?: readonly string[];
    readonly response_mode?: 'query' | 'fragment' | 'form_post' | 'web_message';
    readonly response_type?: readonly string[];
    readonly state?: string;
    readonly subject_token_type?: string;
    readonly ui_locales?: readonly string[];
    readonly [field: string]: unknown;
  }

  interface Actor {
    readonly act?: Actor;
    readonly sub: string;
    readonly [field: string]: unknown;
  }

  interface User {
    readonly app_metadata: Dictionary;
    readonly created_at: string;
    readonly email?: string;
    readonly email_verified: boolean;
    readonly enrolledFactors?: readonly {
      readonly type: string;
      readonly options?: Dictionary;
      readonly [field: string]: unknown;
    }[];
    readonly family_name?: string;
    readonly given_name?: string;
    readonly identities: readonly Identity[];
    readonly last_password_reset?: string;
    readonly multifactor?: readonly string[];
    readonly name?: string;
    readonly nickname?: string;
    readonly phone_number?: string;
    readonly phone_verified?: boolean;
    readonly picture?: string;
    readonly updated_at: string;
    readonly user_id: string;
    readonly user_metadata: Dictionary;
    readonly username?: string;
    /** Whatever else the primary identity's provider sent, if the platform lets it through. */
    readonly [attribute: string]: unknown;
  }

  interface Identity {
    readonly connection?: string;
    readonly isSocial?: boolean;
    /** Root attributes of a linked identity; the primary identity's are in the user itself. */
    readonly profileData?: Dictionary;
    readonly provider?: string;
    readonly user_id?: string;
    readonly [field: string]: unknown;
  }
}
