import { describe, expect, test } from 'vitest';
import { localValues, madeUpNotices } from '../../scripts/tenant-access/local-values.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';

const FILE = parseTenantFile(
  `
connections:
  - name: didit
    options: { client_secret: '##DIDIT_CLIENT_SECRET##', authParams: { shop: '##SHOP##' } }
actions:
  - name: ours
    secrets:
      - { name: AUTH0_MANAGEMENT_CLIENT_SECRET, value: '##AUTH0_MANAGEMENT_CLIENT_SECRET##' }
      - { name: DIDIT_HANDOVER_KEY, value: '##DIDIT_HANDOVER_KEY##' }
  - name: own
    secrets:
      - { name: KEY, value: '##LOYALTY_KEY##' }
      - { name: URL, value: 'https://##LOYALTY_HOST##/' }
  - name: other
    secrets:
      - { name: KEY, value: '##LOYALTY_KEY##' }
`,
  'tenant.yaml',
);

const valuesWith = (variables: Readonly<Record<string, string>>) =>
  localValues(
    FILE,
    new Map(Object.entries(variables)),
    new Map([['DIDIT_CLIENT_SECRET', 'of the stand-in']]),
  );

describe('values of own secrets at the local tenant', () => {
  test('come from the variables', () => {
    const { values, madeUp } = valuesWith({ LOYALTY_KEY: 'real', SHOP: 'x', OTHER: 'y' });
    expect(Object.fromEntries(values)).toEqual({
      LOYALTY_KEY: 'real',
      SHOP: 'x',
      DIDIT_CLIENT_SECRET: 'of the stand-in',
    });
    expect(madeUp).toEqual([]);
  });

  test('are made up where they are the whole of a secret, the same each time, and that is said once', () => {
    const made = valuesWith({ LOYALTY_KEY: '' });
    expect(made.values.get('LOYALTY_KEY')).toBe(valuesWith({}).values.get('LOYALTY_KEY'));
    expect(made.values.get('LOYALTY_KEY')).not.toBe('');
    expect(made.madeUp).toEqual(['LOYALTY_KEY']);
    expect(madeUpNotices(made, '.env')).toEqual([
      expect.stringMatching(/^LOYALTY_KEY is not set: .* in \.env /),
    ]);
    // A part of an address, or of an option, cannot be guessed.
    expect(made.values.has('LOYALTY_HOST')).toBe(false);
    expect(made.values.has('SHOP')).toBe(false);
  });

  test('are never those that another tenant, or the deploy, has to say', () => {
    const { values } = valuesWith({
      DIDIT_CLIENT_SECRET: 'of the console',
      AUTH0_MANAGEMENT_CLIENT_SECRET: 'of the cloud',
      DIDIT_HANDOVER_KEY: 'known to somebody',
    });
    expect(Object.fromEntries(values)).toEqual({
      LOYALTY_KEY: expect.any(String) as string,
      DIDIT_CLIENT_SECRET: 'of the stand-in',
    });
  });
});
