/**
 * Loaded into the process of auth0-deploy-cli by tests: its fixed pauses (2 s before bindings, 2.5 s after a new connection,
 * seconds between attempts) become short. What it sends, and in which order, stays the same.
 */
const { setTimeout: published } = globalThis;
const SHORTER = 40;

globalThis.setTimeout = Object.assign(
  (callback, milliseconds = 0, ...parameters) =>
    published(callback, milliseconds >= 200 ? milliseconds / SHORTER : milliseconds, ...parameters),
  published,
);
