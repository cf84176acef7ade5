import { expect, test } from 'vitest';
import { describeProblem } from '../../scripts/base/problem.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { deployOf, tenantFileWith } from '../deploy/deploy-inputs.ts';
import { problemsOf } from '../problems-of.ts';

const VALUES = {
  AUTH0_DOMAIN: 'tenant.example.com',
  DIDIT_CLIENT_ID: 'client-at-didit',
  DIDIT_CLIENT_SECRET: 'secret-at-didit',
};
const prepared = (values: Readonly<Record<string, string>>, variablesFile?: string) =>
  prepareConfig({ ...deployOf(tenantFileWith([]), () => 'one', { ...VALUES, ...values }), variablesFile });

test('a configuration without a tenant needs no variable for the key that the deploy makes: it stays a placeholder', () => {
  for (const values of [{}, { DIDIT_HANDOVER_KEY: '' }]) {
    const keys = prepared(values).actions.map(({ secrets = [] }) =>
      secrets.filter(({ name }) => name === 'DIDIT_HANDOVER_KEY').map(({ value }) => value),
    );
    expect(keys).toEqual([
      ['##DIDIT_HANDOVER_KEY##'],
      ['##DIDIT_HANDOVER_KEY##'],
      ['##DIDIT_HANDOVER_KEY##'],
      ['##DIDIT_HANDOVER_KEY##'],
    ]);
  }
});

test('a key that somebody set is refused, with the place, and not repeated', () => {
  const problems = problemsOf(() =>
    prepared({ DIDIT_HANDOVER_KEY: 'marked-key-that-somebody-knows' }, '.env.staging'),
  );
  expect(problems).toMatchObject([
    {
      code: 'VARIABLE_NOT_TAKEN',
      place: { from: 'environment or .env.staging', variable: 'DIDIT_HANDOVER_KEY' },
    },
  ]);
  expect(problems.map(describeProblem).join('\n')).not.toContain('marked-key');
});
