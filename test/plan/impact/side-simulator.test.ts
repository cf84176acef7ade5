import { expect, test } from 'vitest';
import { createSideSimulator } from '../../../scripts/plan/impact/side-simulator.ts';
import type { LoginSide } from '../../../scripts/plan/impact/login-side.ts';

const SHOP = { name: 'Shop', metadata: {}, enabled: true };

/** Denies what takes it a second, as an Action does that gives up waiting for an answer. */
const givingUp = (slow: string): LoginSide => ({
  connection: 'didit',
  connectionMetadata: {},
  profileScript: undefined,
  scopes: [],
  actions: [
    {
      name: 'didit-access-policy',
      code: `
        let logins = 0;
        exports.onExecutePostLogin = async (event, api) => {
          logins += 1;
          if (!(${slow})) return;
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          api.access.deny('didit_unavailable: Please try again later.');
        };`,
      secrets: [],
      dependencies: [],
      diditConnection: 'didit',
    },
  ],
  applications: [SHOP],
});

const login = async (slow: string): Promise<unknown> => {
  const simulator = createSideSimulator(givingUp(slow));
  try {
    return (await simulator.login(SHOP, { user: {}, authenticatedAt: Date.now() }, false)).result;
  } finally {
    await simulator.close();
  }
};

test('a login that found the machine busy is run again: a plan does not depend on what else is running', async () => {
  expect(await login('logins < 3')).toBe('allowed');
});

test('slow logins are begun together, and end as each of them would alone', async () => {
  const side: LoginSide = {
    ...givingUp('false'),
    actions: givingUp('false').actions.map((action) => ({
      ...action,
      code: `
        exports.onExecutePostLogin = async (event, api) => {
          await fetch('https://example.com/');
          api.access.deny(event.client.name + ' ' + event.connection.metadata.didit_sync);
        };`,
    })),
  };
  const simulator = createSideSimulator(side);
  const names = ['one', 'two', 'three', 'four'];
  // Nobody gets an answer before all have asked.
  let missing = names.length;
  const { promise: allHaveAsked, resolve } = Promise.withResolvers<undefined>();
  const http = async (): Promise<Response> => {
    missing -= 1;
    if (missing === 0) resolve(undefined);
    await allHaveAsked;
    return new Response('');
  };
  const login = { user: {}, authenticatedAt: Date.now(), http };
  try {
    const outcomes = await simulator.slowLogins(
      names.map((name) => ({ application: { ...SHOP, name }, login })),
    );
    expect(outcomes.map(({ denial }) => denial?.reason)).toEqual(
      names.map((name) => `${name} management_timeout=1s`),
    );
  } finally {
    await simulator.close();
  }
});

test('a login that takes as long each time ends as it ends', { tags: ['long'] }, async () => {
  expect(await login('true')).toBe('denied');
});
