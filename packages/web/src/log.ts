/** The log of a process: JSON lines on the standard output, without secrets. */
import { type Level, type Logger, pino } from 'pino';

/** Members that are left out wherever they stand, up to three levels deep. Nothing logs them; this is the second wall. */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'csrf',
  'seed',
  'privateKey',
  '["set-cookie"]',
];

/**
 * Makes a logger that says `name` in each line. What can't be written, since nobody reads it any more or the disk is full,
 * is lost, and nothing else is: neither the process nor its end waits for a log.
 *
 * The lines go through `process.stdout`. Pino's own destination, sonic-boom 4.2.1, tries again for ever at the end of a
 * process, whatever the error is.
 */
export const createLogger = (name: string, level: Level | 'silent' = 'info'): Logger => {
  if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore);
  return pino(
    {
      name,
      level,
      redact: SECRETS.flatMap((secret) => {
        const member = secret.startsWith('[') ? secret : `.${secret}`;
        return [member.replace(/^\./, ''), `*${member}`, `*.*${member}`];
      }),
    },
    process.stdout,
  );
};

const ignore = () => undefined;
