import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-first.ts', 'test/tenant-seed.ts'],
    // Files share processes, which saves each of them the start of one: no file leaves anything behind that another would find.
    isolate: false,
    // More than processors: a deploy waits, for the CLI's pauses and for the disk, while others work.
    maxWorkers: 3 * availableParallelism(),
    // node:sqlite, which keeps the local tenant's state, still announces itself as experimental on Node 22.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Caps, for what hangs: no test depends on a fast machine.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
