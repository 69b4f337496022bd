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

/** Makes a logger that says `name` in each line. */
export const createLogger = (name: string, level: Level | 'silent' = 'info'): Logger =>
  pino({
    name,
    level,
    redact: SECRETS.flatMap((secret) => {
      const member = secret.startsWith('[') ? secret : `.${secret}`;
      return [member.replace(/^\./, ''), `*${member}`, `*.*${member}`];
    }),
  });
