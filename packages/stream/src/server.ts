/** Runs a real nats-server as a child process, for the launcher and for tests. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface NatsServerOptions {
  /**
   * Path of a configuration file, which must log to standard error. The server runs with its folder as working
   * directory, so that it names files beside it.
   */
  config: string;
  /** The variables that it names. Texts are quoted for nats-server, so that `6207` stays a text. */
  env: Record<string, string | number | readonly string[]>;
  /** Told of each line that the server logs. */
  log?: (line: string) => void;
}

export interface NatsProcess {
  readonly pid: number;
  /** Where clients connect: `127.0.0.1:4222`. */
  readonly url: string;
  /** Resolves when the process has ended, whatever ended it, with how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** Asks the server to end, after 10 s makes it. Resolves when it has ended; at once when it had before. */
  stop(): Promise<void>;
  /** Ends the server as a crash does (SIGKILL). Resolves when it has ended. */
  kill(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const LINES_KEPT = 20;

/**
 * Starts nats-server and resolves when it accepts clients; reading large streams at its start takes it a while,
 * and it has 60 s. Rejects, leaving no process behind, with a sentence that says what to do where that is known:
 * no such program, a port in use, a variable that is missing; else with the last lines it logged.
 *
 * Where the machine has `setpriv` (util-linux), the server gets SIGTERM when this process ends, even by SIGKILL.
 */
export async function startNatsServer({ config, env, log }: NatsServerOptions): Promise<NatsProcess> {
  const program = findProgram('nats-server');
  if (!program) throw new Error("nats-server is not installed: install Debian's package nats-server");
  const setpriv = findProgram('setpriv');
  const command = [...(setpriv ? [setpriv, '--pdeathsig', 'TERM'] : []), program, '-c', resolve(config)];
  const quoted = Object.entries(env).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : JSON.stringify(value),
  ]);
  const [file = program, ...args] = command;
  const child = spawn(file, args, {
    cwd: dirname(resolve(config)),
    env: { ...process.env, ...Object.fromEntries(quoted) },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C at a terminal goes to the whole process group: the server is to be stopped from here alone.
    detached: true,
  });

  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const kill = async () => {
    if (!over) child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    if (!over) child.kill('SIGTERM');
    const limit = new AbortController();
    const late = sleep(STOP_LIMIT_MS, 'late', { signal: limit.signal }).catch(() => 'ended');
    if ((await Promise.race([ended, late])) === 'late') await kill();
    limit.abort();
  };

  const lines: string[] = [];
  const ready = new Promise<string>((resolve) => {
    let url = '';
    let rest = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        log?.(line);
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
        url = /Listening for client connections on (\S+)/.exec(line)?.[1] ?? url;
        if (line.includes('Server is ready')) resolve(url);
      }
    });
    child.stderr.on('end', () => {
      if (rest) lines.push(rest);
    });
  });
  // Logged lines can come after the exit; what failed is in the last one.
  const closed = new Promise<undefined>((resolve) => {
    child.once('close', () => resolve(undefined));
    child.once('error', () => resolve(undefined));
  });
  const limit = new AbortController();
  const late = sleep(START_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  const url = await Promise.race([ready, closed, late]);
  limit.abort();
  if (url === undefined) {
    await kill();
    throw new Error(problem(config, await ended, lines));
  }
  return { pid: child.pid ?? 0, url, ended, stop, kill };
}

/** Below the ports that Linux gives to outgoing connections, where one may be taken between the look and its use. */
const FREE_PORTS = { first: 20_000, last: 32_767 };
const PORT_TRIES = 100;

/** A port of loopback that nothing listens on at the moment. Throws when a hundred were taken. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = randomInt(FREE_PORTS.first, FREE_PORTS.last + 1);
    if (await canListen(port)) return port;
  }
  throw new Error(`no free port was found from ${FREE_PORTS.first} to ${FREE_PORTS.last}`);
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The path of a program. Also looks where Debian installs servers, which is not on everyone's PATH. */
function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function problem(config: string, ending: string, lines: string[]): string {
  const text = lines.join('\n');
  const port = /listen tcp (\S+): bind: address already in use/.exec(text)?.[1];
  if (port) return `nats-server can't listen on ${port}: another program does (${config})`;
  const variable = /variable reference for '(\w+)'/.exec(text)?.[1];
  if (variable) return `nats-server needs the variable ${variable} (${config})`;
  return `nats-server did not start with ${config} (${ending}); its last words:\n${text}`;
}
