import {
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  calculateJwkThumbprint,
} from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { Store } from './store/store.ts';

interface SigningKeyDocument {
  readonly privateKey: string;
  readonly publicKey: string;
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
  const publicKey = await importSPKI(document.publicKey, SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    privateKey: await importPKCS8(document.privateKey, SIGNING_ALGORITHM),
    publicKey,
    jwk: { ...jwk, kid, use: 'sig', alg: SIGNING_ALGORITHM },
  };
}
