/** Starts a server and tells its pid: the launcher that `server.test.ts` kills. */
import { startNatsServer } from '../src/server.ts';

const [config = '', env = '{}'] = process.argv.slice(2);
const server = await startNatsServer({ config, env: JSON.parse(env) });
process.send?.(server.pid);
