import { randomBytes } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Store } from '../store/store.ts';

interface AuthorityDocument {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ServerCertificate {
  /** PEM, with its key in PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** PEM of the throw-away authority that signed it: what clients are told to trust. */
  readonly authority: string;
}

interface CertificateDocument extends ServerCertificate {
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

const AUTHORITY_DAYS = 3650;
/** What browsers still accept of a certificate from a private authority. */
const CERTIFICATE_DAYS = 397;
/** A tenant that is started now may run for months. */
const RENEWED_BEFORE_DAYS = 200;

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/** Loaded when something is to be made: it takes longer than the rest of a tenant's start. */
const generator = async () => (await import('selfsigned')).generate;

/**
 * A certificate for `localhost` and `127.0.0.1`, from a certificate authority that exists for this tenant only. Both are kept in the
 * store (readable by the owner only): a client which trusts the authority goes on working. The certificate is made anew when half of
 * its 397 days have passed.
 */
export async function issueServerCertificate(store: Store): Promise<ServerCertificate> {
  const certificates = store.collection<CertificateDocument>('server-certificate');
  const kept = certificates.get('current');
  if (kept !== undefined && kept.validUntil > daysFromNow(RENEWED_BEFORE_DAYS).getTime()) return kept;

  const authorities = store.collection<AuthorityDocument>('certificate-authority');
  let authority = authorities.get('current');
  if (authority === undefined) {
    authority = await createAuthority();
    authorities.put('current', authority);
  }
  const validUntil = daysFromNow(CERTIFICATE_DAYS);
  const generate = await generator();
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: validUntil,
    ca: { key: authority.privateKey, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const issued = { certificate: leaf.cert, privateKey: leaf.private, authority: authority.certificate };
  certificates.put('current', { ...issued, validUntil: validUntil.getTime() });
  return issued;
}

async function createAuthority(): Promise<AuthorityDocument> {
  const generate = await generator();
  // Whoever trusts the authorities of two tenants tells them apart by their names alone.
  const id = randomBytes(4).toString('hex');
  const made = await generate(
    [{ name: 'commonName', value: `Local tenant ${id} (throw-away certificate authority)` }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: daysFromNow(AUTHORITY_DAYS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  );
  return { certificate: made.cert, privateKey: made.private };
}

/** Lets this thread's HTTPS calls (`fetch` included) trust the tenant's authority beside the usual ones. */
export function trustAuthority(authority: string): void {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}
