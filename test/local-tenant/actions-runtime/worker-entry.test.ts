import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { workerSource } from '../../../scripts/local-tenant/actions-runtime/worker-source.ts';
import { PROJECT_ROOT } from '../../../scripts/base/project.ts';

const ENTRY = new URL('../../../scripts/local-tenant/actions-runtime/worker/entry.ts', import.meta.url);

const firstMessage = async (worker: Worker): Promise<unknown> => {
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
};

test('the worker starts from its TypeScript source as it stands', async () => {
  const worker = new Worker(ENTRY, { workerData: { root: PROJECT_ROOT }, execArgv: [], stderr: true });
  expect(await firstMessage(worker)).toEqual({ kind: 'ready' });
});

test('the worker starts from the bundle that the runtime uses', async () => {
  const worker = new Worker(await workerSource(), { workerData: { root: PROJECT_ROOT }, eval: true });
  expect(await firstMessage(worker)).toEqual({ kind: 'ready' });
});
