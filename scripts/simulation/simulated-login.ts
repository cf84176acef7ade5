import type { IdentityDocument } from '../local-tenant/runtime.ts';
import type { JsonObject } from '../base/json-values.ts';

/** How the run comes about, and with it what the event shows. */
export type LoginFlow =
  /** The person has just come back from the connection. */
  | 'interactive'
  /** An earlier session of an hour ago is used; nothing new has come from the connection. */
  | 'sso'
  /** As `sso`, with `prompt=none`: nobody is looking. */
  | 'silent'
  /** A refresh token is exchanged; no session, no browser. */
  | 'refresh'
  /** Another party's token is exchanged; no session, no browser, nothing new from the connection. */
  | 'token-exchange'
  | 'password'
  | 'device';

export interface SimulatedAction {
  /**
   * A built file, or a source in TypeScript or with `export`, which is built first. Relative to the project's root, or absolute.
   */
  readonly file: string;
  /** Beside the login's own `secrets`; `undefined` takes one of those away. */
  readonly secrets?: Readonly<Record<string, string | undefined>>;
  /** npm packages that the Action declares: as in `tenant.yaml`, or their names alone. */
  readonly dependencies?: readonly (string | { readonly name: string; readonly version: string })[];
}

export interface SimulatedUser {
  /** Default `oauth2|didit|user-1`. */
  readonly user_id?: string;
  /**
   * Root attributes as the Management API shows them, extra ones of the provider included. Default: an e-mail address
   * and a name. `event.user` shows the documented ones only, as at Auth0.
   */
  readonly root?: JsonObject;
  readonly app_metadata?: JsonObject;
  readonly user_metadata?: JsonObject;
  /** Default: the one identity that the `user_id` speaks of. */
  readonly identities?: readonly IdentityDocument[];
  /** This login included. Default 1. */
  readonly logins_count?: number;
}

export interface SimulatedApplication {
  /** Default `application-1`. */
  readonly client_id?: string;
  readonly name?: string;
  /** `client_metadata` of the Management API. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * The API that it asks an access token for; `null`: none, so that the access token is opaque. Default
   * `https://api.example.com/`.
   */
  readonly audience?: string | null;
  /** Default `openid profile email`. Actions see them where Auth0 shows them: not on `refresh` and `password`. */
  readonly scopes?: readonly string[];
}

export interface SimulatedConnection {
  /** Default `didit`. */
  readonly name?: string;
  /** Default `oauth2`. */
  readonly strategy?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface SimulatedOrganization {
  /** Default `organization-1`. */
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What the page that an Action redirects to answers with, at `/continue`. */
export interface ReturnFromRedirect {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** A login to run Actions for. Everything has a default: say only what the test is about. */
export interface SimulatedLogin {
  /** In the order of the trigger. Default: the Actions of this project, as built. */
  readonly actions?: readonly (string | SimulatedAction)[];
  /** Actions of other teams that are bound before `actions`. Default: none. */
  readonly actionsBefore?: readonly (string | SimulatedAction)[];
  /** Default `interactive`. */
  readonly flow?: LoginFlow;
  /**
   * When the person came back from the connection, milliseconds since the epoch: the federated step of the session. An earlier
   * time is a login that another Action has held, or a session that goes on. Default: now; an hour ago with the flows `sso` and
   * `silent`. Runs without a session (`refresh`, `token-exchange`, `password`) do not show it.
   */
  readonly authenticatedAt?: number;
  readonly user?: SimulatedUser;
  readonly application?: SimulatedApplication;
  readonly connection?: SimulatedConnection;
  /** Default: none. */
  readonly organization?: SimulatedOrganization;
  /** Names of the user's roles. Default: none. */
  readonly roles?: readonly string[];
  /**
   * Given to each Action. `DIDIT_CONNECTION`, `AUTH0_DOMAIN`, `AUTH0_MANAGEMENT_CLIENT_ID` and
   * `AUTH0_MANAGEMENT_CLIENT_SECRET` are there unless they are set to `undefined`.
   */
  readonly secrets?: Readonly<Record<string, string | undefined>>;
  /**
   * Answers the HTTP calls that Actions make with `fetch`; what it throws is a network error to them. Default: a
   * Management API that knows this user (`simulatedManagementApi`). Nothing ever leaves the machine.
   */
  readonly http?: (request: Request) => Response | Promise<Response>;
  /** Laid over the event, part by part: for what a platform may show and the documentation does not promise. */
  readonly event?: Readonly<Record<string, JsonObject>>;
  /** Brings the user back from a redirect. Without it, a redirect is where the simulation ends. */
  readonly onRedirect?: (redirect: {
    readonly url: URL;
    readonly state: string;
  }) => ReturnFromRedirect | Promise<ReturnFromRedirect>;
  /** Milliseconds for all Actions together. Default 20,000. */
  readonly timeoutMilliseconds?: number;
}
