import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Another order for each seed, but the files that run commands first, and those with long tests next: they take longest, and
 * whoever begins last keeps the others waiting.
 */
class LongFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, sequence } = this.ctx.config;
    const places = new Map(
      files.map(({ moduleId }) => {
        const file = relative(root, moduleId);
        const random = createHash('sha256').update(`${sequence.seed} ${file}`).digest('hex');
        return [moduleId, `${turnOf(file, readFileSync(moduleId, 'utf8'))}${random}`] as const;
      }),
    );
    const place = ({ moduleId }: TestSpecification): string => places.get(moduleId) ?? '';
    return Promise.resolve(files.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)));
  }
}

function turnOf(file: string, text: string): number {
  if (/^test.commands/.test(file)) return 0;
  return /@module-tag long|tags: \[.*\blong\b/.test(text) ? 1 : 2;
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-first.ts', 'test/tenant-seed.ts'],
    tags: [{ name: 'long', description: 'Left to `npm run test:all`.' }],
    // The seed is printed: `--sequence.seed=SEED` runs the same order again.
    sequence: { shuffle: { files: true, tests: true }, sequencer: LongFirst },
    // Files share processes, which saves each of them the start of one.
    isolate: false,
    setupFiles: ['test/leave-nothing.ts'],
    // More than processors: a deploy waits, for the CLI's pauses and for the disk, while others work. Each loads all sources once.
    maxWorkers: 2 * availableParallelism(),
    // node:sqlite, which keeps the local tenant's state, still announces itself as experimental on Node 22.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Caps, for what hangs, and the only ones: no test depends on a fast machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
