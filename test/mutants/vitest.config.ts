import { relative } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import type { Plugin } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** What bundles begin with. esbuild reads them from the disk, where StrykerJS has put what it has changed. */
const BUNDLED = [
  'didit-profile-sync',
  'didit-step-up',
  'didit-access-policy',
  'didit-claims',
  'connection/fetch-user-profile',
  'auth0/didit-answer',
].map((name) => `actions/${name}.ts`);

/** Lets vitest know that whoever bundles depends on the sources of the bundles, which no import says, and bundles once. */
const bundlesAreRelated: Plugin = {
  name: 'bundles-are-related',
  transform: (code, id) =>
    relative(PROJECT_ROOT, id) === 'scripts/bundle/bundle.ts'
      ? `${code.replace('../base/esbuild-process.ts', '../../test/mutants/kept-builds.ts')}
export const bundled = () => [${BUNDLED.map((file) => `import('../../${file}')`).join()}];`
      : undefined,
};

/** What each test file has taken, milliseconds, and whether it has noticed the last mutant that it met. */
const earlier = new Map<string, { readonly duration: number; readonly failed: boolean }>();

/** What has noticed the last mutant first, then what is quick: most mutants are noticed by the first test that meets them. */
class QuickFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { cache, config } = this.ctx;
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const last = cache.getFileTestResults(`${project.name}:${relative(config.root, moduleId)}`);
      // Without a duration it was not run.
      if (last !== undefined && last.duration > 0) earlier.set(moduleId, last);
      const { duration = 0, failed = false } = earlier.get(moduleId) ?? {};
      return failed ? duration - 1_000_000 : duration;
    };
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

/** The tests near the code that is mutated. Of these, StrykerJS runs those that import or bundle what it has changed. */
export default defineConfig({
  plugins: [bundlesAreRelated],
  test: {
    runner: 'test/mutants/loading-is-tested.ts',
    include: [
      ...['actions', 'settings', 'tenant-model', 'plan/ratings', 'undo'].map((f) => `test/${f}/**/*.test.ts`),
      // Whatever the comparison is of: what the plan shows is what is sent.
      'test/plan/{agreement,nothing-unshown}.test.ts',
    ],
    exclude: [
      ...configDefaults.exclude,
      // These read the text of bundles: how long it is, and what is not in it. In mutants there are all mutants.
      'test/actions/bundles.test.ts',
      // Deploys are not near: they take a thousand times as long.
      'test/undo/undo-without-delete.test.ts',
      'test/undo/*/*.test.ts',
    ],
    globalSetup: ['test/tenant-seed.ts'],
    setupFiles: ['test/leave-nothing.ts', 'test/mutants/noticed-once.ts'],
    sequence: { sequencer: QuickFirst },
    isolate: false,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // How long a mutant may take is StrykerJS's affair.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
