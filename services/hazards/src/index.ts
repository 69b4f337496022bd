/** Hazard readings in: hotspots of NASA FIRMS files. */
import { createHash } from 'node:crypto';
import { RegencyCode } from '@siaga/domain';
import { LedgerUnavailable } from '@siaga/ledger';
import { permit, Problem } from '@siaga/web';
import type { FastifyError, FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readFirmsInSteps } from './firms/read-firms.ts';
import { paced } from './paced.ts';
import type { Quarantine } from './quarantine.ts';
import { takeIn, type TakeInDeps, TooManyConflicts } from './take-in.ts';

export {
  type FirmsReading,
  type FirmsVariant,
  readFirms,
  type Rejected,
  type Row,
} from './firms/read-firms.ts';
export { openQuarantine, type Quarantine, type QuarantinedRow } from './quarantine.ts';
export { takeIn, type TakeInDeps, type TakenIn, TooManyConflicts } from './take-in.ts';

export interface HazardsDeps extends TakeInDeps {
  quarantine: Pick<Quarantine, 'keep' | 'list'>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** About 100,000 rows: more than a week of the whole island at the height of a fire season. */
const FILE_LIMIT_BYTES = 8 * 1024 * 1024;
/** Read or waiting to be: each takes some 50 MB while it is read. */
const MOST_FILES = 4;
/** Columns that a problem names, at most. */
const MOST_COLUMNS = 50;
/** Clocks of neighbouring machines differ a little. */
const CLOCK_TOLERANCE_MS = 60_000;

const RejectedRow = z.object({ line: z.int(), reason: z.string(), raw: z.string() });
const TakenInAnswer = z.object({
  read: z.int().describe('Rows read: added, known and outside together'),
  added: z.int(),
  known: z.int(),
  outside: z.int().describe('Pixels that lie in no part of this regency'),
  rejected: z.array(RejectedRow),
  groups: z.int().describe('Groups that the new pixels are in'),
});
const Page = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** `next` of the page before. */
  cursor: z.coerce.number().int().positive().optional(),
});
const RejectedAnswer = z.object({
  total: z.int(),
  items: z.array(RejectedRow.extend({ id: z.int(), file: z.string(), at: z.iso.datetime() })),
  next: z.string().optional(),
});

/**
 * The routes of hazard readings. The server needs an `authenticate`. Throws a ZodError for a regency that is no code. Problems:
 * `hotspots_columns_unknown`, `unsupported_media_type`, `body_too_large`, `ledger_unavailable`, `overloaded`.
 */
export const hazardsService =
  (deps: HazardsDeps): FastifyPluginAsync =>
  async (app) => {
    RegencyCode.parse(deps.regency);
    const oneAfterAnother = queue();
    const routes = app.withTypeProvider<ZodTypeProvider>();
    app.addContentTypeParser(
      ['text/csv', 'application/octet-stream'],
      { parseAs: 'buffer', bodyLimit: FILE_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    app.setErrorHandler((error: FastifyError) => {
      throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? fileTooLarge() : error;
    });

    routes.post(
      '/api/v1/hazards/hotspots',
      {
        config: { permission: 'hotspots.take-in' },
        schema: {
          tags: ['hazards'],
          summary: 'Take in a FIRMS file of hotspots',
          description:
            'The body is the CSV file. Pixels outside the own regency are counted and left; the same file again ' +
            'adds nothing. Rows that can’t be read are listed, kept, and take no other row with them.',
          consumes: ['text/csv', 'application/octet-stream'],
          response: { 200: TakenInAnswer },
        },
      },
      async (request) => {
        const { id, role } = permit(request, 'hotspots.take-in');
        const file = { bytes: bytesOf(request.body), actor: `${role}:${id}` };
        return oneAfterAnother(() => takeFileIn(deps, file));
      },
    );

    routes.get(
      '/api/v1/hazards/rejected',
      {
        config: { permission: 'hotspots.read-rejected' },
        schema: {
          tags: ['hazards'],
          summary: 'Rows that were rejected, the newest first',
          querystring: Page,
          response: { 200: RejectedAnswer },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const { total, items } = deps.quarantine.list({ limit, before: cursor });
        const last = items.at(-1);
        return { total, items, ...(last && items.length === limit ? { next: String(last.id) } : {}) };
      },
    );
  };

/** Runs work one after another. Rejects with a Problem (`overloaded`) when too much waits already. */
const queue = () => {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MOST_FILES)
      throw new Problem('overloaded', 'Other files are being read.', {}, { 'retry-after': '10' });
    waiting += 1;
    const mine = last.then(work).finally(() => (waiting -= 1));
    last = mine.catch(() => undefined);
    return mine;
  };
};

const takeFileIn = async (deps: HazardsDeps, { bytes, actor }: { bytes: Buffer; actor: string }) => {
  const now = deps.clock();
  const notAfter = new Date(now + CLOCK_TOLERANCE_MS).toISOString();
  const reading = await paced(readFirmsInSteps(bytes.toString('utf8'), { notAfter }));
  if (!reading.ok) {
    const { problem, missing, found } = reading;
    throw new Problem('hotspots_columns_unknown', problem, { missing, found: found.slice(0, MOST_COLUMNS) });
  }
  const { rows, rejected } = reading;
  const file = createHash('sha256').update(bytes).digest('hex');
  deps.quarantine.keep(file, rejected, new Date(now).toISOString());
  const pixels = rows.map(({ pixel }) => pixel);
  const { added, known, outside, groups } = await guarded(() => takeIn(deps, { pixels, actor }));
  return { read: rows.length, added, known, outside, rejected, groups };
};

/** The bytes of the body; none for a request without one. */
const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined || body === null) return Buffer.alloc(0);
  throw new Problem('unsupported_media_type', 'Send the file as text/csv.');
};

const fileTooLarge = () =>
  new Problem(
    'body_too_large',
    'A file has at most 8 MiB; cut it, or leave out the days that were taken in.',
    { limitBytes: FILE_LIMIT_BYTES },
    { connection: 'close' },
  );

/** What the ledger can't do, as problems. Taking the same file in again is always safe. */
const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerUnavailable) {
      throw new Problem(
        'ledger_unavailable',
        'Send the file again; what was added is not added twice.',
        undefined,
        {
          'retry-after': '2',
        },
      );
    }
    if (error instanceof TooManyConflicts) {
      throw new Problem('overloaded', `${error.message}; send the file again.`, undefined, {
        'retry-after': '1',
      });
    }
    throw error;
  }
};
