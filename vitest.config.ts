import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-first.ts'],
    // node:sqlite, which keeps the local tenant's state, still announces itself as experimental on Node 22.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Caps, for what hangs: no test depends on a fast machine.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
