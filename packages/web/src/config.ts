/** Configuration is environment variables, checked at start; a wrong one stops the start and is named. */
import { dirname, join } from 'node:path';
import { RegencyCode } from '@siaga/domain';
import { z } from 'zod';
import { type IsProxy, proxiesIn } from './limits/proxies.ts';
import type { RateLimits } from './limits/rates.ts';

export class ConfigurationError extends Error {}

/** Reads `schema` from `environment`. Throws a ConfigurationError whose sentence names each wrong variable. */
export const readConfiguration = <Schema extends z.ZodType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`The configuration is wrong. ${sentences.join('. ')}.`);
};

const codes = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
  )
  .pipe(z.array(RegencyCode));

/** `62.07=https://siaga.example.id`, with commas between. */
const addresses = z
  .string()
  .transform((list, context) => {
    const parts = list.split(',').map((part) => part.trim());
    const pairs = parts.filter((part) => part !== '').map((part) => part.split(/=(.*)/s, 2));
    for (const [code, address] of pairs) {
      const url = URL.parse(address ?? '');
      // A password goes there.
      const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
      if (!RegencyCode.safeParse(code).success || !isSafe) {
        context.addIssue({ code: 'custom', message: `expected 62.07=https://… and not ${code}=${address}` });
      }
    }
    return Object.fromEntries(pairs) as Record<string, string>;
  })
  .default({});

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '127.0.0.1' || host === '[::1]';

/** It has a password in it, so the sentence about a wrong one does not quote it. */
export const ledgerAddress = z
  .string()
  .regex(
    /^eventstoredb(?:\+discover)?:\/\/./,
    'expected eventstoredb://host:2113 or eventstoredb+discover://…',
  );

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info');

const perSecond = z.coerce.number().positive().max(1_000_000);

/** How often who may ask, and the proxies in front: the variables of every process that answers HTTP. */
export const webLimits = {
  /** Requests a second of an account with a bearer token; ten seconds' worth at once. */
  SIAGA_RATE_PROGRAM: perSecond.default(500),
  /** Of an account by its session cookie. */
  SIAGA_RATE_PERSON: perSecond.default(20),
  /** Of an address, where nobody is signed in. */
  SIAGA_RATE_ADDRESS: perSecond.default(200),
  /** Addresses or networks of reverse proxies with commas between: `127.0.0.1, 10.0.0.0/8`. */
  SIAGA_TRUSTED_PROXIES: z
    .string()
    .transform((list, context) => {
      try {
        return proxiesIn(list);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .optional(),
};

/** What `createServer` takes of them. */
export const webLimitsOf = (
  environment: z.output<z.ZodObject<typeof webLimits>>,
): { rates: RateLimits; isProxy: IsProxy | undefined } => ({
  rates: {
    program: environment.SIAGA_RATE_PROGRAM,
    person: environment.SIAGA_RATE_PERSON,
    address: environment.SIAGA_RATE_ADDRESS,
  },
  isProxy: environment.SIAGA_TRUSTED_PROXIES,
});

/** The environment of a site, or of one of its services in a process of its own. */
export const SiteEnvironment = z
  .object({
    /** Whose site this is, by its Kemendagri code: `62.07`. */
    SIAGA_REGENCY: RegencyCode,
    /** Whose events it takes in: codes with commas between. */
    SIAGA_NEIGHBOURS: codes,
    /** Folder of its files, made where missing: ledger, accounts, picture, quarantine. */
    SIAGA_DATA_DIR: z.string().min(1),
    /** `eventstoredb://…` keeps the ledger in EventStoreDB; without it it is a file in the folder. */
    SIAGA_LEDGER: ledgerAddress.optional(),
    SIAGA_HOST: z.string().min(1).default('localhost'),
    /** The regency's code is the port by custom: 6207. */
    SIAGA_PORT: z.coerce.number().int().min(0).max(65_535),
    /** The site's own NATS server (leaf), `127.0.0.1:4207`; several with commas between. */
    SIAGA_NATS_SERVERS: z.string().min(1),
    /** Folder of the services' nkey seeds, `regency.seed` and `picture.seed`, which only their owner may read. */
    SIAGA_NATS_SEEDS: z.string().min(1),
    /** Folder of the keys with which this regency signs, and of those that it trusts; `signing` beside the seeds. */
    SIAGA_SIGNING_KEYS: z.string().min(1).optional(),
    /** `demo` has the published demonstration accounts; `production` refuses to start with them. */
    SIAGA_MODE: z.enum(['demo', 'production']).default('production'),
    /** An agency's boundaries, as the import command wrote them; without them the generalised outline is used. */
    SIAGA_BOUNDARIES: z.string().min(1).optional(),
    /** `true` behind a proxy that speaks HTTPS: the session cookie is then sent over HTTPS only. */
    SIAGA_SECURE_COOKIES: z.stringbool().default(false),
    /** `true` folds the picture anew from the streams, beside the one in use. */
    SIAGA_PICTURE_REBUILD: z.stringbool().default(false),
    /**
     * Where neighbours' sites answer on HTTP, for when the hub does not connect them: `62.07=https://siaga.example.id`.
     * The account that this site has there is in `neighbour-6207.login` beside the seeds.
     */
    SIAGA_NEIGHBOUR_URLS: addresses,
    SIAGA_LOG: logLevel,
    ...webLimits,
  })
  .refine((site) => !site.SIAGA_NEIGHBOURS.includes(site.SIAGA_REGENCY), {
    path: ['SIAGA_NEIGHBOURS'],
    message: 'a regency is not its own neighbour',
  })
  .transform((site) => ({
    ...site,
    SIAGA_SIGNING_KEYS: site.SIAGA_SIGNING_KEYS ?? join(dirname(site.SIAGA_NATS_SEEDS), 'signing'),
  }));
export type SiteEnvironment = z.output<typeof SiteEnvironment>;
