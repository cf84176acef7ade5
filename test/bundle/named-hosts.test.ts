import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namedHosts } from '../../scripts/bundle/named-hosts.ts';
import { readSourceFacts } from '../../scripts/bundle/source-facts.ts';

test.each([
  ['an address', `fetch('https://evil.example/x')`, ['evil.example']],
  ['a text put together', `fetch('https:' + '//' + 'evil.example' + path)`, ['evil.example']],
  ['a template', 'fetch(`https://${tenant}.evil.example/${path}`)', ['*.evil.example']],
  ['escapes', String.raw`fetch('\x68ttps\u003a//evil.example')`, ['evil.example']],
  ['a name before the host', `fetch('https://apx.didit.me@evil.example/')`, ['evil.example']],
  ['another scheme', `new WebSocket('wss://evil.example:8443')`, ['evil.example']],
  ['a host alone', `https.request({ hostname: 'evil.example.com' })`, ['evil.example.com']],
  [
    'an IP address',
    `https.request({ host: '203.0.113.7' }); fetch('http://[2001:db8::1]/')`,
    ['203.0.113.7', '[2001:db8::1]'],
  ],
  ['capitals', `fetch('HTTPS://Evil.Example')`, ['evil.example']],
  ['letters of any script', `fetch('https://bücher.example')`, ['bücher.example']],
])('the host of %s is found', (_case, code, hosts) => {
  expect(namedHosts(code)).toEqual(hosts);
});

test.each([
  ['a file', `require('./index.js')`],
  ['a property', `'event.user'`],
  ['a host that can never be reached', `new URL('/path', 'https://didit.invalid')`],
  ['a host that only a run knows', 'fetch(`https://${domain}/api/v2/users`)'],
  ['a comment', '// see https://example.com'],
])('%s is no host', (_case, code) => {
  expect(namedHosts(code)).toEqual([]);
});

test('code that is nested too deeply, or is none, may name any host, and ends nothing', () => {
  expect(namedHosts('const = 1')).toBeNull();
  const told = Array.from({ length: 14 }, (_, power) => {
    const chain = `f('https://a.example' ${"+ 'b'".repeat(2 ** power)})`;
    expect(['read', 'fault']).toContain(readSourceFacts(chain).kind);
    return namedHosts(chain);
  });
  expect(told[0]).toContain('a.exampleb');
  expect(told.at(-1)).toBeNull();
});

test('a host in a text is found wherever the text is', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), label, fc.nat(12), (labels, path, cut) => {
      const host = `${labels.join('.')}.example`;
      const text = `https://${host}/${path}`;
      const at = Math.min(cut, text.length);
      for (const code of [
        `f(${JSON.stringify(text)})`,
        `const a = { b: [${JSON.stringify(text.slice(0, at))} + ${JSON.stringify(text.slice(at))}] }`,
        `async () => { await g(\`\${x} ${text} \${y}\`) }`,
      ])
        expect(namedHosts(code)).toContain(host);
    }),
  );
});
