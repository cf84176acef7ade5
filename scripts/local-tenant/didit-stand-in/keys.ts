import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { TenantContext } from '../context.ts';

interface DiditKeyDocument {
  readonly privateKey: string;
  readonly publicJwk: JWK;
}

/** The issuer that Didit's template expects. A sample in Didit's documentation says `https://didit.me`. */
const DIDIT_ISSUER = 'https://auth.didit.me/';

/** The stand-in's own signing key, an EC P-256 one as in Didit's sample, made at first use and kept. */
async function openKey(context: TenantContext): Promise<DiditKeyDocument> {
  const documents = context.store.collection<DiditKeyDocument>('didit-keys');
  const existing = documents.get('current');
  if (existing !== undefined) return existing;
  const pair = await generateKeyPair('ES256', { extractable: true });
  const made = {
    privateKey: await exportPKCS8(pair.privateKey),
    publicJwk: await exportJWK(pair.publicKey),
  };
  // Two first requests at once must agree on one key.
  return context.store.transaction(() => {
    const meanwhile = documents.get('current');
    if (meanwhile !== undefined) return meanwhile;
    documents.put('current', made);
    return made;
  });
}

/**
 * The key set as Didit's sample shows it: no `kid`, and the curve under OpenSSL's name instead of the registered `P-256`. A
 * client that cannot cope with that would not cope with Didit either.
 */
export async function diditKeySet(context: TenantContext): Promise<{ keys: JWK[] }> {
  const { publicJwk } = await openKey(context);
  return { keys: [{ ...publicJwk, crv: 'secp256r1', use: 'sig', alg: 'ES256' }] };
}

/** Of each tenant: to import a key takes longer than to sign with it. */
const imported = new WeakMap<TenantContext, CryptoKey>();

async function signingKey(context: TenantContext): Promise<CryptoKey> {
  const known = imported.get(context);
  if (known !== undefined) return known;
  const key = await importPKCS8((await openKey(context)).privateKey, 'ES256');
  imported.set(context, key);
  return key;
}

export async function signDiditIdToken(
  context: TenantContext,
  claims: {
    readonly subject: string;
    readonly clientId: string;
    readonly nonce: string | undefined;
    readonly lifetimeSeconds: number;
  },
): Promise<string> {
  const issuedAt = Math.floor(context.now() / 1000);
  return await new SignJWT(claims.nonce === undefined ? {} : { nonce: claims.nonce })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuer(DIDIT_ISSUER)
    .setSubject(claims.subject)
    .setAudience(claims.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + claims.lifetimeSeconds)
    .sign(await signingKey(context));
}
