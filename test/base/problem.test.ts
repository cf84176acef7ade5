import { describe, expect, test } from 'vitest';
import {
  allEnded,
  allOf,
  describeProblem,
  Problem,
  Problems,
  problemsIn,
} from '../../scripts/base/problem.ts';

const message = 'Something is wrong.';

describe('the place of a problem, as it is printed,', () => {
  test.each<[Problem, string]>([
    [new Problem({ code: 'TENANT_FILE_MISSING', message, place: { file: 'tenant.yaml' } }), 'tenant.yaml'],
    [
      new Problem({ code: 'BUNDLE_HANDLER', message, place: { file: 'a.js', key: 'onExecutePostLogin' } }),
      'a.js (onExecutePostLogin)',
    ],
    [new Problem({ code: 'ENV_FILE_LINE', message, place: { file: '.env', line: 3 } }), '.env:3'],
    [
      new Problem({ code: 'SECRET_IN_FILE', message, place: { file: 'tenant.yaml', line: 3, key: 'a.b' } }),
      'tenant.yaml:3 (a.b)',
    ],
    [
      new Problem({ code: 'SETTING_INVALID', message, place: { file: 'tenant.yaml', key: 'a.b' } }),
      'tenant.yaml (a.b)',
    ],
    [
      new Problem({
        code: 'DOMAIN_INVALID',
        message,
        place: { variable: 'AUTH0_DOMAIN', from: 'environment or .env' },
      }),
      'environment or .env (AUTH0_DOMAIN)',
    ],
    [
      new Problem({ code: 'TENANT_CHANGED', message, place: { tenant: 'tenant.example.com' } }),
      'tenant.example.com',
    ],
    [
      new Problem({
        code: 'READ_BACK_MISSING',
        message,
        place: { tenant: 'tenant.example.com', resource: 'Action didit-claims' },
      }),
      'tenant.example.com (Action didit-claims)',
    ],
    [
      new Problem({ code: 'OPTION_CONFLICT', message, place: { of: 'npm run plan', option: '--env' } }),
      'npm run plan (--env)',
    ],
    [new Problem({ code: 'OPTION_INVALID', message, place: { of: 'npm run plan' } }), 'npm run plan'],
    [
      new Problem({
        code: 'REVISION_UNREADABLE',
        message,
        place: { revision: 'main', file: 'main:tenant.yaml' },
      }),
      'main (main:tenant.yaml)',
    ],
    [new Problem({ code: 'PORT_IN_USE', message, place: { address: '127.0.0.1:443' } }), '127.0.0.1:443'],
  ])('of %o is %s', (problem, where) => {
    expect(describeProblem(problem).text.split('\n')).toEqual([
      `error ${problem.code}: Something is wrong.`,
      `  where: ${where}`,
      expect.stringMatching(/^ {2}how to solve it: \S/),
    ]);
  });

  test('is left out where there is none', () => {
    expect(describeProblem(new Problem({ code: 'DEPLOY_STOPPED', message, remedy: 'Wait.' })).text).toBe(
      'error DEPLOY_STOPPED: Something is wrong.\n  how to solve it: Wait.',
    );
  });
});

test('the compiler refuses a code that is not in the table, and a place that the code does not have', () => {
  const wrong = (): readonly Problem[] => [
    // @ts-expect-error there is no such code
    new Problem({ code: 'SOMETHING_ELSE', message }),
    // @ts-expect-error the place is missing
    new Problem({ code: 'TENANT_FILE_MISSING', message }),
    // @ts-expect-error the line is missing
    new Problem({ code: 'ENV_FILE_LINE', message, place: { file: '.env' } }),
    // @ts-expect-error a file in the place of a tenant
    new Problem({ code: 'TENANT_CHANGED', message, place: { file: 'tenant.example.com' } }),
    // @ts-expect-error a place where there is none
    new Problem({ code: 'DEPLOY_STOPPED', message, place: { file: '.env' } }),
  ];
  expect(wrong).toBeTypeOf('function');
});

test('a problem without a remedy of its own has the one of its code', () => {
  const place = { variable: 'AUTH0_DOMAIN', from: '.env' };
  expect(new Problem({ code: 'DOMAIN_INVALID', message, place }).remedy).toBe(
    'Write the domain alone, without https:// and without a path: my-tenant.eu.auth0.com',
  );
  expect(new Problem({ code: 'DOMAIN_INVALID', message, place, remedy: 'Try.' }).remedy).toBe('Try.');
});

test('problems are found alone and together, and in nothing else', () => {
  const one = new Problem({ code: 'DEPLOY_STOPPED', message });
  const two = new Problem({ code: 'NOT_CONFIRMED', message });
  expect(problemsIn(one)).toEqual([one]);
  expect(problemsIn(new Problems([one, two]))).toEqual([one, two]);
  expect(problemsIn(new Error(message))).toEqual([]);
});

describe('work that goes on at the same time', () => {
  const wrong = (file: string) => new Problem({ code: 'TENANT_FILE_MISSING', message, place: { file } });

  test('gives its results in their order', async () => {
    const slow = new Promise<string>((resolve) =>
      setImmediate(() => {
        resolve('one');
      }),
    );
    await expect(allOf([slow, Promise.resolve(2)])).resolves.toEqual(['one', 2]);
    await expect(allOf([])).resolves.toEqual([]);
  });

  test.each([
    ['all of it', allOf],
    ['the first of it', allEnded],
  ])('has ended before a failure is told: %s', async (_what, together) => {
    let hasEnded = false;
    const slow = new Promise<void>((resolve) => {
      setImmediate(() => {
        hasEnded = true;
        resolve();
      });
    });
    await expect(together([Promise.reject(wrong('a.yaml')), slow])).rejects.toThrow(message);
    expect(hasEnded).toBe(true);
  });

  test('that fails in one way tells what the first of the list says, whichever comes first', async () => {
    const late = new Promise((_resolve, reject) => {
      setImmediate(() => {
        reject(wrong('a.yaml'));
      });
    });
    await expect(allEnded([late, Promise.reject(wrong('b.yaml'))])).rejects.toMatchObject({
      place: { file: 'a.yaml' },
    });
  });

  test('tells all that is wrong, and the same once', async () => {
    const parts = [wrong('a.yaml'), new Problems([wrong('b.yaml'), wrong('a.yaml')]), wrong('b.yaml')];
    const told = await allOf(parts.map((part) => Promise.reject(part))).catch(problemsIn);
    expect(told.map((problem) => (problem as Problem<'TENANT_FILE_MISSING'>).place.file)).toEqual([
      'a.yaml',
      'b.yaml',
    ]);
  });

  test('gives a defect before what a person can fix', async () => {
    const defect = new TypeError('a defect');
    await expect(allOf([Promise.reject(wrong('a.yaml')), Promise.reject(defect)])).rejects.toBe(defect);
  });
});
