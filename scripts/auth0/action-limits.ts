/** @see https://auth0.com/docs/customize/actions/limitations */

/** Bytes of an Action's code, as UTF-8. */
export const MAX_ACTION_CODE_BYTES = 100_000;
export const MAX_ACTION_DEPENDENCIES = 10;
export const MAX_ACTION_SECRETS = 30;
export const MAX_SECRET_NAME_CHARACTERS = 128;
export const MAX_SECRET_VALUE_CHARACTERS = 4_096;
/** Published versions that are kept of one Action; the oldest go first. */
export const MAX_ACTION_VERSIONS = 50;
export const MAX_ACTIONS_PER_TRIGGER = 20;
