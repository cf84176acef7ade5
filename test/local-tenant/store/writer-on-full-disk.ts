import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import { problemsIn } from '../../../scripts/base/problem.ts';

// Started by store.test.ts, which lets no file of this process grow beyond some kilobytes: writes until that is felt, and tells
// what was kept.
const [folder = ''] = process.argv.slice(2);
const store = openStore(folder);
const texts = store.collection<{ readonly text: string }>('texts');
const failures: unknown[] = [];
let kept = 0;
while (failures.length === 0) {
  try {
    store.transaction(() => {
      texts.put(`first ${kept}`, { text: 'x'.repeat(3000) });
      texts.put(`second ${kept}`, { text: 'x'.repeat(3000) });
    });
    kept += 1;
  } catch (error) {
    failures.push(error);
  }
}
const before = store.loss();
try {
  texts.put('alone', { text: 'x'.repeat(3000) });
} catch (error) {
  failures.push(error);
}
console.log(
  JSON.stringify({
    kept,
    readable: texts.all().length,
    told: problemsIn(failures[0]),
    isLoss: before === failures[0],
    isAnotherLoss: store.loss() !== before,
  }),
);
