import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declareVariables } from '../declare-variables.ts';
import { literalSecrets } from '../../scripts/tenant-config/literal-secrets.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const found = (text: string) => literalSecrets(parseTenantFile(declareVariables(text), 'tenant.yaml'));

const ACTION_SECRET =
  "- name: AUTH0_MANAGEMENT_CLIENT_SECRET\n        value: '##AUTH0_MANAGEMENT_CLIENT_SECRET##'";

/** The shipped file with another secret of its first Action. */
const withActionSecret = (name: string, value: string): string => {
  if (!shipped.includes(ACTION_SECRET)) throw new Error('tenant.yaml has no such secret');
  return shipped.replace(
    ACTION_SECRET,
    () => `- name: ${JSON.stringify(name)}\n        value: ${JSON.stringify(value)}`,
  );
};

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

describe('a secret that stands in tenant.yaml itself', () => {
  test('is found as the secret of the connection, with its place and what to write', () => {
    const text = shipped.replace("'##DIDIT_CLIENT_SECRET##'", 'marked-secret');
    expect(found(text)).toMatchObject([
      {
        code: 'SECRET_IN_FILE',
        place: {
          file: 'tenant.yaml',
          line: lineOf(text, 'client_secret: marked'),
          key: 'connections.0.options.client_secret',
        },
        remedy: expect.stringContaining("'##DIDIT_CLIENT_SECRET##'") as string,
      },
    ]);
  });

  test.each(['PARTNER_SECRET', 'PARTNER_TOKEN', 'CONTRACTS_KEY', 'PARTNER_PASSWORD', 'partner-api-key'])(
    'is found as %s of an Action, and never repeated',
    (name) => {
      fc.assert(
        // Long enough to be nothing that a sentence says anyway.
        fc.property(fc.stringMatching(/^[\w#@.-]{20,60}$/), (value) => {
          fc.pre(!/##[^#]+##|@@[^@]+@@/.test(value));
          const problems = found(withActionSecret(name, value));
          expect(problems).toMatchObject([
            { code: 'SECRET_IN_FILE', place: { key: 'actions.0.secrets.2.value' } },
          ]);
          for (const { message, remedy } of problems) expect(`${message} ${remedy}`).not.toContain(value);
        }),
        { numRuns: 20 },
      );
    },
  );

  test.each([
    ['PARTNER_URL', 'https://partner.example.com'],
    ['PARTNER_SECRET', '##PARTNER_SECRET##'],
    ['PARTNER_TOKEN', '@@PARTNER_TOKEN@@'],
  ])('is not: %s with the value %s', (name, value) => {
    expect(found(withActionSecret(name, value))).toEqual([]);
  });

  test('is not in the file as it is shipped, with the name of the connection as a secret of Actions', () => {
    expect(shipped).toContain('- name: DIDIT_CONNECTION\n        value: didit');
    expect(found(shipped)).toEqual([]);
  });

  const OPTIONS = /^ {6}client_id: .*$/m;
  const APPLICATION = /^ {4}client_metadata:$/m;
  const JWT = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJ4In0', 'c2ln'].join('.');

  test.each([
    ['a header', OPTIONS, "      customHeaders: { X-Api-Key: 'marked-value' }", 'X-Api-Key'],
    ['a bearer token', OPTIONS, "      customHeaders: { X-Trace: 'Bearer marked-value' }", 'X-Trace'],
    ['an address', OPTIONS, "      userInfoURL: 'https://me:marked-value@id.example.com/'", 'userInfoURL'],
    ['a query', OPTIONS, "      pictureURL: 'https://id.example.com/?api_key=marked-value'", 'pictureURL'],
    [
      'a parameter',
      OPTIONS,
      '      upstream_params: { client_secret: { value: marked-value } }',
      'client_secret',
    ],
    ['metadata', APPLICATION, '      billing_secret: marked-value', 'billing_secret'],
    ['a token in metadata', APPLICATION, `      note: ${JWT}`, 'note'],
    ['a token in a sentence', APPLICATION, `      note: 'call it with ${JWT}, please'`, 'note'],
    [
      'a bearer token in a sentence',
      APPLICATION,
      "      note: 'send Bearer marked-value-of-theirs along'",
      'note',
    ],
    ['a token in a path', OPTIONS, `      userInfoURL: 'https://id.example.com/${JWT}/me'`, 'userInfoURL'],
  ])('is found as %s', (_what, before, line, name) => {
    const [at = ''] = before.exec(shipped) ?? [];
    expect(at).not.toBe('');
    const text = shipped.replace(at, () => `${at}\n${line}`);
    const problems = found(text);
    expect(problems).toMatchObject([
      { code: 'SECRET_IN_FILE', place: { line: lineOf(declareVariables(text), line.trim()) } },
    ]);
    expect(problems[0]?.message).toContain(`the value of ${name}.`);
    expect(`${problems[0]?.message ?? ''} ${problems[0]?.remedy ?? ''}`).not.toContain('marked-value');
  });

  test.each([
    ['an address without a credential', OPTIONS, "      userInfoURL: 'https://id.example.com/?hd=x'"],
    ['a sentence', APPLICATION, "      note: 'Bearer of good news, and of https://id.example.com/?key=none'"],
    ['a public key', APPLICATION, '      publishable_key: pk_live_1'],
  ])('is not: %s', (_what, before, line) => {
    const [at = ''] = before.exec(shipped) ?? [];
    expect(found(shipped.replace(at, () => `${at}\n${line}`))).toEqual([]);
  });
});
