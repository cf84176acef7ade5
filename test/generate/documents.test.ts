import { Ajv } from 'ajv';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { CLAIMS } from '../../actions/didit/claims-contract.ts';
import { DENIALS } from '../../actions/didit/policy-codes.ts';
import { stepUpDenials } from '../../actions/didit/step-up.ts';
import { SETTINGS } from '../../scripts/settings/table.ts';
import type { DiditClaims } from '../../docs/didit-claims.d.ts';
import { renderClaimsDocument } from '../../scripts/generate/claims-document.ts';
import { renderClaimsTypes } from '../../scripts/generate/claims-types.ts';
import { staleFiles } from '../../scripts/generate/generated-files.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';
import { renderSettingsDocument } from '../../scripts/generate/settings-document.ts';

const rowsOf = (document: string): readonly string[] =>
  document.split('\n').filter((line) => line.startsWith('| `'));

describe('the settings document', () => {
  test('has a row with default and example for every setting', () => {
    const rows = rowsOf(renderSettingsDocument());
    for (const { settings } of SETTINGS) {
      for (const { name, example } of settings) {
        expect(
          rows.filter((row) => row.startsWith(`| \`${name}\``) && row.includes(`\`${name}=${example}\``)),
        ).toHaveLength(1);
      }
    }
  });

  test('writes a default, or a safest reading, in code font only where it can be written', () => {
    const rows = rowsOf(renderSettingsDocument());
    for (const { key, settings } of SETTINGS) {
      for (const { name, example, setting } of settings) {
        const row = rows.find((line) => line.includes(`| \`${name}=${example}\` |`)) ?? '';
        const [, absent = '', unreadable = ''] =
          /\| ([^|]+) \| ([^|]+) \| `\w+=[^|]+` \|/.exec(row.replaceAll('\\|', '/')) ?? [];
        for (const [cell, value] of [
          [absent, setting.absent],
          [unreadable, setting.unreadable],
        ] as const) {
          const text = /^`(.*)`$/.exec(cell)?.[1];
          expect(cell, `${key} ${name}`).not.toBe('');
          if (text !== undefined) expect(setting.type.read(text), `${key} ${name}`).toEqual(value);
        }
      }
    }
  });

  test('says what none means for every setting that takes it', () => {
    for (const { settings } of SETTINGS) {
      for (const { does, setting } of settings) {
        if (setting.type.none === true) expect(does).toContain('`none`');
      }
    }
  });

  test('says what each value of set_user_root_attributes means', () => {
    for (const value of ['on_each_login', 'on_first_login', 'never_on_login']) {
      expect(rowsOf(renderSettingsDocument()).filter((row) => row.startsWith(`| \`${value}\``))).toHaveLength(
        1,
      );
    }
  });
});

test('the claims document has a row for every claim and every code of a denial', () => {
  const rows = rowsOf(renderClaimsDocument());
  for (const name of [
    ...CLAIMS.map((claim) => claim.name),
    ...Object.keys({ ...DENIALS, ...stepUpDenials() }),
  ]) {
    expect(rows.filter((row) => row.startsWith(`| \`${name}\``))).toHaveLength(1);
  }
});

describe('the types for applications', () => {
  test('name every claim once', () => {
    const types = renderClaimsTypes();
    for (const { name } of CLAIMS) expect(types.split(`\n  readonly ${name}?: `)).toHaveLength(2);
  });

  test('give the claims the names that they have in a token', () => {
    type Claims = DiditClaims<'https://example.com/didit/'>;
    expectTypeOf<Claims['https://example.com/didit/verified']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Claims['https://example.com/didit/source']>().toEqualTypeOf<'fresh' | 'stale' | undefined>();
    expectTypeOf<Claims['birthdate']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Claims>().not.toHaveProperty('verified');
  });
});

describe('a generated file', () => {
  test('that is not what its source says now is named, with how to fix it', () => {
    const [problem, ...others] = staleFiles([
      { file: 'docs/claims.md', text: 'something else' },
      { file: 'docs/no-such-page.md', text: 'new' },
    ]);
    expect(problem).toMatchObject({ code: 'GENERATED_FILE_STALE', place: { file: 'docs/claims.md' } });
    expect(problem?.remedy).toContain('npm run generate');
    expect(others).toHaveLength(1);
  });
});

test('the schema of tenant.yaml is a JSON Schema: no word in it is misspelt, none contradicts another', () => {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false });
  expect(ajv.validateSchema(TENANT_SCHEMA), JSON.stringify(ajv.errors)).toBe(true);
  expect(() => ajv.compile(TENANT_SCHEMA)).not.toThrow();
  expect(() => ajv.compile({ ...TENANT_SCHEMA, propertys: {} })).toThrow('propertys');
});
