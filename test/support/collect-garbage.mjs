/** Loaded before a site by a test that weighs its memory: SIGCONT collects garbage, so that what is left is in use. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGCONT', () => collect());
