/** Writes to a store for ever and prints the number of each write once the store has it. Started and killed by a test. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';

const [, , folder = '', collection = ''] = process.argv;
const counters = openStore(folder).collection<{ readonly count: number }>(collection);
for (let count = 0; ; count += 1) {
  counters.put(String(count), { count });
  writeSync(1, `${count}\n`);
}
