import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Store } from '../store/store.ts';

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

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** `localhost` and 127.0.0.1 alone, in DER. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10 */
const NAME_CONSTRAINTS = {
  type: '2.5.29.30',
  value: Buffer.from(
    ['301ba019', '300b8209', Buffer.from('localhost').toString('hex'), '300a8708', '7f000001ffffffff'].join(
      '',
    ),
    'hex',
  ),
};

/**
 * In DER, the extension that names the key which has signed. Strict clients want it (Python does since 3.13); certificates of
 * earlier versions have none. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.1
 */
const AUTHORITY_KEY_IDENTIFIER = Buffer.from('0603551d23', 'hex');
const namesItsSigner = (pem: string): boolean =>
  Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64').includes(AUTHORITY_KEY_IDENTIFIER);

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/**
 * A certificate for `localhost` and `127.0.0.1`, from a certificate authority that exists for it only. Whoever trusts the
 * authority trusts it for these two names alone, and nobody can sign anything else with it: its key is thrown away. The
 * certificate is kept in the store (readable by the owner only), and made anew, with its authority, when half of its 397 days
 * have passed.
 */
export async function issueServerCertificate(store: Store): Promise<ServerCertificate> {
  const certificates = store.collection<CertificateDocument>('server-certificate');
  // Earlier versions kept the key of an authority that could sign for every host.
  const wasUnlimited = store.collection<object>('certificate-authority').delete('current');
  const kept = certificates.get('current');
  const isUsable = !wasUnlimited && kept !== undefined && namesItsSigner(kept.certificate);
  if (isUsable && kept.validUntil > daysFromNow(RENEWED_BEFORE_DAYS).getTime()) return kept;
  const validUntil = daysFromNow(CERTIFICATE_DAYS);
  const issued = await issue(validUntil);
  certificates.put('current', { ...issued, validUntil: validUntil.getTime() });
  return issued;
}

async function issue(notAfter: Date): Promise<ServerCertificate> {
  // Loaded when something is to be made: it takes longer than the rest of a tenant's start.
  const x509 = await import('@peculiar/x509');
  const { KeyUsageFlags, X509CertificateGenerator } = x509;
  x509.cryptoProvider.set(webcrypto);
  const keyPair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serialNumber = () => `01${randomBytes(8).toString('hex')}`;
  const [authorityKeys, keys] = [await keyPair(), await keyPair()];
  // Whoever trusts the authorities of two tenants tells them apart by their names alone.
  const name = `CN=Local tenant ${randomBytes(4).toString('hex')} (throw-away certificate authority)`;
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    notBefore: daysFromNow(-1),
    notAfter: daysFromNow(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new x509.Extension(NAME_CONSTRAINTS.type, true, new Uint8Array(NAME_CONSTRAINTS.value)),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: name,
    notBefore: daysFromNow(-1),
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: certificate.toString('pem'),
    privateKey: createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
      .export({ format: 'pem', type: 'pkcs8' })
      .toString(),
    authority: authority.toString('pem'),
  };
}

/** Lets this thread's HTTPS calls (`fetch` included) trust the tenant's authority beside the usual ones. */
export function trustAuthority(authority: string): void {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}
