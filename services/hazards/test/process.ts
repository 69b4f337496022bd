/** Runs a program of this service as a person would: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Starts `src/<name>` with no environment but what is given. Whoever starts it ends it. */
export const start = (name: string, args: string[], environment: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(`../src/${name}`, import.meta.url)), ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...environment },
    stdio: 'pipe',
  });

/** Runs `src/<name>` to its end, with `input` on its standard input. */
export const run = (
  name: string,
  args: string[],
  environment: Record<string, string>,
  input = '',
): Promise<Ended> =>
  new Promise((done, fail) => {
    const child = start(name, args, environment);
    let [out, err] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdin?.on('error', () => undefined); // it may end without reading
    child.stdin?.end(input);
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
  });
