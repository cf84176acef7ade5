/**
 * Security findings: what a security reviewer must see, by a code that `npm run deploy -- --allow CODE` can name. Codes are
 * stable; the sentences are for people. The worst for the people who sign in come first: in this order they are shown, and told
 * in a line.
 */
export const SECURITY_CODES = {
  tooling_changed:
    'The tools that build, judge and deploy change too: trust the rest of this plan only as far as you trust that change.',
  logins_not_run:
    'Not all logins could be tried, since the Actions take too long: this plan cannot tell what changes in the others.',
  account_changed:
    'Every existing user becomes a new user: nothing that is kept with the old ones is found any more.',
  other_action: "Somebody else's Action runs at each login, and nobody here knows it like this.",
  rules_loosened: 'People who were refused before can now sign in.',
  organization_weaker:
    'An organization that tenant.yaml does not list asks its members for less than the application does.',
  endpoint_host: 'An endpoint is on another host: whoever runs that host gets what is sent there.',
  action_host: 'Code names or calls a host that it did not: what it knows of people can go there.',
  people_locked_out: 'Nobody gets in any more where people got in before.',
  new_people_locked_out: 'Who has no account yet gets none, and cannot sign in.',
  application_disabled: 'People can no longer sign in to an application through Didit.',
  personal_data_in_token: 'A token shows personal data that it did not show before.',
  didit_client: 'Sign-ins use another application in the Didit console, or another secret of it.',
  pkce_off: 'Without PKCE, somebody else can use an intercepted authorization code.',
  scopes_widened: 'People are asked to share more.',
  evidence_reduced:
    'Rules and claims have less to go by: more often they decide without an answer from Didit, or with an older one.',
  profile_script: 'The profile script changed.',
  action_removed_from_flow: 'This Action no longer runs at logins.',
  action_reordered: 'Actions run in another order: an earlier one can end a login before a later one runs.',
  action_code: 'Other code runs at logins: it sees who signs in, and decides who gets in.',
  connection_added: 'A new way to sign in.',
  application_enabled: 'People can sign in to another application through Didit.',
  application_added: 'A new application can sign people in, or ask for tokens.',
  action_added_to_flow: 'This Action now runs at every login.',
  root_attributes: 'Changes when Didit overwrites names and pictures.',
  connection_request: 'Changes what is sent to the provider, or what is read from its answers.',
  connection_reach: 'The connection can be used in more places, or for more.',
  client_authentication: 'An application proves who it is in a weaker way, or may use more grant types.',
  token_weakened: 'Tokens are easier to forge, or a stolen one can be used for longer.',
  login_page: 'The page where people sign in changed.',
  consent_skipped: 'People are no longer asked before something is done in their name.',
  redirect_added: 'Codes and tokens may be sent to another address.',
  claims_widened: 'Logins get claims about people that got none before.',
  personal_data_kept: 'User profiles keep personal data that they did not keep before.',
  action_secret_added: 'An Action gets another secret.',
  action_secret_changed: 'An Action gets another value for a secret.',
  action_secret_removed: 'An Action loses a secret: it can no longer do what it needs it for.',
  action_dependency: 'An Action runs other code from the npm registry, or no longer does.',
  grant_scopes: 'An application may do more with an API.',
  api_policy: 'An API checks less about who may do what.',
  setting_not_judged: 'This plan cannot tell whether a setting makes things less safe.',
} as const;

export type SecurityCode = keyof typeof SECURITY_CODES;

export interface SecurityRating {
  readonly code: SecurityCode;
  /** What makes it so, in this case. */
  readonly because: string;
}

export const rated = (code: SecurityCode, because: string): SecurityRating => ({ code, because });

/** For sorting: the order of `SECURITY_CODES`. */
export const rankOf = (code: SecurityCode): number => Object.keys(SECURITY_CODES).indexOf(code);
