import { parentPort, workerData } from 'node:worker_threads';
import { ActionCache } from '../action-cache.ts';
import { isJsonObject, stringIn } from '../../../base/json-values.ts';
import type { WorkerMessage, WorkerRequest } from '../messages.ts';
import { captureConsole } from './console.ts';
import { createInstances } from './instances.ts';
import { restrictModules } from './modules.ts';
import { interceptFetch } from './network.ts';
import { limitProcess } from './process-limits.ts';
import { refuseFileWrites } from './read-only-files.ts';
import { runPostLogin } from './run-post-login.ts';
import { runProfileScript } from './run-profile-script.ts';

// Where a worker begins: it takes the world away that Auth0 does not offer, says that it is ready, and then does what the
// runtime asks, one request at a time.

const setup: unknown = workerData;
const root = isJsonObject(setup) ? (stringIn(setup, 'root') ?? '') : '';
const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread of the Actions runtime only.');
const send = (message: WorkerMessage): void => {
  port.postMessage(message);
};

const instances = createInstances(root);
captureConsole();
const network = interceptFetch();
restrictModules(() => {
  network.trust();
});
limitProcess();
refuseFileWrites();

const perform = async (request: WorkerRequest): Promise<void> => {
  network.use(request.network);
  if (request.kind === 'post-login') {
    send(await runPostLogin(request.run, new ActionCache(request.cache, Date.now), instances, send));
  } else {
    send({ kind: 'profile-script-ended', result: await runProfileScript(request, root) });
  }
};

port.on('message', (request: WorkerRequest) => {
  void perform(request);
});
send({ kind: 'ready' });
// Node loads its fetch at the first use, for some 10 ms: a spare worker has the time.
setImmediate(() => new Request('http://localhost/'));
