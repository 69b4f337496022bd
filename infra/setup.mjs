#!/usr/bin/env node
/**
 * Sets up everything that the commands need, then runs one of them:
 *
 *   node infra/setup.mjs start | test | bench | chaos
 *
 * Runs on Node 20 or newer with npm and nothing else; brings pnpm, the packages (with Node 24 among them) and Debian's
 * nats-server, and for tests chromium. Safe to repeat: what is there already is left alone. What does
 * not need each other runs at the same time.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stateDir = join(root, '.setup');
const node24 = join(root, 'node_modules/.bin/node');
const commands = {
  start: { needs: ['nats-server'], runs: [['infra/launcher/main.ts']] },
  test: { needs: ['nats-server', 'chromium'], checks: true, runs: [['packages/testkit/src/run.ts']] },
  bench: { needs: ['nats-server'], runs: [['test/bench/main.ts']] },
  chaos: { needs: ['nats-server'], runs: [['test/chaos/main.ts']] },
};

const say = (line) => console.log(`[siaga] ${line}`);
/** Ends the set-up, once everything that runs beside it has ended. */
const fail = (line) => {
  throw new Error(line);
};

/** Runs a program with its output in a log; where it fails, the log's end is shown. Resolves with whether it went well. */
const quietly = async (name, program, args, options = {}) => {
  mkdirSync(stateDir, { recursive: true });
  const log = join(stateDir, `${name}.log`);
  const out = openSync(log, 'w');
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', out, out], ...options });
  const ended = await new Promise((done) => {
    child.once('error', done);
    child.once('close', done);
  });
  closeSync(out);
  if (ended === 0) return true;
  console.error(readFileSync(log, 'utf8').split('\n').slice(-25).join('\n'));
  if (ended instanceof Error) console.error(String(ended));
  return false;
};

/** Runs all of these at once. When all have ended, it rejects with what those have to say that failed. */
const allOf = async (...running) => {
  const failed = (await Promise.allSettled(running)).filter(({ status }) => status === 'rejected');
  if (failed.length > 0) fail(failed.map(({ reason }) => reason.message).join('\n[siaga] '));
};

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** pnpm's version stands once, under `engines` of package.json. */
const installPackages = async () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((file) =>
    readFileSync(join(root, file)),
  );
  const wanted = createHash('sha256').update(Buffer.concat(inputs)).digest('hex');
  const stamp = join(stateDir, 'packages');
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const pnpm = `pnpm@${manifest.engines.pnpm}`;
  say(`installing the packages with ${pnpm} (a minute the first time) …`);
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile'];
  if (!(await quietly('packages', 'npx', args, { env: { ...process.env, CI: 'true' } }))) {
    fail('The packages could not be installed: the reason stands above. Is the npm registry reachable?');
  }
  writeFileSync(stamp, wanted);
};

const installFromDebian = async (programs) => {
  const missing = programs.filter((program) => !has(program));
  if (missing.length === 0) return;
  const byHand = `apt-get update && apt-get install -y ${missing.join(' ')}`;
  if (!has('apt-get'))
    fail(`Missing: ${missing.join(', ')}. Install it from your system's packages (on Debian: ${byHand}).`);
  if (process.getuid?.() !== 0) fail(`Missing: ${missing.join(', ')}. Run as root: ${byHand}`);
  say(`installing Debian's ${missing.join(' and ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const installed =
    (await quietly('apt-update', 'apt-get', ['update'], { env })) &&
    (await quietly('apt-install', 'apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
      env,
    }));
  // Debian starts the server that it installs; ours are started by the launcher and the tests, on their own ports.
  if (missing.includes('nats-server') && has('systemctl'))
    spawnSync('systemctl', ['disable', '--now', 'nats-server']);
  if (!installed)
    fail(`${missing.join(' and ')} could not be installed: the reason stands above. By hand: ${byHand}`);
};

/** When anything under these places last changed, in ms. */
const newest = (places) => {
  const files = places.flatMap((place) => {
    const path = join(root, place);
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true }).map((name) => join(path, name));
  });
  return Math.max(0, ...files.map((file) => statSync(file).mtimeMs));
};

const buildDashboard = async () => {
  const dashboard = 'services/dashboard';
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) =>
    join(dashboard, name),
  );
  const built = join(root, dashboard, 'dist/index.html');
  if (
    existsSync(built) &&
    statSync(built).mtimeMs > newest([...sources, 'packages/domain/src', 'pnpm-lock.yaml'])
  )
    return;
  say('building the dashboard …');
  const vite = join(root, 'services/dashboard/node_modules/vite/bin/vite.js');
  if (!(await quietly('dashboard', node24, [vite, 'build'], { cwd: join(root, 'services/dashboard') }))) {
    fail('The dashboard could not be built: the reason stands above.');
  }
};

const path = `${join(root, 'node_modules/.bin')}:${process.env.PATH}`;

const runChecks = async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = ['typecheck', 'lint', 'format:check', 'deps', 'knip'];
  say(`checking: ${names.join(', ')} …`);
  const check = async (name) => {
    const env = { ...process.env, PATH: path };
    if (!(await quietly(name.replace(':', '-'), 'sh', ['-c', scripts[name]], { env }))) {
      fail(`The check "${name}" failed: what it found stands above.`);
    }
  };
  await allOf(...names.map(check));
};

/** Runs in the foreground, hands on Ctrl-C, and ends as the program ended. */
const runInForeground = (args) =>
  new Promise((done) => {
    const child = spawn(node24, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
    });
    // A terminal sends Ctrl-C to the child too; `kill` sends it to this process alone. The child bears both.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('close', (code, signal) => done(signal ? 1 : code));
  });

const setUp = async ({ needs, checks }, rest) => {
  const packagesAndWhatNeedsThem = async () => {
    await installPackages();
    await allOf(buildDashboard(), checks && rest.length === 0 ? runChecks() : undefined);
  };
  await allOf(installFromDebian(needs), packagesAndWhatNeedsThem());
};

const run = async ([name, ...rest]) => {
  const command = commands[name];
  if (!command) fail(`"${name}" is not a command. Say start, test, bench or chaos.`);
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  await setUp(command, rest);
  for (const args of command.runs) process.exitCode ||= await runInForeground([...args, ...rest]);
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(`[siaga] ${error.message}`);
  process.exitCode = 1;
}
