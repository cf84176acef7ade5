import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyPath } from '../any-text.ts';
import {
  hideCredentials,
  hideUrlSecrets,
  hideUrlValues,
  hideUserInfo,
} from '../../scripts/secrets/secret-in-url.ts';

test.each([
  ['https://user:SECRET@a.example/token', 'https://[hidden]@a.example/token'],
  ['https://SECRET@a.example', 'https://[hidden]@a.example'],
  ['https://user:SEC@RET@a.example/', 'https://[hidden]@a.example/'],
  ['https://a.example/token?api_key=SECRET&x=SECRET', 'https://a.example/token?api_key=[hidden]&x=[hidden]'],
  ['https://a.example/token?SECRET', 'https://a.example/token?[hidden]'],
  ['https://a.example/token#SECRET', 'https://a.example/token#[hidden]'],
  ['https://a.example/?a=SE?CRET', 'https://a.example/?a=[hidden]'],
  [
    'options.tokenURL: https://u:SECRET@a.example/?k=SECRET → none',
    'options.tokenURL: https://[hidden]@a.example/?k=[hidden] → none',
  ],
  ['https://a.example/token', 'https://a.example/token'],
  // A backslash counts as a slash: this is an address on a.example.
  ['https://a.example\\@b.example', 'https://a.example\\@b.example'],
  ['mail to admin@a.example?', 'mail to admin@a.example?'],
])('of %s, %s is shown', (text, shown) => {
  expect(hideUrlValues(text)).toBe(shown);
});

test('where queries are no secrets, only name and password are hidden', () => {
  expect(hideUserInfo('https://user:SECRET@a.example/callback?tenant=1')).toBe(
    'https://[hidden]@a.example/callback?tenant=1',
  );
});

test('nothing of name, password and query is left, and the address still leads to the same path on the same host', () => {
  const part = fc.stringMatching(/^Q[\w!$:;,@'"(){}[\]|~-]{0,12}Q$/);
  fc.assert(
    fc.property(
      part,
      part,
      anyPath.map((path) => path.replaceAll('Q', 'q')),
      (password, secret, path) => {
        const address = new URL(`https://user@a.example:8443${path}`);
        address.password = password;
        address.search = `?key=${secret}&${secret}`;
        const shown = hideUrlValues(`to ${address.href} from now on`);
        expect(shown).not.toContain('Q');
        const [, written = ''] = shown.split(' ');
        expect([new URL(written).host, new URL(written).pathname]).toEqual([address.host, address.pathname]);
      },
    ),
  );
});

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl';

test.each([
  [`call it with ${JWT} please`, 'call it with [hidden] please'],
  [`Bearer ${JWT} goes first`, 'Bearer [hidden] goes first'],
  ['authorization: bearer abcdefgh.12345678/~+==; then', 'authorization: bearer [hidden]; then'],
  [
    'key -----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\nQQ==\n-----END RSA PRIVATE KEY----- end',
    'key -----BEGIN RSA PRIVATE KEY-----[hidden]-----END RSA PRIVATE KEY----- end',
  ],
  ['Bearer of good news, a sentence', 'Bearer of good news, a sentence'],
  ['eyJ is how a JWT begins.', 'eyJ is how a JWT begins.'],
  [`https%3A%2F%2Fa.example%3Ft%3D${JWT}%26x`, 'https%3A%2F%2Fa.example%3Ft%3D[hidden]%26x'],
  [JSON.stringify(`token:\n${JWT}\n`), '"token:\\n[hidden]\\n"'],
  [`a\\u003d${JWT}, a\\x3d${JWT}`, 'a\\u003d[hidden], a\\x3d[hidden]'],
  ['authorization%3A%20Bearer%20abcdefgh.12345678', 'authorization%3A%20Bearer%20[hidden]'],
  [
    JSON.stringify('-----BEGIN PRIVATE KEY-----\nMIIE+/=\r\nQQ==\n-----END PRIVATE KEY-----'),
    '"-----BEGIN PRIVATE KEY-----[hidden]-----END PRIVATE KEY-----"',
  ],
  // Nothing that runs is hidden behind something that looks like a credential.
  ['-----BEGIN PRIVATE KEY-----";steal()', '-----BEGIN PRIVATE KEY-----";steal()'],
  ['Bearer (await steal(everything))', 'Bearer (await steal(everything))'],
])('of credentials in %j, %j is shown', (text, shown) => {
  expect(hideCredentials(text)).toBe(shown);
  expect(hideUrlSecrets(text)).toBe(shown);
});
