import {
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  calculateJwkThumbprint,
} from 'jose';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import type { Store } from './store/store.ts';

interface SigningKeyDocument {
  readonly privateKey: string;
  readonly publicKey: string;
  /** DER in base64; not there in a store of before. */
  readonly certificate?: string;
}

export interface SigningKeys {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The public key as `/.well-known/jwks.json` shows it. */
  readonly jwk: JWK;
}

/** Auth0's default signing algorithm for ID tokens and access tokens. */
export const SIGNING_ALGORITHM = 'RS256';

const CERTIFICATE_YEARS = 13;

/** The certificate that clients find beside the key (`x5c`, `x5t`): the key vouches for itself. */
async function selfSigned(keys: webcrypto.CryptoKeyPair): Promise<string> {
  // Loaded when it is made: it takes longer than the rest of a tenant's start.
  const { X509CertificateGenerator, cryptoProvider } = await import('@peculiar/x509');
  cryptoProvider.set(webcrypto);
  const notBefore = new Date();
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + CERTIFICATE_YEARS);
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const name = 'CN=localhost';
  const made = await X509CertificateGenerator.createSelfSigned({
    ...{ name, keys, notBefore, notAfter, signingAlgorithm, serialNumber: randomBytes(8).toString('hex') },
  });
  return Buffer.from(made.rawData).toString('base64');
}

/**
 * The tenant's token-signing key: made once, then kept in the store, so that tokens outlive a restart.
 */
export async function openSigningKeys(store: Store): Promise<SigningKeys> {
  const documents = store.collection<SigningKeyDocument>('signing-keys');
  let document = documents.get('current');
  if (document === undefined) {
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    document = {
      privateKey: await exportPKCS8(pair.privateKey),
      publicKey: await exportSPKI(pair.publicKey),
    };
    documents.put('current', document);
  }
  const privateKey = await importPKCS8(document.privateKey, SIGNING_ALGORITHM);
  const publicKey = await importSPKI(document.publicKey, SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const certificate = document.certificate ?? (await selfSigned({ privateKey, publicKey }));
  if (document.certificate === undefined) documents.put('current', { ...document, certificate });
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    privateKey,
    publicKey,
    jwk: {
      ...{ ...jwk, kid, use: 'sig', alg: SIGNING_ALGORITHM, x5c: [certificate] },
      x5t: createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url'),
    },
  };
}
