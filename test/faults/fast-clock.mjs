/**
 * Loaded into the process of auth0-deploy-cli by tests: its fixed pauses become short (2 s before bindings, 2.5 s after a new
 * connection, 1, 2, 4, … s between attempts), and its limit of 8 calls a second goes, which is a pause too. What it sends, in
 * which order and how much of it at once, stays the same.
 *
 * Time limits stay, too. Those of `fetch` for connections and answers are counted in ticks of half a second: with shorter ones, a
 * connection would have a quarter of a second to come about.
 */
import { createRequire } from 'node:module';

const { setTimeout: published } = globalThis;
const SHORTER = 40;
const PAUSES = { fromMilliseconds: 900, belowMilliseconds: 20_000 };

const isPause = (milliseconds) =>
  milliseconds >= PAUSES.fromMilliseconds && milliseconds < PAUSES.belowMilliseconds;

globalThis.setTimeout = Object.assign(
  (callback, milliseconds = 0, ...parameters) =>
    published(callback, isPause(milliseconds) ? milliseconds / SHORTER : milliseconds, ...parameters),
  published,
);

const ofTheCli = createRequire(createRequire(import.meta.url).resolve('auth0-deploy-cli'));
const { PromisePoolGroupPrivate } = ofTheCli('promise-pool-executor/private/group');
Object.defineProperty(PromisePoolGroupPrivate.prototype, 'frequencyLimit', {
  get: () => Infinity,
  set() {
    this._frequencyLimit = Infinity;
  },
});
