import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hideUrlValues, hideUserInfo } from '../../scripts/secrets/secret-in-url.ts';

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
      fc.webPath().map((path) => path.replaceAll('Q', 'q')),
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
