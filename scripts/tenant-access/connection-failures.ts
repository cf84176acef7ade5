import { diskErrorNamed } from '../base/disk-error.ts';
import { AnswerTooLong } from '../base/fetch-whole.ts';
import { Problem } from '../base/problem.ts';
import { variablePlace } from './target.ts';
import type { DeployTarget } from './target.ts';

/** Failures of a connection that was there. Without one (a wrong name or port, a bad certificate), waiting does not help. */
const BROKEN_OFF = [
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
  'AbortError',
  'TimeoutError',
];

/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = [
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** `fetch failed` says nothing; its cause does. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? error.cause : error;

/** What the failure is called: the code that Node or its `fetch` gives, or else the name of the error. */
function nameOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  if (!(cause instanceof Error)) return undefined;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

function inWords(error: unknown): string {
  const name = nameOf(error);
  const cause = causeOf(error);
  if (name === 'TimeoutError') return 'no answer in time';
  return cause instanceof Error && name === cause.name ? `${name} ${cause.message}` : (name ?? 'unknown');
}

/** Whether a call that failed in this way may succeed when it is made again. */
export const isBrokenOff = (error: unknown): boolean => BROKEN_OFF.includes(nameOf(error) ?? '');

/**
 * Why a tenant gave no answer, or none that anybody reads to its end.
 *
 * @param error As `fetchWhole` throws it.
 * @returns {Problem} `TENANT_CERTIFICATE`, `TENANT_UNREACHABLE`, `TENANT_ANSWER`.
 */
export function unreachable(
  { domain, variablesFile }: Pick<DeployTarget, 'domain' | 'variablesFile'>,
  error: unknown,
): Problem<'TENANT_CERTIFICATE' | 'TENANT_UNREACHABLE' | 'TENANT_ANSWER'> {
  const cause = causeOf(error);
  if (cause instanceof AnswerTooLong) {
    return new Problem({
      code: 'TENANT_ANSWER',
      message: `The answer of ${domain} does not end: ${cause.message}.`,
      place: { tenant: domain },
      cause,
    });
  }
  if (CERTIFICATE.includes(nameOf(error) ?? '')) {
    return new Problem({
      code: 'TENANT_CERTIFICATE',
      message: `The certificate of ${domain} is not trusted (${inWords(error)}).`,
      // Node reads it when it starts: from .env it would come too late.
      place: { variable: 'NODE_EXTRA_CA_CERTS', from: 'environment of your shell' },
      cause,
    });
  }
  return new Problem({
    code: 'TENANT_UNREACHABLE',
    message: `${domain} cannot be reached (${inWords(error)}).`,
    place: variablePlace('AUTH0_DOMAIN', variablesFile),
    ...(NO_MORE_FILES.includes(nameOf(error) ?? '') ? { remedy: diskErrorNamed('EMFILE').remedy } : {}),
    cause,
  });
}

/** A connection counts as an open file. */
const NO_MORE_FILES = ['EMFILE', 'ENFILE'];
