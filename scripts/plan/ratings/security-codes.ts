/**
 * What a security reviewer must see, by a code that `npm run deploy -- --allow CODE` can name. Codes are stable; the sentences are for
 * people. In the order in which they are shown.
 */
export const SECURITY_CODES = {
  tooling_changed:
    'What builds, judges and deploys is changed too: what this plan says of the rest is worth what that change is.',
  endpoint_host: 'An endpoint is on another host: whoever runs it gets what is sent there.',
  didit_client: 'Sign-ins go through another application in the Didit console, or with another secret of it.',
  pkce_off: 'Without PKCE, an intercepted authorization code can be used by somebody else.',
  scopes_widened: 'People are asked to share more.',
  profile_script: 'The script that turns what Didit says into a user profile is another one.',
  root_attributes: 'When Didit may overwrite name, e-mail address and the like changes.',
  connection_request: 'What is sent along to the provider, or read from its answers, is something else.',
  connection_added: 'A new way to sign in.',
  connection_reach: 'The connection can be used in more places, or for more.',
  application_enabled: 'People can sign in to another application through Didit.',
  application_disabled: 'People can no longer sign in to an application through Didit.',
  client_authentication: 'How an application proves who it is, or which grants it may use, is weaker.',
  token_weakened: 'Tokens are easier to forge, or of use for longer to whoever has stolen one.',
  login_page: 'The page at which people sign in is another one.',
  consent_skipped: 'People are no longer asked before something is done in their name.',
  redirect_added: 'Codes and tokens may be sent to another address.',
  action_code: 'Other code runs at logins; it sees who signs in, and decides who gets in.',
  action_added_to_flow: 'An Action runs at logins that did not.',
  action_removed_from_flow: 'An Action no longer runs at logins.',
  action_reordered: 'Actions run in another order; an earlier one can end a login before a later one runs.',
  rules_loosened: 'People get in who did not.',
  personal_data_in_token: 'A token shows personal data that it did not show.',
  personal_data_kept: 'Personal data is kept in user profiles that was not kept.',
  action_secret_added: 'An Action is given another secret.',
  action_secret_changed: 'An Action is given another value for a secret.',
  action_dependency: 'An Action runs other code from the npm registry.',
  grant_scopes: 'An application may do more with an API.',
  api_policy: 'An API checks less of who may do what.',
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
