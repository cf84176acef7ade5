/**
 * What Auth0 allows an Action, with the unit in each name. "kB" is read as 1,000 bytes, since the documentation does not
 * say which it means: what passes here then passes there.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */

/** For all Actions of the trigger together; a redirect starts a new count. */
export const TRIGGER_TIMEOUT_MILLISECONDS = 20_000;

/** Kept of what one Action writes to `console`. */
export const MAX_LOG_CHARACTERS_PER_ACTION = 256;

export const MAX_CACHE_ENTRIES = 20;
export const MAX_CACHE_KEY_BYTES = 64;
export const MAX_CACHE_VALUE_BYTES = 4_000;
/** All keys and values together. */
export const MAX_CACHE_BYTES = 8_000;
export const MAX_CACHE_LIFETIME_MILLISECONDS = 24 * 60 * 60 * 1_000;
/** The documentation says 15 minutes in one place and 24 hours in another: the shorter, since entries may vanish anyway. */
export const DEFAULT_CACHE_LIFETIME_MILLISECONDS = 15 * 60 * 1_000;

export const MAX_TRANSACTION_KEY_CHARACTERS = 64;
export const MAX_TRANSACTION_VALUE_BYTES = 8_000;
/** All keys and values together. */
export const MAX_TRANSACTION_BYTES = 16_000;

/** For each of `user_metadata` and `app_metadata`, in one login. */
export const MAX_USER_METADATA_BYTES_PER_LOGIN = 32_000;

/** Of all custom claims of one token, as JSON. */
export const MAX_CLAIMS_BYTES = 100_000;
export const MAX_SCOPE_CHARACTERS = 280;
/** By all Actions of a login. */
export const MAX_ADDED_SCOPES = 1_000;

/** Of a session or a refresh token. */
export const MAX_TOKEN_METADATA_KEYS = 25;
export const MAX_TOKEN_METADATA_CHARACTERS = 255;

export const MAX_PRIMARY_USER_ID_CHARACTERS = 128;
export const MAX_VALIDATION_ERROR_CHARACTERS = 100;
export const MAX_REVOCATION_REASON_CHARACTERS = 1_024;

export const MAX_PROMPT_ID_CHARACTERS = 48;
/** Of each of `fields` and `vars`. */
export const MAX_PROMPT_OPTIONS = 24;
export const MAX_PROMPT_OPTIONS_BYTES = 24 * 1_024;

export const DEFAULT_REDIRECT_TOKEN_SECONDS = 900;

export const MAX_SAML_ATTRIBUTES = 100;
export const MAX_SAML_ATTRIBUTE_NAME_BYTES = 1_024;
export const MAX_SAML_ATTRIBUTE_VALUE_CHARACTERS = 2_048;
/** The documentation says 10 kB; Auth0's own code says this. */
export const MAX_SAML_ATTRIBUTES_BYTES = 102_400;
export const MAX_SAML_NAME_IDENTIFIER_PROBES = 10;

// Not Auth0's figures: what keeps the machine alive when an Action hogs memory or many people log in at once.

export const WORKER_HEAP_MEGABYTES = 128;
export const WORKER_STACK_MEGABYTES = 4;
export const MAX_WORKERS_AT_ONCE = 8;

/**
 * Of the process that runs Actions, with its threads at rest, and for each thread that is at work: Buffers are not in a thread's
 * heap.
 */
export const RUNNER_MEGABYTES = 320;
export const RUNNER_MEGABYTES_PER_WORKER = 192;

/** Milliseconds that the top level of an Action's code may take when it is only loaded. */
export const LOAD_TIMEOUT_MILLISECONDS = 10_000;

/**
 * How many times its limit a run may take, at most, where a busy machine keeps it from computing. Not more: code
 * that blocks its thread without computing looks starved, too.
 */
export const STARVED_TIMES = 2;

/** All that one run says of itself: its trace, its result, and the bodies of its requests. */
export const MAX_OUTPUT_BYTES_PER_RUN = 16_000_000;

/** What goes at once between a process and its runner. */
export const MAX_FRAME_BYTES = 64_000_000;
