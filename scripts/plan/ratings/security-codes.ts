/**
 * What a security reviewer must see, by a code that `npm run deploy -- --allow CODE` can name. Codes are stable; the sentences are for
 * people. In the order in which they are shown.
 */
export const SECURITY_CODES = {
  endpoint_host: 'An endpoint is on another host: whoever runs it gets what is sent there.',
  didit_client: 'Sign-ins go through another application in the Didit console.',
  pkce_off: 'Without PKCE, an intercepted authorization code can be used by somebody else.',
  scopes_widened: 'People are asked to share more.',
  profile_script: 'The script that turns what Didit says into a user profile is another one.',
  root_attributes: 'When Didit may overwrite name, e-mail address and the like changes.',
  connection_added: 'A new way to sign in.',
  application_enabled: 'People can sign in to another application through Didit.',
  application_disabled: 'People can no longer sign in to an application through Didit.',
  client_authentication: 'How an application proves who it is, or which grants it may use, is weaker.',
  redirect_added: 'Codes and tokens may be sent to another address.',
  action_removed_from_flow: 'An Action no longer runs at logins.',
  action_reordered: 'Actions run in another order; an earlier one can end a login before a later one runs.',
  rules_loosened: 'People get in who did not.',
  personal_data_in_token: 'A token shows personal data that it did not show.',
  personal_data_kept: 'Personal data is kept in user profiles that was not kept.',
  action_secret_added: 'An Action is given another secret.',
  action_dependency: 'An Action runs other code from the npm registry.',
  grant_scopes: 'An application may do more with an API.',
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
