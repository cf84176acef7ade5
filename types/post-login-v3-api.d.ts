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
    /** Named by the documentation without signatures that we could read. */
    readonly groups: unknown;
    readonly idToken: IdTokenAPI;
    readonly multifactor: MultifactorAPI;
    readonly prompt: PromptAPI;
    readonly redirect: RedirectAPI;
    readonly refreshToken: RefreshTokenAPI;
    /** Named by the documentation without signatures that we could read. */
    readonly roles: unknown;
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
    addScope(scope: string): PostLoginAPI;
    removeScope(scope: string): PostLoginAPI;
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
    recordMethod(providerUrl: string): void;
    /** At most once. The login's identity has to be a secondary identity of that user. */
    setPrimaryUser(primaryUserId: string): void;
  }

  interface CacheRecord {
    readonly value: string;
    /** Milliseconds since the epoch. */
    readonly expires_at: number;
  }

  type CacheWriteResult =
    | { readonly type: 'success'; readonly record?: CacheRecord }
    | { readonly type: 'error'; readonly code: string };

  /**
   * Shared by all Actions of the trigger and by later logins; any entry may be gone at any time. Errors are returned,
   * never thrown.
   */
  interface CacheAPI {
    delete(key: string): CacheWriteResult;
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
    /** A JWT (HS256) for the page that the user is sent to. Seconds, default 900. */
    encodeToken(options: {
      readonly payload: Readonly<Record<string, unknown>>;
      readonly secret: string;
      readonly expiresInSeconds?: number;
    }): string;
    /** Ends the run of Actions after this one until the user is back at `/continue`; `state` is added to the URL. */
    sendUserTo(url: string, options?: { readonly query?: Readonly<Record<string, string>> }): void;
    /**
     * The claims of the JWT that came back to `/continue`. Throws when it is not genuine, too old, or for another
     * `state`.
     */
    validateToken(options: {
      readonly secret: string;
      /** Default `session_token`. */
      readonly tokenParameterName?: string;
    }): Readonly<Record<string, unknown>>;
  }

  interface MetadataAPI<Owner> {
    deleteMetadata(key: string): Owner;
    evictMetadata(): Owner;
    /** At most 25 keys of `A-Z a-z 0-9 _ -`, keys and values of at most 255 characters; `null` deletes. */
    setMetadata(key: string, value: string | null): Owner;
  }

  export interface RefreshTokenAPI extends MetadataAPI<PostLoginAPI> {
    /** Refresh runs only: ends the token and denies the exchange. */
    revoke(reason: string): PostLoginAPI;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setExpiresAt(absolute: number): PostLoginAPI;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setIdleExpiresAt(inactivity: number): PostLoginAPI;
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

  export interface SessionAPI extends MetadataAPI<PostLoginAPI> {
    /** Ends the session and denies the login. */
    revoke(reason: string, options?: { readonly preserveRefreshTokens?: boolean }): PostLoginAPI;
    /** The last of several calls counts. */
    setCookieMode(mode: 'persistent' | 'non-persistent'): PostLoginAPI;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setExpiresAt(absolute: number): PostLoginAPI;
    /** Milliseconds since the epoch; the earliest of several calls counts. */
    setIdleExpiresAt(inactivity: number): PostLoginAPI;
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
