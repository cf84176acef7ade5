/**
 * The scopes of Sign in with Didit, in the order in which Didit lists them, each with the words that the page shows.
 *
 * @see https://docs.didit.me
 */
export const DIDIT_SCOPES: Readonly<Record<string, string>> = {
  openid: 'your Didit account',
  user_id: 'your Didit user id',
  picture: 'your picture',
  names: 'your names',
  email: 'your e-mail address',
  phone: 'your phone number',
  gender: 'your gender',
  document_detail: 'details of your identity document',
  birthdate: 'your date of birth',
  address: 'your address',
  bank_account: 'your bank account',
  preferences: 'your preferences',
  is_verified: 'whether your identity is verified',
  is_over_18: 'whether you are over 18',
  is_over_21: 'whether you are over 21',
  instagram_account: 'your Instagram account',
  x_account: 'your X account',
  tiktok_account: 'your TikTok account',
  offline: 'access while you are away',
};
