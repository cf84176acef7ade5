import type { Json } from '../base/json-values.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.';

/** SCIM's names and where Auth0 keeps them; those with `+` in `app_metadata`. */
const NAMES = `userName preferred_username
emails[primary eq true].value email
externalId +external_id
active blocked
displayName name
name.givenName given_name
name.familyName family_name
name.middleName +middle_name
name.honorificPrefix +honorific_prefix
name.honorificSuffix +honorific_suffix
nickName nickname
photos[type eq "photo"].value picture
phoneNumbers[primary eq true].value +primary_phone_number
phoneNumbers[type eq "mobile"].value +mobile_phone_number
addresses[type eq "work"].streetAddress +street_address
addresses[type eq "work"].locality +city
addresses[type eq "work"].region +state
addresses[type eq "work"].postalCode +postal_code
addresses[type eq "work"].formatted +postal_address
addresses[type eq "work"].country +country
profileUrl +profile_url
userType +user_type
title +title
preferredLanguage +language
locale +locale
timezone +timezone
${ENTERPRISE}employeeNumber +employee_id
${ENTERPRISE}costCenter +cost_center
${ENTERPRISE}organization +organization
${ENTERPRISE}division +division
${ENTERPRISE}department +department
${ENTERPRISE}manager +manager`;

/**
 * What a connection takes of people whom another system keeps, where nothing else is said.
 * @see https://auth0.com/docs/authenticate/protocols/scim/configure-inbound-scim
 */
export const scimMapping = (): Json[] =>
  NAMES.split('\n').map((line) => {
    const [, scim = '', auth0 = ''] = /^(.+) (\S+)$/.exec(line) ?? [];
    return { scim, auth0: auth0.replace('+', 'app_metadata.') };
  });

/** Google's names, each kept under its own name and under those behind it. */
const GOOGLE_NAMES = `id=app_metadata.external_id primaryEmail=email,primaryEmail name.fullName=name name.givenName=given_name
name.familyName=family_name isAdmin,is_admin isDelegatedAdmin agreedToTerms,tou_accepted suspended,is_suspended,blocked
suspensionReason archived ipWhitelisted,is_ipWhitelisted kind etag customerId orgUnitPath emails phones externalIds aliases addresses
organizations nonEditableAliases relations languages posixAccounts notes websites locations keywords gender ims creationTime
lastLoginTime changePasswordAtNextLogin isMailboxSetup includeInGlobalAddressList thumbnailPhotoUrl thumbnailPhotoEtag
isEnrolledIn2Sv isEnforcedIn2Sv recoveryEmail recoveryPhone sshPublicKeys customSchemas`;

/**
 * What a Google Workspace connection takes of the people of its directory, where nothing else is said.
 * @see https://auth0.com/docs/authenticate/protocols/scim/inbound-scim-for-google-workspace
 */
export const directoryMapping = (): Json[] =>
  GOOGLE_NAMES.split(/\s/).flatMap((entry) => {
    const [idp = '', others = entry] = entry.split('=');
    const names = others.split(',');
    return names.map((auth0) => ({ idp: idp.split(',')[0] ?? '', auth0 }));
  });
