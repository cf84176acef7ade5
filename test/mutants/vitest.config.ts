import { configDefaults, defineConfig } from 'vitest/config';

/** The tests near the code that is mutated. Of these, StrykerJS runs those that import what it has changed. */
export default defineConfig({
  test: {
    include: ['actions', 'settings', 'tenant-model', 'plan/ratings', 'undo'].map(
      (f) => `test/${f}/**/*.test.ts`,
    ),
    // Deploys are not near: they take a thousand times as long.
    exclude: [...configDefaults.exclude, 'test/undo/undo-without-delete.test.ts', 'test/undo/*/*.test.ts'],
    setupFiles: ['test/leave-nothing.ts'],
    isolate: false,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // How long a mutant may take is StrykerJS's affair.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
