import type { TenantContext } from '../../context.ts';

export interface SigningCertificate {
  readonly cert: string;
  /** Its own private key, which an application's creation answers and no read does. */
  readonly key: string;
  readonly pkcs7: string;
  readonly subject: string;
}

const TEN_YEARS_MILLISECONDS = 10 * 365.25 * 86_400_000;

/**
 * The certificate of the tenant, shown as each application's `signing_keys`. Made at first use and kept.
 *
 * Not faithful: it has a key of its own, since the tenant's token-signing key never leaves its module. Nothing on the local
 * tenant verifies anything with it; tokens are verified by `/.well-known/jwks.json`.
 */
export async function signingCertificate(tenant: TenantContext): Promise<SigningCertificate> {
  const documents = tenant.store.collection<SigningCertificate>('signing-certificate');
  const kept = documents.get('current');
  if (kept !== undefined) return kept;
  // Loaded when it is needed: it takes longer than the rest of a tenant's start.
  const { generate } = await import('selfsigned');
  const commonName = tenant.domain().split(':')[0] ?? 'localhost';
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    pkcs7: true,
    notAfterDate: new Date(tenant.now() + TEN_YEARS_MILLISECONDS),
  });
  const certificate = {
    cert: made.cert,
    key: made.private,
    pkcs7: made.pkcs7 ?? '',
    subject: `/CN=${commonName}`,
  };
  documents.put('current', certificate);
  return certificate;
}
