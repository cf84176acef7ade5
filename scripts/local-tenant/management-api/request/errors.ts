import type { JsonObject } from '../../../base/json-values.ts';

const ERROR_NAMES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
} as const;

export type ErrorStatus = keyof typeof ERROR_NAMES;

/**
 * A refusal of the Management API. The words follow the service's own where they are known from recordings or public
 * reports, because tools match on them (auth0-deploy-cli waits on `must be in the 'built' state`, for one).
 */
export class ApiError extends Error {
  readonly status: ErrorStatus;
  readonly errorCode: string | undefined;

  constructor(status: ErrorStatus, message: string, errorCode?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.errorCode = errorCode;
  }

  /** The answer's body: `{statusCode, error, message, errorCode}`. */
  body(): JsonObject {
    return {
      statusCode: this.status,
      error: ERROR_NAMES[this.status],
      message: this.message,
      ...(this.errorCode === undefined ? {} : { errorCode: this.errorCode }),
    };
  }
}

/**
 * What was asked for by id, e.g. `orNotFound(clients.get(id), 'The client does not exist', 'inexistent_client')`.
 * @throws {ApiError} 404 when it is not there.
 */
export function orNotFound<Document>(
  document: Document | undefined,
  message: string,
  errorCode?: string,
): Document {
  if (document === undefined) throw new ApiError(404, message, errorCode);
  return document;
}

export const conflict = (message: string, errorCode?: string): ApiError =>
  new ApiError(409, message, errorCode);

/** A body that breaks a rule which no JSON schema states. */
export const invalidBody = (problem: string, property?: string): ApiError =>
  new ApiError(
    400,
    `Payload validation error: '${problem}'${property === undefined ? '' : ` on property ${property}`}.`,
    'invalid_body',
  );

/** An id or name in the path that has not the form of one. */
export const invalidPath = (problem: string, parameter: string): ApiError =>
  new ApiError(400, `Path validation error: '${problem}' on property ${parameter}.`, 'invalid_uri');

/** What the tenant does not let be done to this thing, whoever asks. */
export const notSupported = (message: string): ApiError =>
  new ApiError(400, message, 'operation_not_supported');
