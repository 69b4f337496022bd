/** A process that logs, and ends at once: without a turn of the event loop between the two. */
import { createLogger } from '../src/index.ts';

const logger = createLogger('child');
logger.info('begun');
// The test closes what it reads from, and says so.
process.stdin.once('data', () => {
  for (let line = 1; line <= 100; line += 1) logger.error({ line }, 'nobody may read this');
  logger.error('the last words');
  process.exit(3);
});
