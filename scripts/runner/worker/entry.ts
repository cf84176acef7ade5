import { parentPort, workerData } from 'node:worker_threads';
import { ActionCache } from '../action-cache.ts';
import { markOf, MARKS } from '../messages.ts';
import type { CodeMessage, FetchAnswer, WorkerMessage, WorkerRequest, WorkerSetup } from '../messages.ts';
import { captureConsole } from './console.ts';
import { createInstances } from './instances.ts';
import { loadOnly } from './load-only.ts';
import { measureAction } from './measure-action.ts';
import { restrictModules } from './modules.ts';
import { interceptFetch, loadClient } from './network.ts';
import { limitProcess } from './process-limits.ts';
import { refuseFileWrites } from './read-only-files.ts';
import { runPostLogin } from './run-post-login.ts';
import { runProfileScript } from './run-profile-script.ts';

// Where a worker begins: it takes the world away that Auth0 does not offer, says that it is ready, and then does what the
// runtime asks, one request at a time.

// What the runner sends is the runtime's own, and as it is typed.
const setup = workerData as WorkerSetup;
const { root, network: kind } = setup;
const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread of the Actions runtime only.');
const send = (message: WorkerMessage): void => {
  port.postMessage(`${markOf(message)}${JSON.stringify(message)}`);
};

const instances = createInstances(root);
captureConsole();
const network = interceptFetch(setup, send);
restrictModules(kind, () => {
  network.trust();
});
limitProcess();
refuseFileWrites();

const perform = async (request: WorkerRequest): Promise<void> => {
  if (request.kind === 'load') {
    send(loadOnly(request, root));
    return;
  }
  if (request.kind === 'measure') {
    loadClient();
    send({ kind: 'measured', result: await measureAction(request, root) });
    return;
  }
  network.use(request.network);
  if (request.kind === 'post-login') {
    const actions = request.run.actions.map((action, index) => ({
      ...action,
      code: codes.get(request.codes[index] ?? -1) ?? '',
    }));
    const run = { ...request.run, actions };
    send(await runPostLogin(run, new ActionCache(request.cache, Date.now), instances, send));
  } else {
    send(await runProfileScript(request, root));
  }
};

const codes = new Map<number, string>();
port.on('message', (text: string | CodeMessage) => {
  if (typeof text !== 'string') {
    codes.set(text.key, text.code);
    return;
  }
  const told = JSON.parse(text) as WorkerRequest | FetchAnswer;
  if (told.kind === 'fetched') network.answered(told);
  else void perform(told);
});
port.postMessage(MARKS.ready);
// An Action that gives a request little time should not lose it to that. What serves one login alone mostly asks for nothing.
if (setup.instances === 'reused' || kind === 'open') setImmediate(loadClient);
