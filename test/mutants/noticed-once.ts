import fc from 'fast-check';
import { afterEach } from 'vitest';

// That a test notices a mutant is all that StrykerJS asks: neither by which smallest value, nor which other test files would.
// It does so each time, or never.
fc.configureGlobal({ endOnFailure: true, seed: 1 });

declare global {
  /** In this thread, which is of this mutant alone. */
  var isNoticed: boolean | undefined;
}

// Vitest skips the tests of the files that follow a failure, but would first load these files.
if (globalThis.isNoticed === true) {
  // Without places in the code, which would be looked up for each file.
  throw Object.assign(new Error('Another test has noticed this mutant.'), { stack: undefined });
}

afterEach(({ task }) => {
  if (task.result?.state === 'fail') globalThis.isNoticed = true;
});
