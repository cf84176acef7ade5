import { beforeAll, describe, expect, test } from 'vitest';
import { DENIALS } from '../../../actions/didit/policy-codes.ts';
import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import { staleFiles } from '../../../scripts/generate/generated-files.ts';
import { loadPersonas } from '../../../scripts/local-tenant/runtime.ts';
import type { OutcomeRow } from '../../../scripts/simulation/outcomes/outcome-table.ts';
import { runOutcomes } from '../../../scripts/simulation/outcomes/outcome-table.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';

let rows: readonly OutcomeRow[];

beforeAll(async () => {
  const read = readTenantConfig();
  rows = await runOutcomes(read.config, await buildBundles(read));
}, 240_000);

/** Every text and number that says something of a persona, at any depth. */
function personalValues(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 3 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(personalValues) : [];
}

describe('every person at every application in every flow', () => {
  test('is let in, or denied with a code that is documented: no login fails', () => {
    expect(rows.length).toBeGreaterThan(400);
    const codes = new Set(Object.keys(DENIALS));
    const surprises = rows.filter(
      ({ outcome }) =>
        outcome.result !== 'allowed' &&
        !(outcome.result === 'denied' && codes.has(outcome.denial?.code ?? '')),
    );
    expect(surprises).toEqual([]);
  });

  test('costs at most one read of the user, and none without a fresh login through Didit', () => {
    const reads = ({ outcome }: OutcomeRow): number =>
      outcome.requests.filter(({ url }) => url.includes('/api/v2/')).length;
    // A refused token is dropped and asked for once more, as the design says.
    expect(rows.filter((row) => reads(row) > (row.flow.includes('401') ? 2 : 1))).toEqual([]);
    const quiet = ['SSO', 'silent (prompt=none)', 'refresh'];
    const without = rows.filter(({ flow }) => quiet.includes(flow) || flow.startsWith('through another'));
    expect(without.length).toBeGreaterThan(100);
    expect(without.filter(({ outcome }) => outcome.requests.length > 0)).toEqual([]);
  });

  test('leaves one line of JSON of at most 256 bytes per Action, with nothing of the person in it', () => {
    const personal = loadPersonas().flatMap(({ subject, profile, later }) => [
      subject,
      ...personalValues(profile),
      ...personalValues(later),
    ]);
    expect(personal).toContain('alejandro.rosas@example.com');
    for (const { outcome } of rows) {
      for (const line of outcome.logs) {
        expect(JSON.parse(line)).toBeTypeOf('object');
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
        expect(personal.filter((value) => line.includes(value))).toEqual([]);
      }
      expect(outcome.logs.length).toBe(outcome.trace.length);
    }
  });

  test('has no claim that the settings do not name, and never an unknown one as false', () => {
    const names = new Set(
      rows.flatMap(({ outcome }) => [...Object.keys(outcome.idToken), ...Object.keys(outcome.accessToken)]),
    );
    expect([...names].sort()).toEqual([
      'https://example.com/didit/age_over_18',
      'https://example.com/didit/verified',
    ]);
    const unverified = rows.filter(
      ({ persona, outcome }) => persona === 'unverified' && outcome.result === 'allowed',
    );
    expect(
      unverified.filter(({ outcome }) => 'https://example.com/didit/age_over_18' in outcome.idToken),
    ).toEqual([]);
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
