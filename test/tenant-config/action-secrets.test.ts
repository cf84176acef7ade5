import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declareVariables } from '../declare-variables.ts';
import { describeProblem } from '../../scripts/base/problem.ts';
import type { Problem } from '../../scripts/base/problem.ts';
import { literalSecrets } from '../../scripts/tenant-config/literal-secrets.ts';
import { resolvePlaceholders } from '../../scripts/tenant-config/placeholders.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import {
  checkTenantConfig,
  validateTenantConfig,
} from '../../scripts/tenant-config/validate-tenant-config.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');
const KEY = "      - name: DIDIT_HANDOVER_KEY\n        value: '##DIDIT_HANDOVER_KEY##'\n";
const OURS = ['didit-profile-sync', 'didit-access-policy', 'didit-claims', 'didit-step-up'];

const validated = (text: string) => {
  const tenantFile = parseTenantFile(declareVariables(text), 'tenant.yaml');
  return validateTenantConfig(tenantFile, tenantFile.document.toJS());
};
function problemsOf(tenantFile: TenantFile, data: unknown): readonly Problem[] {
  const checked = checkTenantConfig(tenantFile, data);
  return 'findings' in checked ? checked.findings.map(({ problem }) => problem) : [];
}
function problemsIn(text: string): readonly Problem[] {
  const tenantFile = parseTenantFile(declareVariables(text), 'tenant.yaml');
  return problemsOf(tenantFile, tenantFile.document.toJS());
}

/** The shipped file with the entry of one Action changed. */
function inAction(name: string, change: (entry: string) => string): string {
  const start = shipped.indexOf(`  - name: ${name}\n    code:`);
  const end = shipped.indexOf(KEY, start) + KEY.length;
  if (start === -1 || end < KEY.length) throw new Error(`tenant.yaml has no ${name}`);
  const entry = shipped.slice(start, end);
  if (change(entry) === entry) throw new Error('nothing was changed');
  return shipped.slice(0, start) + change(entry) + shipped.slice(end);
}

/** @param value As it is written in the file. */
const withSecret =
  (name: string, value: string) =>
  (entry: string): string =>
    `${entry}      - name: ${name}\n        value: ${value}\n`;

const lineOf = (text: string, part: string, after = ''): number =>
  text.slice(0, text.indexOf(part, text.indexOf(after))).split('\n').length;

describe('the key with which our Actions sign what they hand on', () => {
  test.each(OURS)(
    'has to be there for %s, or every rule denies: with the line, and the lines to add',
    (name) => {
      const text = inAction(name, (entry) => entry.replace(KEY, ''));
      const problems = problemsIn(text);
      expect(problems).toMatchObject([
        {
          code: 'HANDOVER_KEY_MISSING',
          place: {
            file: 'tenant.yaml',
            line: lineOf(text, '    secrets:', `  - name: ${name}\n    code`),
            key: `actions.${OURS.indexOf(name)}.secrets`,
          },
        },
      ]);
      expect(problems[0]?.message).toContain(`"${name}"`);
      const lines = problems[0]?.remedy.split('\n').slice(1).join('\n') ?? '';
      // Copied to where the remedy says, they are all that it takes.
      expect(validated(inAction(name, (entry) => `${entry.replace(KEY, '')}${lines}\n# added\n`))).toEqual(
        validated(shipped),
      );
    },
  );

  test('has to be there where an Action of ours has no secrets at all; then the lines begin with their list', () => {
    const text = inAction('didit-claims', (entry) => entry.slice(0, entry.indexOf('    secrets:')));
    const [problem] = problemsIn(text);
    expect(problem).toMatchObject({
      code: 'HANDOVER_KEY_MISSING',
      place: { line: lineOf(text, '- name: didit-claims\n    code') },
    });
    const lines = problem?.remedy.split('\n').slice(1).join('\n');
    expect(lines).toBe(`    secrets:\n${KEY}`.trimEnd());
  });

  test.each([
    ['a variable, which somebody may know', "'##MY_KEY##'"],
    ['a value in the file', 'a-key-that-everybody-knows-0123456789'],
  ])('has to be the one that the deploy makes, not %s', (_case, value) => {
    const text = inAction('didit-access-policy', (entry) => entry.replace("'##DIDIT_HANDOVER_KEY##'", value));
    expect(problemsIn(text).map(({ code }) => code)).toContain('HANDOVER_KEY_MISSING');
    expect(problemsIn(text).map(describeProblem).join('\n')).not.toContain('everybody-knows');
  });

  test('has to be there once', () => {
    const text = inAction('didit-claims', withSecret('DIDIT_HANDOVER_KEY', "'##MY_KEY##'"));
    expect(problemsIn(text).map(({ code }) => code)).toEqual(['TENANT_FILE_REFERENCE']);
  });

  test('may be written in both forms of a placeholder', () => {
    const text = inAction('didit-claims', (entry) =>
      entry.replaceAll('##DIDIT', '@@DIDIT').replaceAll('KEY##', 'KEY@@'),
    );
    expect(problemsIn(text)).toEqual([]);
  });

  test('is none of the business of code that is not ours, under whatever name', () => {
    const text = inAction('didit-claims', (entry) =>
      entry.replace('dist/actions/didit-claims.js', 'own/didit-claims.js').replace(KEY, ''),
    );
    expect(problemsIn(text)).toEqual([]);
  });

  test.each([
    ['display_name: Didit\n', "display_name: '##DIDIT_HANDOVER_KEY##'\n", 'connections.0.display_name'],
    [
      "client_secret: '##DIDIT_CLIENT_SECRET##'",
      "client_secret: '##DIDIT_HANDOVER_KEY##'",
      'connections.0.options.client_secret',
    ],
    [
      '      didit_policy: require=verified\n',
      "      note: 'key ##DIDIT_HANDOVER_KEY##'\n",
      'clients.1.client_metadata.note',
    ],
    [
      "value: '##AUTH0_DOMAIN##'",
      "value: '##AUTH0_DOMAIN## @@DIDIT_HANDOVER_KEY@@'",
      'actions.0.secrets.0.value',
    ],
  ])('can stand nowhere else, where it would be sent as it is written: %s', (from, to, key) => {
    const text = shipped.replace(from, to);
    expect(text).not.toBe(shipped);
    expect(problemsIn(text)).toMatchObject([{ code: 'PLACEHOLDER_MISPLACED', place: { key } }]);
  });

  test('takes no value where placeholders are filled in, whatever there is for it', () => {
    const file = parseTenantFile("a: ['##DIDIT_HANDOVER_KEY##', '@@DIDIT_HANDOVER_KEY@@']\n", 'tenant.yaml');
    for (const values of [new Map(), new Map([['DIDIT_HANDOVER_KEY', 'planted']])])
      expect(resolvePlaceholders(file, values)).toEqual({
        a: ['##DIDIT_HANDOVER_KEY##', '@@DIDIT_HANDOVER_KEY@@'],
      });
  });

  test('written out for an Action of somebody’s own is refused with the placeholder, and no variable, to write', () => {
    const text = inAction('didit-claims', (entry) =>
      entry
        .replace('dist/actions/didit-claims.js', 'own/didit-claims.js')
        .replace("'##DIDIT_HANDOVER_KEY##'", 'written-out'),
    );
    const [problem] = literalSecrets(parseTenantFile(declareVariables(text), 'tenant.yaml'));
    expect(problem).toMatchObject({ code: 'SECRET_IN_FILE' });
    expect(problem?.remedy).toBe(
      "Write '##DIDIT_HANDOVER_KEY##': the deploy makes the value, and no variable has to be set.",
    );
  });
});

describe('DIDIT_CONNECTION', () => {
  const named = (value: string): string =>
    inAction('didit-access-policy', (entry) => entry.replace('value: didit\n', `value: ${value}\n`));

  test.each([
    [
      'names no connection of the file',
      'didi',
      'TENANT_FILE_REFERENCE',
      'Write "didit" if that is what you mean.',
    ],
    ['has a blank before it', "' didit'", 'SETTING_INVALID', 'Write the name of the connection'],
    ['has a line break after it', '"didit\\n"', 'SETTING_INVALID', 'Write the name of the connection'],
    ['is blank', "'  '", 'SETTING_INVALID', 'Write the name of the connection'],
    ['is empty', "''", 'TENANT_FILE_VALUE', 'write a value'],
  ])('that %s is an error, with its line and a remedy', (_case, value, code, remedy) => {
    const text = named(value);
    const problems = problemsIn(text);
    expect(problems).toMatchObject([
      {
        code,
        place: {
          line: lineOf(text, '        value:', 'didit-access-policy\n    code'),
          key: 'actions.1.secrets.0.value',
        },
      },
    ]);
    expect(problems[0]?.remedy).toContain(remedy);
  });
});

describe('DIDIT_RECORD_KEY', () => {
  const withKey = (value: string): string =>
    inAction('didit-profile-sync', withSecret('DIDIT_RECORD_KEY', JSON.stringify(value)));

  test.each(['didit', 'didit_record', 'didit_2'])('may be %s, and stand in the file as it is', (value) => {
    const text = withKey(value);
    expect(problemsIn(text)).toEqual([]);
    expect(literalSecrets(parseTenantFile(declareVariables(text), 'tenant.yaml'))).toEqual([]);
  });

  test.each([
    ['the name of the snapshot', 'didit_profile'],
    ['a key of somebody else', 'profile'],
    ['with a blank', 'didit '],
    ['in capitals', 'Didit'],
    ['too long', `didit_${'x'.repeat(41)}`],
  ])('is an error with its line as %s', (_case, value) => {
    const text = withKey(value);
    expect(problemsIn(text)).toMatchObject([
      {
        code: 'SETTING_INVALID',
        place: { line: lineOf(text, `value: ${JSON.stringify(value)}`), key: 'actions.0.secrets.5.value' },
      },
    ]);
  });

  test('is never repeated in an error: somebody may have written a secret there', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9-]{20,40}$/), (value) => {
        const [problem] = problemsIn(withKey(value));
        expect(problem && describeProblem(problem).text).not.toContain(value);
      }),
      { numRuns: 20 },
    );
  });

  test('has to be the same for all Actions that have it', () => {
    const text = withKey('didit_one').replace(
      /(didit-claims\n {4}code[^]*?KEY##'\n)/,
      '$1      - name: DIDIT_RECORD_KEY\n        value: didit_two\n',
    );
    expect(problemsIn(text)).toMatchObject([
      {
        code: 'SETTINGS_CONTRADICT',
        place: { line: lineOf(text, 'value: didit_two'), key: 'actions.2.secrets.3.value' },
      },
    ]);
    expect(problemsIn(text.replace('didit_two', 'didit_one'))).toEqual([]);
  });

  test('may come from a variable, whose value is held to the same', () => {
    const tenantFile = parseTenantFile(declareVariables(withKey('##RECORD##')), 'tenant.yaml');
    const values = (record: string) =>
      new Map(
        [
          ...['DIDIT_CLIENT_ID', 'DIDIT_CLIENT_SECRET', 'AUTH0_DOMAIN', 'DIDIT_FETCH_USER_PROFILE'],
          ...['AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'],
          ...['DIDIT_STEP_UP_CLIENT_ID', 'DIDIT_STEP_UP_CLIENT_SECRET'],
          ...['DIDIT_STEP_UP_CLIENT_ID', 'DIDIT_STEP_UP_CLIENT_SECRET'],
        ]
          .map((name): [string, string] => [name, `the-${name}`])
          .concat([['RECORD', record]]),
      );
    const check = (record: string) => problemsOf(tenantFile, resolvePlaceholders(tenantFile, values(record)));
    expect(check('didit_record')).toEqual([]);
    expect(check('record').map(({ code }) => code)).toEqual(['SETTING_INVALID']);
  });
});
