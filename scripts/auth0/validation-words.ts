import type { ErrorObject } from 'ajv';

/** Auth0 writes `options.scope[0]` where JSON pointers write `/options/scope/0`. */
export function propertyPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : path === '' ? step : `${path}.${step}`),
      '',
    );
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

const parameter = (error: ErrorObject, name: string): string => String(error.params[name]);

const lengthOf = (value: unknown): number =>
  typeof value === 'string'
    ? Array.from(value).length
    : typeof value === 'object' && value !== null
      ? Object.keys(value).length
      : 0;

function sentence(error: ErrorObject): string {
  const limit = parameter(error, 'limit');
  const value = error.data;
  switch (error.keyword) {
    case 'additionalProperties':
      return `Additional properties not allowed: ${parameter(error, 'additionalProperty')}`;
    case 'required':
      return `Missing required property: ${parameter(error, 'missingProperty')}`;
    case 'type':
      return `Expected type ${parameter(error, 'type')} but found type ${typeOf(value)}`;
    case 'enum':
      return `No enum match for: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    case 'minLength':
      return `String is too short (${lengthOf(value)} chars), minimum ${limit}`;
    case 'maxLength':
      return `String is too long (${lengthOf(value)} chars), maximum ${limit}`;
    case 'minItems':
      return `Array is too short (${lengthOf(value)}), minimum ${limit}`;
    case 'maxItems':
      return `Array is too long (${lengthOf(value)}), maximum ${limit}`;
    case 'minProperties':
      return `Too few properties defined (${lengthOf(value)}), minimum ${limit}`;
    case 'maxProperties':
      return `Too many properties defined (${lengthOf(value)}), maximum ${limit}`;
    case 'minimum':
      return `Value ${String(value)} is less than minimum ${limit}`;
    case 'maximum':
      return `Value ${String(value)} is greater than maximum ${limit}`;
    case 'pattern':
      return `String does not match pattern ${parameter(error, 'pattern')}: ${String(value)}`;
    case 'format':
      return `Object didn't pass validation for format ${parameter(error, 'format')}: ${String(value)}`;
    case 'oneOf':
    case 'anyOf':
      return `Data does not match any schemas from '${error.keyword}'`;
    default:
      return error.message ?? 'Invalid value';
  }
}

/**
 * An error of the validator in Auth0's words, e.g. `'Expected type string but found type null' on property name`.
 *
 * Not faithful: Auth0 adds the field's description in parentheses after the property's name.
 */
export function validationWords(error: ErrorObject): string {
  const path = propertyPath(error.instancePath);
  return `'${sentence(error)}'${path === '' ? '' : ` on property ${path}`}`;
}

/** Recorded (auth0/laravel-auth0#455) or documented for tokens of the Management API, by the codes of `jose`. */
const TOKEN_WORDS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'Expired token received for JSON Web Token validation',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'Invalid signature received for JSON Web Token validation',
};

/** What is wrong with a token, in the service's words. */
export const tokenWords = (error: unknown): string =>
  (error instanceof Error && 'code' in error ? TOKEN_WORDS[String(error.code)] : undefined) ??
  'Invalid token';
