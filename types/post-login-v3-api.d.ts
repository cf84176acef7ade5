/**
 * The API of the post-login trigger: the other half of the module whose event is in `post-login-v3-event.d.ts`.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */
declare module '@auth0/actions/post-login/v3*' {
  export {};

  // The API: what an Action may change. Nothing takes effect before the Actions have ended, unless its comment says so.

  export interface PostLoginAPI {
    readonly access: AccessAPI;
    readonly accessToken: AccessTokenAPI;
    readonly authentication: AuthenticationAPI;
    readonly cache: CacheAPI;
    readonly groups: GroupsAPI;
    readonly idToken: IdTokenAPI;
    readonly multifactor: MultifactorAPI;
    readonly prompt: PromptAPI;
    readonly redirect: RedirectAPI;
    readonly refreshToken: RefreshTokenAPI;
    readonly roles: RolesAPI;
    readonly rules: RulesAPI;
    readonly samlResponse: SamlResponseAPI;
    readonly session: SessionAPI;
    readonly transaction: TransactionAPI;
    readonly user: UserAPI;
    readonly validation: ValidationAPI;
  }

  interface AccessAPI {
    /**
     * Stops later Actions, not the rest of this one, and keeps its metadata: `return` after it. The application gets
     * the reason.
     */
    deny(reason: string): PostLoginAPI;
  }

  interface IdTokenAPI {
    /** A restricted name is dropped without a word; `scope` throws. */
    setCustomClaim(name: string, value: unknown): PostLoginAPI;
  }

  interface AccessTokenAPI extends IdTokenAPI {
    /** At most 280 characters, no white space. */
    addScope(scope: string): void;
    removeScope(scope: string): void;
  }

  interface Page {
    readonly from?: string;
    readonly take?: number;
  }

  interface GroupsAPI {
    getUserGroups(page?: Page): Promise<{
      readonly groups: readonly {
        readonly id: string;
        readonly name: string;
        readonly [field: string]: unknown;
      }[];
      readonly next?: string;
    }>;
    /** By id or name. */
    hasGroupMembership(groups: readonly string[]): Promise<{
      readonly memberships: Readonly<Record<string, { readonly is_member: boolean }>>;
      readonly errors?: Readonly<Record<string, string>>;
    }>;
  }

  interface Roles {
    readonly roles: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  }

  /** What the user has directly or through a group. */
  interface RolesAPI {
    getUserEffectiveRoles(page?: Page): Promise<Roles & { readonly next?: string }>;
    getUserEffectiveRolesByIds(ids: readonly string[]): Promise<Roles>;
    getUserEffectiveRolesByNames(names: readonly string[]): Promise<Roles>;
  }

  interface Factor {
    /** `otp`, `email`, `phone`, `push-notification`, `webauthn-roaming`, `webauthn-platform` or `recovery-code`. */
    readonly type: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }

  interface FactorOptions {
    readonly additionalFactors?: readonly Factor[];
  }

  interface AuthenticationAPI {
    challengeWith(factor: Factor, options?: FactorOptions): void;
    challengeWithAny(factors: readonly Factor[]): void;
    enrollWith(factor: Factor, options?: FactorOptions): void;
    enrollWithAny(factors: readonly Factor[]): void;
    /** Only inside `onContinuePostLogin`. */
    recordMethod(providerUrl: string): PostLoginAPI;
    /** At most once. The login's identity has to be a secondary identity of that user. */
    setPrimaryUser(primaryUserId: string): void;
  }

  interface CacheRecord {
    readonly value: string;
    /** Milliseconds since the epoch. */
    readonly expires_at: number;
  }

  interface CacheError {
    readonly type: 'error';
    readonly code:
      | 'CacheKeyDoesNotExist'
      | 'CacheKeySizeExceeded'
      | 'CacheSizeExceeded'
      | 'CacheValueSizeExceeded'
      | 'FailedToDeleteCacheRecord'
      | 'FailedToSetCacheRecord'
      | 'InvalidExpiry'
      | 'ItemAlreadyExpired'
      | 'MaxSideEffectsExceeded';
  }

  type CacheWriteResult = { readonly type: 'success'; readonly record: CacheRecord } | CacheError;

  /**
   * Shared by all Actions of the trigger and by later logins; any entry may be gone at any time. Errors are returned,
   * never thrown.
   */
  interface CacheAPI {
    delete(key: string): { readonly type: 'success' } | CacheError;
    get(key: string): CacheRecord | undefined;
    /**
     * Key at most 64 bytes, value at most 4 kB. Times in milliseconds, default 15 minutes, at most 24 hours; the
     * earlier of the two counts.
     */
    set(
      key: string,
      value: string,
      options?: { readonly ttl?: number; readonly expires_at?: number },
    ): CacheWriteResult;
  }

  interface MultifactorAPI {
    enable(
      provider: 'any' | 'duo' | 'google-authenticator' | 'guardian' | 'none',
      options?: {
        readonly allowRememberBrowser?: boolean;
        readonly providerOptions?: Readonly<Record<string, unknown>>;
      },
    ): PostLoginAPI;
  }

  export interface PromptAPI {
    render(
      promptId: string,
      promptOptions?: {
        readonly fields?: Readonly<Record<string, unknown>>;
        readonly vars?: Readonly<Record<string, unknown>>;
      },
    ): void;
  }

  interface RedirectAPI {
    /** `false` where there is no browser to send: refresh, silent and password flows. */
    canRedirect(): boolean;
    /**
     * A JWT (HS256) for the page that the user is sent to. Seconds, default 900. Claims of the payload win over those that are
     * added.
     */
    encodeToken(options: {
      readonly payload: Readonly<Record<string, unknown>>;
      readonly secret: string;
      readonly expiresInSeconds?: number;
    }): string;
    /**
     * Ends the run of Actions after this one until the user is back at `/continue`; `state` is added to the URL, which is any
     * absolute one.
     */
    sendUserTo(url: string, options?: { readonly query?: Readonly<Record<string, string>> }): PostLoginAPI;
    /**
     * The claims of the JWT that came back to `/continue`. Throws when it is not genuine, too old, or for another
     * `state`, user or issuer.
     */
    validateToken(options: {
      readonly secret: string;
      /** Default `session_token`. */
      readonly tokenParameterName?: string;
    }): Readonly<Record<string, unknown>>;
  }

  interface MetadataAPI {
    deleteMetadata(key: string): void;
    evictMetadata(): void;
    /** At most 25 keys of `A-Z a-z 0-9 _ -`, keys and values of at most 255 characters; `null` deletes. */
    setMetadata(key: string, value: string | null): void;
  }

  export interface RefreshTokenAPI extends MetadataAPI {
    /** Refresh runs only: ends the token and denies the exchange. */
    revoke(reason: string): void;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setExpiresAt(absolute: number): void;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setIdleExpiresAt(inactivity: number): void;
  }

  interface RulesAPI {
    wasExecuted(ruleId: string): boolean;
  }

  interface SamlResponseAPI {
    setAttribute(
      attribute: string,
      value: string | number | boolean | readonly (string | number | boolean)[] | null | undefined,
    ): void;
    setAudience(audience: string): void;
    setAuthnContextClassRef(authnContextClassRef: string): void;
    setCert(cert: string): void;
    setCreateUpnClaim(createUpnClaim: boolean): void;
    setDestination(destination: string): void;
    setDigestAlgorithm(digestAlgorithm: 'sha256' | 'sha1'): void;
    setEncryptionAlgorithm(encryptionAlgorithm: 'aes256-gcm' | 'aes256-cbc'): void;
    setEncryptionCert(encryptionCert: string): void;
    setEncryptionPublicKey(encryptionPublicKey: string): void;
    setIncludeAttributeNameFormat(includeAttributeNameFormat: boolean): void;
    setIssuer(issuer: string): void;
    setKey(key: string): void;
    /** Seconds. */
    setLifetimeInSeconds(lifetimeInSeconds: number): void;
    setMapIdentities(mapIdentities: boolean): void;
    setMapUnknownClaimsAsIs(mapUnknownClaimsAsIs: boolean): void;
    setNameIdentifierFormat(nameIdentifierFormat: string): void;
    setNameIdentifierProbes(nameIdentifierProbes: readonly string[]): void;
    setPassthroughClaimsWithNoMapping(passthroughClaimsWithNoMapping: boolean): void;
    setRecipient(recipient: string): void;
    setRelayState(relayState: string): void;
    setSignResponse(signResponse: boolean): void;
    setSignatureAlgorithm(signatureAlgorithm: 'rsa-sha256' | 'rsa-sha1'): void;
    setSigningCert(signingCert: string): void;
    setTypedAttributes(typedAttributes: boolean): void;
  }

  export interface SessionAPI extends MetadataAPI {
    /** Ends the session and denies the login. */
    revoke(reason: string, options?: { readonly preserveRefreshTokens?: boolean }): void;
    /** The last of several calls counts. */
    setCookieMode(mode: 'persistent' | 'non-persistent'): void;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setExpiresAt(absolute: number): void;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setIdleExpiresAt(inactivity: number): void;
  }

  export interface TransactionAPI {
    /**
     * At once in `event.transaction.metadata`. Key at most 64 characters, value at most 8 kB, 16 kB in all; `null`
     * removes.
     */
    setMetadata(key: string, value: string | number | boolean | null): void;
  }

  interface UserAPI {
    /**
     * Replaces what is under the key, other keys stay; `null` removes. Written after all Actions, not visible to them
     * before.
     */
    setAppMetadata(name: string, value: unknown): PostLoginAPI;
    setUserMetadata(name: string, value: unknown): PostLoginAPI;
  }

  interface ValidationAPI {
    /** Fails the login. Code and message of at most 100 characters each. */
    error(errorCode: string, errorMessage: string): PostLoginAPI;
  }
}
