import { generate } from 'selfsigned';
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

const AUTHORITY_DAYS = 3650;
/** What browsers still accept of a certificate from a private authority. */
const CERTIFICATE_DAYS = 397;

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/**
 * A certificate for `localhost` and `127.0.0.1`, from a certificate authority that exists for this tenant only. The
 * authority is made once and kept in the store (readable by the owner only), so that a client which trusts it goes on
 * working; the certificate is new at each start.
 */
export async function issueServerCertificate(store: Store): Promise<ServerCertificate> {
  const authorities = store.collection<AuthorityDocument>('certificate-authority');
  let authority = authorities.get('current');
  if (authority === undefined) {
    authority = await createAuthority();
    authorities.put('current', authority);
  }
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: daysFromNow(CERTIFICATE_DAYS),
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
  return { certificate: leaf.cert, privateKey: leaf.private, authority: authority.certificate };
}

async function createAuthority(): Promise<AuthorityDocument> {
  const made = await generate(
    [{ name: 'commonName', value: 'Local tenant (throw-away certificate authority)' }],
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
