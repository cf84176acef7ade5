import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { onDemand } from '../../../scripts/local-tenant/server/on-demand.ts';

const partWith = (path: string, answer: () => string): Hono => {
  const part = new Hono();
  part.get(path, (c) => c.text(answer()));
  return part;
};

test('a part is loaded once, with the first request for it, and answers below its path', async () => {
  let loads = 0;
  const load = (): Promise<Hono> => {
    loads += 1;
    return Promise.resolve(partWith('/:name', () => 'hello'));
  };
  const app = new Hono();
  app.all('/part/*', onDemand('/part', load));
  expect((await app.request('/elsewhere')).status).toBe(404);
  expect(loads).toBe(0);
  const answers = await Promise.all(['one', 'two'].map(async (name) => await app.request(`/part/${name}`)));
  expect(await Promise.all(answers.map(async (answer) => await answer.text()))).toEqual(['hello', 'hello']);
  expect((await app.request('/part/one/more')).status).toBe(404);
  expect(loads).toBe(1);
});

test('what a part throws, and what keeps it from being loaded, is answered by the app around it', async () => {
  const throws = (): string => {
    throw new Error('the disk is full');
  };
  const app = new Hono();
  app.onError((error, c) => c.text(`answered: ${error.message}`, 507));
  app.all(
    '/throws',
    onDemand('/', () => Promise.resolve(partWith('/throws', throws))),
  );
  const loads = [Promise.reject(new Error('not there')), Promise.resolve(partWith('/missing', () => 'here'))];
  app.all(
    '/missing',
    onDemand('/', () => loads.shift() ?? Promise.reject(new Error('loaded again'))),
  );
  expect(await (await app.request('/throws')).text()).toBe('answered: the disk is full');
  expect(await (await app.request('/missing')).text()).toBe('answered: not there');
  // The next request finds it, as the third does.
  expect(await (await app.request('/missing')).text()).toBe('here');
  expect(await (await app.request('/missing')).text()).toBe('here');
});
