/** A site's configuration: environment variables, checked at start. */
import { RegencyCode } from '@siaga/domain';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
  )
  .pipe(z.array(RegencyCode));

export const SiteConfiguration = z
  .object({
    /** Whose site this is, by its Kemendagri code: `62.07`. */
    SIAGA_REGENCY: RegencyCode,
    /** Whose events it takes in: codes with commas between. */
    SIAGA_NEIGHBOURS: list,
    /** Folder of this site's files: ledger, accounts, picture, quarantine. */
    SIAGA_DATA: z.string().min(1),
    /** Where the site answers. The regency's code is the port by custom: 6207. */
    SIAGA_HOST: z.string().min(1).default('localhost'),
    SIAGA_PORT: z.coerce.number().int().min(0).max(65_535),
    /** The site's own NATS server (leaf), `127.0.0.1:4207`. */
    SIAGA_NATS: z.string().min(1),
    SIAGA_NATS_USER: z.string().min(1).default('service'),
    SIAGA_NATS_PASSWORD: z.string().min(1),
    /** `demo` has the published demonstration accounts; `production` refuses to start with them. */
    SIAGA_MODE: z.enum(['demo', 'production']).default('production'),
    /** Official boundaries, as written by the import command. */
    SIAGA_BOUNDARIES: z.string().min(1).optional(),
    /** `true` behind a proxy that speaks HTTPS: the session cookie is then sent over HTTPS only. */
    SIAGA_SECURE_COOKIES: z.stringbool().default(false),
    SIAGA_LOG: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  })
  .refine((site) => !site.SIAGA_NEIGHBOURS.includes(site.SIAGA_REGENCY), {
    path: ['SIAGA_NEIGHBOURS'],
    message: 'a regency is not its own neighbour',
  });
export type SiteConfiguration = z.output<typeof SiteConfiguration>;
