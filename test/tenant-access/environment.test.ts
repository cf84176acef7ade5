import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemsIn } from '../../scripts/base/problem.ts';
import { parseEnvironmentFile } from '../../scripts/tenant-access/environment-file.ts';
import { readEnvironment } from '../../scripts/tenant-access/environment.ts';
import { problemsOf } from '../problems-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  writeFileSync(join(folder, '.env'), 'AUTH0_DOMAIN=one.example.com\nDIDIT_CLIENT_ID="of the # file"\n');
  writeFileSync(
    join(folder, '.env.production'),
    'AUTH0_DOMAIN=production.example.com\nDIDIT_CLIENT_SECRET=secret-of-the-file\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string | undefined, environment: Readonly<Record<string, string>> = {}) =>
  readEnvironment(name, environment, folder);

test.each([undefined, 'production'])(
  'no credentials are taken where Node trusts whoever answers in the name of a tenant (--env %s)',
  (name) => {
    const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';
    expect(problemsOf(() => read(name, { [variable]: '0' }))).toMatchObject([
      { code: 'VARIABLE_VALUE', place: { variable, from: 'environment of your shell' } },
    ]);
    expect(read(name, { [variable]: '1' }).has('AUTH0_DOMAIN')).toBe(true);
    // The local tenant is on this machine, and gets nothing of anybody's.
    const without = readEnvironment(undefined, { [variable]: '0' }, join(folder, 'without'));
    expect(without.get(variable)).toBe('0');
  },
);

describe('an id, a secret or a token', () => {
  test.each([
    ['AUTH0_CLIENT_SECRET', 'a line break at its end', 'marked-secret\n'],
    ['AUTH0_ACCESS_TOKEN', 'a mark that nobody sees', 'marked-\u200Bsecret'],
    ['AUTH0_CLIENT_ID', 'a blank at its start', ' marked-secret'],
    ['DIDIT_CLIENT_SECRET', 'a tab at its end', 'marked-secret\t'],
    ['DIDIT_CLIENT_ID', 'a line break in it', 'marked\nsecret'],
    ['AUTH0_MANAGEMENT_CLIENT_SECRET', 'quotes of a word processor', '\u201Cmarked-secret\u201D'],
    ['DIDIT_STEP_UP_CLIENT_SECRET', 'nothing but a blank', ' '],
  ])('%s with %s is refused, by name and not by value', (variable, _what, value) => {
    const problems = problemsOf(() => read(undefined, { [variable]: value }));
    expect(problems).toMatchObject([
      { code: 'VARIABLE_VALUE', place: { variable, from: 'environment or .env' } },
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/marked|\u200B|\u201C/);
    // Nobody asks for it where no tenant is named.
    expect(readEnvironment(undefined, { [variable]: value }, join(folder, 'without')).get(variable)).toBe(
      value,
    );
  });

  test('may be any text of letters, digits and marks, with blanks in between', () => {
    const value = fc
      .string({
        unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        minLength: 1,
      })
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(value, (text) => {
        expect(read(undefined, { DIDIT_CLIENT_SECRET: text }).get('DIDIT_CLIENT_SECRET')).toBe(text);
      }),
    );
  });
});

describe('without --env', () => {
  test('.env is read, and the environment overrides it', () => {
    const variables = read(undefined, { AUTH0_DOMAIN: 'two.example.com' });
    expect(variables.get('AUTH0_DOMAIN')).toBe('two.example.com');
    expect(variables.get('DIDIT_CLIENT_ID')).toBe('of the # file');
  });

  test('an empty variable, as a CI service makes it of a missing secret, overrides nothing', () => {
    expect(read(undefined, { AUTH0_DOMAIN: '' }).get('AUTH0_DOMAIN')).toBe('one.example.com');
  });

  describe('credentials of a file that has them', () => {
    const FILE = 'AUTH0_DOMAIN=one.example.com\nAUTH0_CLIENT_ID=a\nAUTH0_CLIENT_SECRET=secret-of-the-file\n';
    const readBeside = (text: string, environment: Readonly<Record<string, string>>) => {
      const elsewhere = mkdtempSync(join(folder, 'with-credentials-'));
      writeFileSync(join(elsewhere, '.env'), text);
      return readEnvironment(undefined, environment, elsewhere);
    };
    const CLIENT = { AUTH0_CLIENT_ID: 'b', AUTH0_CLIENT_SECRET: 'secret-of-the-shell' };

    test.each<[string, string, Readonly<Record<string, string>>]>([
      ['to another tenant', FILE, { AUTH0_DOMAIN: 'two.example.com' }],
      [
        'to a tenant where the file names none',
        FILE.replace(/.*\n/, ''),
        { AUTH0_DOMAIN: 'one.example.com' },
      ],
      ['in part', FILE, { AUTH0_DOMAIN: 'two.example.com', AUTH0_CLIENT_ID: 'b' }],
      [
        'as a token',
        `${FILE}AUTH0_ACCESS_TOKEN=secret-token\n`,
        { AUTH0_DOMAIN: 'two.example.com', ...CLIENT },
      ],
    ])('do not go %s that the shell names', (_what, text, environment) => {
      const problems = problemsOf(() => readBeside(text, environment));
      expect(problems).toMatchObject([
        { code: 'ENV_AMBIGUOUS', place: { variable: 'AUTH0_DOMAIN', from: '.env' } },
      ]);
      expect(JSON.stringify(problems)).not.toContain('secret-');
    });

    test('are not replaced by a token of the shell, which may be of another tenant', () => {
      expect(problemsOf(() => readBeside(FILE, { AUTH0_ACCESS_TOKEN: 'secret-token' }))).toMatchObject([
        { code: 'ENV_AMBIGUOUS', place: { variable: 'AUTH0_ACCESS_TOKEN', from: '.env' } },
      ]);
    });

    test.each<[string, string, Readonly<Record<string, string>>]>([
      ['the shell names the same tenant', FILE, { AUTH0_DOMAIN: 'ONE.example.com.' }],
      ['tenant and credentials come from the shell', FILE, { AUTH0_DOMAIN: 'two.example.com', ...CLIENT }],
      [
        'tenant and token come from the shell',
        FILE,
        { AUTH0_DOMAIN: 'two.example.com', AUTH0_ACCESS_TOKEN: 'x' },
      ],
      ['the shell has the secret of the same tenant', FILE, { AUTH0_CLIENT_SECRET: 'secret-of-the-shell' }],
      ['the file names the tenant alone', 'AUTH0_DOMAIN=one.example.com\n', CLIENT],
    ])('are no reason to stop where %s', (_when, text, environment) => {
      expect(() => readBeside(text, environment)).not.toThrow();
    });
  });

  test('there need not be a file', () => {
    expect([...readEnvironment(undefined, { A: 'b' }, join(folder, 'nowhere'))]).toEqual([['A', 'b']]);
  });
});

describe('with --env NAME', () => {
  test('only .env.NAME is read', () => {
    const variables = read('production', { PATH: '/bin' });
    expect(variables.get('AUTH0_DOMAIN')).toBe('production.example.com');
    expect(variables.has('DIDIT_CLIENT_ID')).toBe(false);
  });

  test('a variable that the environment sets to something else is refused, by name and not by value', () => {
    const [problem, ...others] = problemsOf(() =>
      read('production', { AUTH0_DOMAIN: 'staging.example.com', DIDIT_CLIENT_SECRET: 'secret-of-the-shell' }),
    );
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'ENV_AMBIGUOUS',
      place: { variable: 'AUTH0_DOMAIN, DIDIT_CLIENT_SECRET', from: '.env.production' },
    });
    expect(JSON.stringify(problem)).not.toContain('secret-of');
  });

  test('a variable that the environment sets to the same is no reason to stop', () => {
    const variables = read('production', { AUTH0_DOMAIN: 'production.example.com' });
    expect(variables.get('DIDIT_CLIENT_SECRET')).toBe('secret-of-the-file');
  });

  test.each([
    [
      'AUTH0_CLIENT_ID=a\nAUTH0_CLIENT_SECRET=b\n',
      { AUTH0_ACCESS_TOKEN: 'secret-token' },
      'AUTH0_ACCESS_TOKEN',
    ],
    [
      'AUTH0_ACCESS_TOKEN=a\n',
      { AUTH0_CLIENT_ID: 'of another', AUTH0_CLIENT_SECRET: 'secret-of-another' },
      'AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET',
    ],
    ['AUTH0_CLIENT_ID=a\n', { AUTH0_CLIENT_SECRET: 'secret-of-another' }, 'AUTH0_CLIENT_SECRET'],
  ])('credentials of the shell are not sent beside those of the file (%j, %j)', (text, environment, key) => {
    writeFileSync(join(folder, '.env.staging'), `AUTH0_DOMAIN=staging.example.com\n${text}`);
    const problems = problemsOf(() => read('staging', environment));
    expect(problems).toMatchObject([
      { code: 'ENV_AMBIGUOUS', place: { variable: key, from: '.env.staging' } },
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret-');
  });

  test('a name that is mistyped is told the one that was meant, and the files that there are', () => {
    const [problem] = problemsOf(() => read('productoin'));
    expect(problem?.code).toBe('ENV_FILE_MISSING');
    expect(problem?.remedy).toMatch(
      /^Write --env production if that is what you mean\. There are: .*\.env\.production/,
    );
  });

  test('credentials may all come from the shell, as in CI, or from both where they are the same', () => {
    writeFileSync(join(folder, '.env.staging'), 'AUTH0_DOMAIN=staging.example.com\nAUTH0_ACCESS_TOKEN=\n');
    const shell = { AUTH0_CLIENT_ID: 'a', AUTH0_CLIENT_SECRET: 'b' };
    expect(Object.fromEntries(read('staging', shell))).toMatchObject(shell);
    writeFileSync(
      join(folder, '.env.staging'),
      'AUTH0_DOMAIN=staging.example.com\nAUTH0_CLIENT_ID=a\nAUTH0_CLIENT_SECRET=b\n',
    );
    expect(Object.fromEntries(read('staging', shell))).toMatchObject(shell);
  });

  test.each([
    ['nowhere', 'ENV_FILE_MISSING'],
    ['../production', 'ENV_NAME_INVALID'],
  ])('--env %s is refused', (name, code) => {
    expect(problemsOf(() => read(name)).map((problem) => problem.code)).toEqual([code]);
  });
});

describe('with --env NAME and a file that names no tenant', () => {
  test.each([
    ['not at all', 'DIDIT_CLIENT_ID=one\n'],
    ['with nothing behind it', 'AUTH0_DOMAIN=\nDIDIT_CLIENT_ID=one\n'],
    ['in a comment', '# AUTH0_DOMAIN=one.example.com\n'],
  ])('(%s) nothing is taken instead: neither the local tenant nor that of the environment', (_case, text) => {
    writeFileSync(join(folder, '.env.nameless'), text);
    expect(problemsOf(() => read('nameless', { AUTH0_DOMAIN: 'of-the-shell.example.com' }))).toMatchObject([
      { code: 'ENV_TENANT_MISSING', place: { variable: 'AUTH0_DOMAIN', from: '.env.nameless' } },
    ]);
  });
});

describe('a file of variables', () => {
  const readText = (text: string): ReadonlyMap<string, string> => {
    writeFileSync(join(folder, '.env.lines'), text);
    return read('lines');
  };

  test('may begin with a byte order mark', () => {
    expect(readText('\uFEFFAUTH0_DOMAIN=one.example.com\n').get('AUTH0_DOMAIN')).toBe('one.example.com');
  });

  test.each([
    ['no =', 2, 'AUTH0_DOMAIN=one.example.com\nDIDIT_CLIENT_SECRET marked-secret\n'],
    ['no = in the first line', 1, 'AUTH0_DOMAIN one.example.com # marked-secret\nA=b\n'],
    ['another mark than =', 3, 'AUTH0_DOMAIN=one.example.com\n\nSECRET: marked-secret\n'],
    ['a name with a blank in it', 2, 'AUTH0_DOMAIN=one.example.com\r\nMY SECRET=marked-secret\r\n'],
    ['no name', 2, 'AUTH0_DOMAIN=one.example.com\n=marked-secret\n'],
    ['a byte order mark before the name', 2, 'AUTH0_DOMAIN=one.example.com\n\uFEFFA=marked-secret\n'],
    ['a quote that nobody ends', 2, 'AUTH0_DOMAIN=one.example.com\nA="marked-secret\nB=c\n'],
    ['a quote that the next line ends', 2, 'AUTH0_DOMAIN=a.example.com\nA="marked-secret\nB="c"\n'],
    ['more behind the quotes', 2, 'AUTH0_DOMAIN=one.example.com\nA="marked"-secret\n'],
    ['a # in a value, which would end there', 1, 'A=marked-secret#1\nAUTH0_DOMAIN=one.example.com\n'],
    ['a # at its start', 1, 'A=#marked-secret\nAUTH0_DOMAIN=one.example.com\n'],
    ['a blank at its end that is none', 1, 'A=marked-secret\u00A0\nAUTH0_DOMAIN=one.example.com\n'],
    ['a mark that nobody sees', 1, 'A=\u200Bmarked-secret\nAUTH0_DOMAIN=one.example.com\n'],
    ['ends of lines of long ago', 1, 'A=marked-secret\rAUTH0_DOMAIN=one.example.com\r'],
    [
      'a variable that is set again',
      3,
      'AUTH0_DOMAIN=a.example.com\nA=marked-secret\nexport AUTH0_DOMAIN=b.example.com\n',
    ],
    ['one that is set again to nothing', 2, 'AUTH0_DOMAIN=a.example.com\nAUTH0_DOMAIN=\nA=marked-secret\n'],
    [
      'a blank behind =, with which the next line is the value',
      2,
      'AUTH0_DOMAIN=a.example.com\nA= \nB=marked-secret\n',
    ],
  ])('with %s is refused with the line, and without what stands there', (_case, line, text) => {
    const problems = problemsOf(() => readText(text));
    expect(problems).toMatchObject([{ code: 'ENV_FILE_LINE', place: { file: '.env.lines', line } }]);
    expect(JSON.stringify(problems)).not.toContain('marked-secret');
  });

  test.each(['"', "'", '`'])('may have values of several lines in %s', (quote) => {
    const key = '-----BEGIN KEY-----\nno assignment\nA=b\n\n# none either\n-----END KEY-----';
    const variables = readText(`KEY=${quote}${key}${quote}\nAUTH0_DOMAIN=one.example.com\n`);
    expect(Object.fromEntries(variables)).toEqual({ KEY: key, AUTH0_DOMAIN: 'one.example.com' });
  });

  test('says what is written in it, or is refused', () => {
    const tricky = fc.string({
      unit: fc.constantFrom(...Array.from('ab=$\\:#"\'` \t\u00A0\u200B\r')),
      maxLength: 8,
    });
    let read: Readonly<Record<string, string | undefined>>;
    let accepted = 0;
    fc.assert(
      fc.property(tricky, (value) => {
        try {
          read = parseEnvironmentFile(`A=${value}\nB=2\n`, '.env');
        } catch (error) {
          expect(problemsIn(error)).not.toEqual([]);
          return;
        }
        accepted += 1;
        const { A = '', ...others } = read;
        expect(others).toEqual({ B: '2' });
        // As it stands, or in quotes; after it a comment, blanks, or nothing.
        const said = ['', '"', "'", '`'].some((quote) => {
          const text = `${quote}${A}${quote}`;
          const [before = '', after = ''] = value.startsWith(text)
            ? ['', value.slice(text.length)]
            : value.split(text);
          return (
            /^[ \t]*$/.test(before) &&
            (quote === '' ? /^(?:[ \t]+#.*\r?|[ \t]*\r?)$/ : /^[ \t]*(?:#.*\r?|\r?)$/).test(after)
          );
        });
        expect(said, JSON.stringify([value, A])).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test('may have comments, blank lines, export and blanks around =', () => {
    const text = '# a comment\n\n  export AUTH0_DOMAIN = one.example.com\n\t# more\nEMPTY=\nA="a # b" # c\n';
    expect(Object.fromEntries(readText(text))).toEqual({ AUTH0_DOMAIN: 'one.example.com', A: 'a # b' });
  });
});

test('.env.example can be filled in as it is', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  writeFileSync(
    join(folder, '.env.example'),
    example.replace('AUTH0_DOMAIN=', 'AUTH0_DOMAIN=one.example.com'),
  );
  expect([...read('example')]).toEqual([['AUTH0_DOMAIN', 'one.example.com']]);
});
