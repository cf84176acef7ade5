/**
 * The event and the API of the post-login trigger as Auth0 documents them, transcribed field by field.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */

/** Parts of the event that are not always there. */
export const OPTIONAL_EVENT_PARTS = [
  'agent',
  'anonymous_session',
  'authentication',
  'authorization',
  'custom_domain',
  'experiment',
  'organization',
  'prompt',
  'refresh_token',
  'resource_server',
  'security_context',
  'session',
  'session_transfer_token',
  'transaction',
];

/** `[]` after the name of a list means its items. */
export const EVENT_FIELDS = `
  authentication.methods[].name authentication.methods[].timestamp
  authentication.riskAssessment.confidence authentication.riskAssessment.version
  authentication.riskAssessment.assessments.ImpossibleTravel.code
  authentication.riskAssessment.assessments.ImpossibleTravel.confidence
  authentication.riskAssessment.assessments.NewDevice.code
  authentication.riskAssessment.assessments.NewDevice.confidence
  authentication.riskAssessment.assessments.NewDevice.details.device
  authentication.riskAssessment.assessments.NewDevice.details.useragent
  authentication.riskAssessment.assessments.UntrustedIP.code
  authentication.riskAssessment.assessments.UntrustedIP.confidence
  authentication.riskAssessment.assessments.UntrustedIP.details.category
  authentication.riskAssessment.assessments.UntrustedIP.details.ip
  authentication.riskAssessment.assessments.UntrustedIP.details.matches
  authentication.riskAssessment.assessments.UntrustedIP.details.source
  authentication.riskAssessment.supplemental
  authorization.roles[] configuration
  authentication.methods[].type authentication.riskAssessment.assessments.AgentDetection.details.provider
  client.external_client_id refresh_token.access session.actor.sub transaction.actor_token_type agent.agent_id experiment.variation_id anonymous_session.session_id
  client.client_id client.metadata client.name
  client.refresh_token.policies[].audience client.refresh_token.policies[].scope[]
  connection.id connection.metadata connection.name connection.strategy
  custom_domain.domain custom_domain.domain_metadata
  organization.display_name organization.id organization.metadata organization.name
  prompt.id prompt.fields prompt.vars
  refresh_token.client_id refresh_token.created_at refresh_token.device.initial_asn refresh_token.device.initial_ip
  refresh_token.device.initial_user_agent refresh_token.device.last_asn refresh_token.device.last_ip
  refresh_token.device.last_user_agent refresh_token.expires_at refresh_token.id refresh_token.idle_expires_at
  refresh_token.last_exchanged_at refresh_token.metadata refresh_token.resource_servers[].audience
  refresh_token.resource_servers[].scopes refresh_token.rotating refresh_token.session_id
  refresh_token.session_transfer.parent_refresh_token.id refresh_token.user_id
  request.asn request.body request.geoip.cityName request.geoip.continentCode request.geoip.countryCode
  request.geoip.countryCode3 request.geoip.countryName request.geoip.latitude request.geoip.longitude
  request.geoip.subdivisionCode request.geoip.subdivisionName request.geoip.timeZone request.hostname request.ip
  request.language request.method request.query request.user_agent
  resource_server.identifier
  secrets
  security_context.ja3 security_context.ja4
  session.authenticated_at session.clients[].client_id session.cookie.mode session.created_at
  session.device.initial_asn session.device.initial_ip session.device.initial_user_agent session.device.last_asn
  session.device.last_ip session.device.last_user_agent session.expires_at session.id session.idle_expires_at
  session.last_interacted_at session.metadata session.session_transfer.parent_refresh_token.id
  session.session_transfer.parent_refresh_token.metadata session.updated_at session.user_id
  session_transfer_token.client_id session_transfer_token.request.asn session_transfer_token.request.geoip.countryCode
  session_transfer_token.request.ip session_transfer_token.request.user_agent session_transfer_token.scope[]
  stats.logins_count
  tenant.id
  transaction.acr_values[] transaction.actor.act transaction.actor.sub transaction.correlation_id transaction.id
  transaction.linking_id transaction.locale transaction.login_hint transaction.metadata transaction.prompt[]
  transaction.protocol transaction.redirect_uri transaction.requested_authorization_details[].type
  transaction.requested_scopes[] transaction.response_mode transaction.response_type[] transaction.state
  transaction.subject_token_type transaction.ui_locales[]
  user.app_metadata user.created_at user.email user.email_verified user.enrolledFactors[].type
  user.enrolledFactors[].options user.family_name user.given_name user.identities[].connection
  user.identities[].isSocial user.identities[].profileData user.identities[].provider user.identities[].user_id
  user.last_password_reset user.multifactor[] user.name user.nickname user.phone_number user.phone_verified user.picture
  user.updated_at user.user_id user.user_metadata user.username
`
  .trim()
  .split(/\s+/);

export const PROTOCOLS = `
  oidc-basic-profile oidc-ciba oidc-ciba-web-link oidc-implicit-profile oauth2-device-code oauth2-resource-owner
  oauth2-resource-owner-jwt-bearer oauth2-password oauth2-webauthn oauth2-access-token oauth2-refresh-token
  oauth2-token-exchange oidc-hybrid-profile samlp wsfed wstrust-usernamemixed
`
  .trim()
  .split(/\s+/);

/** Each documented method with arguments that it takes. */
export const API_CALLS = [
  `access.deny('reason')`,
  `accessToken.setCustomClaim('https://example.com/a', 1)`,
  `accessToken.addScope('read:a')`,
  `accessToken.removeScope('read:a')`,
  `authentication.challengeWith({ type: 'otp', options: {} }, { additionalFactors: [{ type: 'email' }] })`,
  `authentication.challengeWithAny([{ type: 'otp' }])`,
  `authentication.enrollWith({ type: 'otp' }, { additionalFactors: [{ type: 'phone' }] })`,
  `authentication.enrollWithAny([{ type: 'otp' }])`,
  `authentication.recordMethod('https://example.com/method')`,
  `authentication.setPrimaryUser('auth0|1')`,
  `cache.delete('key')`,
  `cache.get('key')`,
  `cache.set('key', 'value', { ttl: 1_000, expires_at: 2_000_000_000_000 })`,
  `groups.getUserGroups({ take: 1 })`,
  `groups.hasGroupMembership(['staff'])`,
  `idToken.setCustomClaim('https://example.com/a', 1)`,
  `multifactor.enable('any', { allowRememberBrowser: false, providerOptions: {} })`,
  `prompt.render('ap_1', { fields: {}, vars: {} })`,
  `redirect.canRedirect()`,
  `redirect.encodeToken({ payload: { a: 1 }, secret: 'secret', expiresInSeconds: 60 })`,
  `redirect.sendUserTo('https://example.com/', { query: { a: 'b' } })`,
  `redirect.validateToken({ secret: 'secret', tokenParameterName: 'token' })`,
  `refreshToken.revoke('reason')`,
  `refreshToken.setExpiresAt(2_000_000_000_000)`,
  `refreshToken.setIdleExpiresAt(2_000_000_000_000)`,
  `refreshToken.setMetadata('key', 'value')`,
  `refreshToken.deleteMetadata('key')`,
  `refreshToken.evictMetadata()`,
  `roles.getUserEffectiveRoles({ from: '1', take: 1 })`,
  `roles.getUserEffectiveRolesByIds(['rol_1'])`,
  `roles.getUserEffectiveRolesByNames(['staff'])`,
  `rules.wasExecuted('rul_1')`,
  `samlResponse.setAttribute('name', ['a', 'b'])`,
  `samlResponse.setAudience('audience')`,
  `samlResponse.setAuthnContextClassRef('class')`,
  `samlResponse.setCert('cert')`,
  `samlResponse.setCreateUpnClaim(true)`,
  `samlResponse.setDestination('https://example.com/')`,
  `samlResponse.setDigestAlgorithm('sha256')`,
  `samlResponse.setEncryptionAlgorithm('aes256-gcm')`,
  `samlResponse.setEncryptionCert('cert')`,
  `samlResponse.setEncryptionPublicKey('key')`,
  `samlResponse.setIncludeAttributeNameFormat(true)`,
  `samlResponse.setIssuer('issuer')`,
  `samlResponse.setKey('key')`,
  `samlResponse.setLifetimeInSeconds(60)`,
  `samlResponse.setMapIdentities(true)`,
  `samlResponse.setMapUnknownClaimsAsIs(true)`,
  `samlResponse.setNameIdentifierFormat('format')`,
  `samlResponse.setNameIdentifierProbes(['a'])`,
  `samlResponse.setPassthroughClaimsWithNoMapping(true)`,
  `samlResponse.setRecipient('https://example.com/')`,
  `samlResponse.setRelayState('state')`,
  `samlResponse.setSignResponse(true)`,
  `samlResponse.setSignatureAlgorithm('rsa-sha256')`,
  `samlResponse.setSigningCert('cert')`,
  `samlResponse.setTypedAttributes(true)`,
  `session.revoke('reason', { preserveRefreshTokens: true })`,
  `session.setExpiresAt(2_000_000_000_000)`,
  `session.setIdleExpiresAt(2_000_000_000_000)`,
  `session.setCookieMode('non-persistent')`,
  `session.setMetadata('key', 'value')`,
  `session.deleteMetadata('key')`,
  `session.evictMetadata()`,
  `transaction.setMetadata('key', 'value')`,
  `user.setAppMetadata('key', { a: 1 })`,
  `user.setUserMetadata('key', null)`,
  `validation.error('code', 'message')`,
];

/**
 * Calls that answer with `api`, by Auth0's own types. Its code does so for `samlResponse` too, whose types say that they answer
 * with nothing.
 *
 * @see https://github.com/auth0/auth0-actions
 */
export const CHAINED_CALLS = [
  'access.deny',
  'accessToken.setCustomClaim',
  'authentication.recordMethod',
  'idToken.setCustomClaim',
  'multifactor.enable',
  'redirect.sendUserTo',
  'user.setAppMetadata',
  'user.setUserMetadata',
  'validation.error',
];
