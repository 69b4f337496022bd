/** A process that is kept running: whatever ends it, it starts again, until it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningChild {
  /** The process that runs now. */
  readonly pid: number;
  /** Ends it (SIGTERM, after 10 s SIGKILL) and waits for its end. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  name: string;
  /** Options of Node and the program. */
  args: string[];
  env: Record<string, string>;
  /** Told of each line that it prints. */
  onLine: (line: string) => void;
}

const STOP_LIMIT_MS = 10_000;
const RESTART_PAUSE_MS = 1_000;
/** A process that ends this often within a minute will not get better by being started again. */
const RESTARTS_A_MINUTE = 5;
/** The exit code of a site that a person has to mend first: its configuration, its port. */
const NOT_TO_BE_RESTARTED = 2;

/**
 * Starts a Node program. `onGivenUp` is called when it keeps ending, or says by its exit code that a restart will not
 * help. The child has a channel to this process, and ends when that closes: even where this process was killed.
 */
export const keepRunning = (options: ChildOptions, onGivenUp: (reason: string) => void): RunningChild => {
  let stopping = false;
  let child: ChildProcess;
  let ended: Promise<string>;
  const startedAt: number[] = [];
  let lastLine = '';

  const print = (line: string) => {
    lastLine = line;
    options.onLine(line);
  };
  const start = () => {
    startedAt.push(Date.now());
    child = spawn(process.execPath, options.args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C at a terminal goes to the whole process group: the child is to hear it from here alone.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', print);
    }
    ended = new Promise((done) => {
      child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`));
      child.once('error', (error) => done(error.message));
    });
    void ended.then(restart);
  };
  const restart = async (how: string) => {
    if (stopping) return;
    if (child.exitCode === NOT_TO_BE_RESTARTED) {
      onGivenUp(`${options.name} can't run: ${lastLine}`);
      return;
    }
    const lately = startedAt.filter((time) => Date.now() - time < 60_000).length;
    if (lately >= RESTARTS_A_MINUTE) {
      onGivenUp(`${options.name} ended ${lately} times within a minute (${how})`);
      return;
    }
    options.onLine(`${options.name} ended (${how}); starting it again`);
    await sleep(RESTART_PAUSE_MS);
    if (!stopping) start();
  };
  start();

  return {
    get pid() {
      return child.pid ?? 0;
    },
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};
