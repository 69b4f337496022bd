/** Folds a history into a file, event by event or in batches, until it is killed. Started by crash.test.ts. */
import { openStore } from '../src/store/store.ts';
import { histories, KOTIM, SERUYAN } from './histories.ts';
import { fold } from './scratch.ts';

const [file = '', count = '', seed = '', size = ''] = process.argv.slice(2);
const { kotim, seruyan } = histories(Number(count), Number(seed));
const store = openStore({ file });
process.stdout.write('begun\n');
for (let from = 0; from < Number(count); from += 10) {
  fold(store, KOTIM, kotim.slice(from, from + 10), [Number(size)]);
  fold(store, SERUYAN, seruyan.slice(from, from + 10), [Number(size)]);
}
process.stdout.write('done\n');
setInterval(() => undefined, 1_000);
