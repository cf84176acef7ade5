import { test } from 'vitest';
import { changesWhatItLists } from './any-deploy.ts';
import { directCli } from './direct-cli.ts';
import { benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

test('a deploy changes the values that the plan lists, to what it lists, and nothing else of the tenant', async () => {
  await changesWhatItLists(on, 8, () => directCli(on.api));
});
