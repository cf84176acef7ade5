import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSettings } from '../../scripts/settings/check.ts';
import { LEVELS } from '../../actions/didit/settings/resolve.ts';
import { SETTINGS } from '../../scripts/settings/table.ts';
import { metadataSchema } from '../../scripts/settings/settings-schema.ts';

const accepts = (level: (typeof LEVELS)[number], metadata: unknown): boolean =>
  new Ajv().compile(metadataSchema(level))(metadata);

test.each([
  ['connection', { didit_sync: 'mode=on refresh_after=24h', other_team: 5 }],
  ['client', { didit_policy: ' require=verified,age_over_18  max_age=30d ' }],
  ['client', { didit_claims: 'namespace=https://example.com/didit/ id_token=verified' }],
  ['organization', { didit_policy: 'require=none max_age=none' }],
  ['client', { didit_claims: 'id_token=none access_token=none' }],
  ['organization', {}],
] as const)('the schema of the level %s accepts %j', (level, metadata) => {
  expect(accepts(level, metadata)).toBe(true);
});

test.each([
  ['client', { didit_polcy: '' }],
  ['client', { didit_sync: 'mode=on' }],
  ['client', { didit_policy: 'require=verifed' }],
  ['client', { didit_policy: 'require=none,verified' }],
  ['client', { didit_policy: 'max_age=none30d' }],
  ['connection', { didit_sync: 'fields=none' }],
  ['client', { didit_policy: 'mode=enforceX' }],
  ['client', { didit_policy: true }],
  ['connection', { didit_sync: 'mode=on,off' }],
  ['connection', { didit_claims: `namespace=https://example.com/${'x'.repeat(255)}/` }],
  ['organization', { didit_claims: 'linked=on' }],
] as const)('the schema of the level %s refuses %j', (level, metadata) => {
  expect(accepts(level, metadata)).toBe(false);
});

describe('the schema and the check', () => {
  const words = SETTINGS.flatMap(({ settings }) =>
    settings.flatMap(({ name, example }) => [`${name}=${example}`, `${name}=none`]),
  );
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.constantFrom('mode=x', 'y=1', 'z')), { maxLength: 3 })
    .map((parts) => parts.join(' '));

  test.each(LEVELS)('agree at the level %s: the schema refuses nothing that the check accepts', (level) => {
    const valid = new Ajv().compile(metadataSchema(level));
    fc.assert(
      fc.property(fc.constantFrom(...SETTINGS.map(({ key }) => key)), text, (key, value) => {
        if (checkSettings(level, { [key]: value }).length === 0) expect(valid({ [key]: value })).toBe(true);
      }),
    );
  });
});
