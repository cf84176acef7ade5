import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer, connect } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import { issueServerCertificate } from '../../../scripts/local-tenant/server/certificates.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const pair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const pem = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** An authority with the extensions of another one, and a certificate for `host` from it. */
async function forged(extensions: readonly x509.Extension[], host: string) {
  x509.cryptoProvider.set(webcrypto);
  const [authorityKeys, keys] = [await pair(), await pair()];
  const [notBefore, notAfter] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)];
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '01', name: 'CN=Forger', notBefore, notAfter, signingAlgorithm: ALGORITHM },
    ...{ keys: authorityKeys, extensions: [...extensions] },
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: '02', subject: `CN=${host}`, issuer: 'CN=Forger', notBefore, notAfter },
    ...{ signingAlgorithm: ALGORITHM, publicKey: keys.publicKey, signingKey: authorityKeys.privateKey },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  return {
    authority: authority.toString('pem'),
    certificate: certificate.toString('pem'),
    privateKey: await pem(keys.privateKey),
  };
}

/** The error of a TLS client that trusts the authority and wants `host`; `undefined` for none. */
async function refusal(
  made: { readonly authority: string; readonly certificate: string; readonly privateKey: string },
  host: string,
): Promise<string | undefined> {
  const server = createServer({ cert: made.certificate, key: made.privateKey });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername: host, ca: made.authority }, () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.once('error', (error: Error) => {
        resolve(error.message);
      });
    });
  } finally {
    server.close();
  }
}

test('clients that trust the authority accept the certificate for localhost', async () => {
  expect(await refusal(await issueServerCertificate(openStore(undefined)), 'localhost')).toBeUndefined();
});

test.each([
  ['localhost', undefined],
  ['example.com', 'permitted subtree violation'],
  ['localhost.example.com', 'permitted subtree violation'],
  ['tenant.eu.auth0.com', 'permitted subtree violation'],
])('an authority with its constraints vouches for %s: %s', async (host, error) => {
  const { authority } = await issueServerCertificate(openStore(undefined));
  const { extensions } = new x509.X509Certificate(authority);
  expect(await refusal(await forged(extensions, host), host)).toBe(error);
});

/** SHA-1 of the key's bits, as RFC 5280 has it. */
const keyIdentifier = (publicKey: KeyObject): string => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return createHash('sha1').update(Buffer.concat(point)).digest('hex');
};

test('names the keys, which strict clients want: Python refuses certificates that do not, since 3.13', async () => {
  const { authority, certificate } = await issueServerCertificate(openStore(undefined));
  const identifier = keyIdentifier(new X509Certificate(authority).publicKey);
  const [signer, signed] = [new x509.X509Certificate(authority), new x509.X509Certificate(certificate)];
  expect(signer.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toBe(identifier);
  expect(signed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(identifier);
});

test('a certificate of before, which names no key, is replaced at the next start', async () => {
  const store = openStore(undefined);
  const made = await issueServerCertificate(store);
  const { certificate } = await forged([], 'localhost');
  const validUntil = Date.now() + 397 * 86_400_000;
  store.collection<object>('server-certificate').put('current', { ...made, certificate, validUntil });
  const next = await issueServerCertificate(store);
  expect([certificate, made.certificate]).not.toContain(next.certificate);
  expect(await issueServerCertificate(store)).toMatchObject({ certificate: next.certificate });
});

test('the key of the authority is nowhere in the store', async () => {
  const store = openStore(undefined);
  const { authority, privateKey } = await issueServerCertificate(store);
  expect(new X509Certificate(authority).checkIssued(new X509Certificate(authority))).toBe(true);
  const everything = ['server-certificate', 'certificate-authority'].flatMap((name) =>
    store.collection<object>(name).all(),
  );
  const keys = JSON.stringify(everything).match(/-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----/g);
  expect(keys?.map((key) => JSON.parse(`"${key}\\n"`) as string)).toEqual([privateKey]);
});

test('an authority of before, whose key was kept, is replaced at the next start', async () => {
  const store = openStore(undefined);
  const first = await issueServerCertificate(store);
  expect((await issueServerCertificate(store)).authority).toBe(first.authority);
  store.collection<object>('certificate-authority').put('current', { privateKey: 'kept' });
  const second = await issueServerCertificate(store);
  expect(second.authority).not.toBe(first.authority);
  expect(store.collection<object>('certificate-authority').all()).toEqual([]);
});
