import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { modelsWithNewNames, withoutFormerNames } from '../../scripts/tenant-model/renames.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { problemsOf } from '../problems-of.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';

const ACTION: readonly Edit[] = [
  ['  - name: didit-claims\n    code', '  - name: our-claims\n    formerly: didit-claims\n    code'],
  ['- action_name: didit-claims', '- action_name: our-claims'],
];
const CLIENT: readonly Edit[] = [
  ['      - Didit Sample Application\n', '      - Our Shop\n'],
  ['  - name: Didit Sample Application\n', '  - name: Our Shop\n    formerly: Didit Sample Application\n'],
];

describe('a former name, between two files,', () => {
  test('makes the two one thing: its name is all that changes', async () => {
    const { config } = sample(...ACTION, ...CLIENT);
    const before = sample();
    // The same code under another name.
    const code = (name: string) => `// ${name === 'our-claims' ? 'didit-claims' : name}\n`;
    const bundles = sample(...ACTION, ...CLIENT).bundles.map((bundle) => ({
      ...bundle,
      code: code(bundle.target.name),
    }));
    const after = modelFromConfig(withoutFormerNames(config), bundles);
    const pair = modelsWithNewNames({ before: before.model, after }, config);
    const plan = await buildPlan(pair, { kind: 'revision', revision: 'main', commit: '0'.repeat(40) });
    expect(plan.changes.map(({ resource, field }) => [resource.kind, resource.name, field])).toEqual([
      ['Action', 'our-claims', 'name'],
      ['application', 'Our Shop', 'name'],
    ]);
    expect(securityChanges(plan)).toEqual([]);
  });
});

describe('a former name is refused', () => {
  test.each([
    [
      'where something still has it',
      [['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: didit-step-up\n    code']],
    ],
    [
      'where it is that of itself',
      [['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: didit-claims\n    code']],
    ],
    [
      'where another one has had it, too',
      [
        ['  - name: didit-claims\n    code', '  - name: didit-claims\n    formerly: old\n    code'],
        ['  - name: didit-step-up\n    code', '  - name: didit-step-up\n    formerly: old\n    code'],
      ],
    ],
  ] satisfies [string, Edit[]][])('%s', (_case, edits) => {
    const [problem, ...others] = problemsOf(() => sample(...edits));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'TENANT_FILE_REFERENCE' });
    expect(problem?.message).toMatch(/former|still listed/);
  });
});
