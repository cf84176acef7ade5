import { describe, expect, test } from 'vitest';
import { connectionNamed } from '../../scripts/tenant-access/connection-named.ts';

const answering = (...names: readonly string[]) => ({
  list: () => Promise.resolve(names.map((name) => ({ id: `con_${name}`, name, strategy: 'oauth2' }))),
});

describe('the connection of a name', () => {
  test.each([[['didit']], [['didit-staging', 'didit']], [['didit', 'didit-staging']]])(
    'is the one that has it, wherever it stands in the answer: %j',
    async (names) => {
      expect(await connectionNamed(answering(...names), 'didit')).toMatchObject({ id: 'con_didit' });
    },
  );

  test.each([[[]], [['didit-staging']], [['Didit', 'didit ']]])(
    'is none where the tenant answers with others: %j',
    async (names) => {
      expect(await connectionNamed(answering(...names), 'didit')).toBeUndefined();
    },
  );
});
