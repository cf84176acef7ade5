/** Writes to a store for ever and prints the numbers of the writes once the store has them, so many at once. Started and killed by a test. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';

const [, , folder = '', collection = '', groups = '1'] = process.argv;
const store = openStore(folder, { grouped: groups !== '1' });
const counters = store.collection<{ readonly count: number }>(collection);
let written: number[] = [];
for (let count = 0; ; count += 1) {
  counters.put(String(count), { count });
  written.push(count);
  if (written.length < Number(groups)) continue;
  store.commit();
  writeSync(1, `${written.join('\n')}\n`);
  written = [];
}
