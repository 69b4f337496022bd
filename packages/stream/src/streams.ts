/**
 * The streams and how they feed each other:
 *
 *   site `EVENTS` (a regency's own) → hub `DISASTERS-<code>` (the same) → site `SHARED-<code>` (one neighbour's)
 *
 * A site's `INTERNAL` feeds nobody: it carries to the site's own picture what stays within the site.
 *
 * `SHARED-<code>` has the subjects `repair.<code>.>` beside its source: what the source missed is published there by
 * the site itself, so that whoever follows the copy gets it like any other message. That a source goes on where it
 * stood, with such messages in between and at the end, was measured on nats-server 2.9.10 (docs/decisions).
 *
 * All are kept forever on disk and refuse deletion: deleting at the origin stalls copies that are made later.
 * A site has one stream per neighbour, because a source of nats-server 2.9 has one filter: whom a site shares
 * with is then a matter of which streams it has. The hub has one per regency, because a stream takes from its source
 * whatever comes on the way: what an altered site sends there under another's subject stays in that site's own stream,
 * and the filter of the others' sources passes it over.
 */
import { type RegencyCode, regencyToken } from '@siaga/domain';
import {
  DiscardPolicy,
  type JetStreamManager,
  type NatsConnection,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamSource,
} from 'nats';
import { fillLastBlock, isSoundAtEnd } from './damage.ts';
import { ASKING, asStreamError, isNotFound, reasonOf, StreamConflict } from './errors.ts';
import { fillingOf } from './stored.ts';

/** A site's stream of its own shared events. */
export const EVENTS = 'EVENTS';
/** A site's stream of its own events of the classes that are shared by agreement only; it never leaves the site. */
export const INTERNAL = 'INTERNAL';
/** The hub's JetStream domain. */
export const HUB_DOMAIN = 'hub';

/** The hub's stream of one regency's shared events: `DISASTERS-6207`. */
export const hubStream = (regency: RegencyCode): string => `DISASTERS-${regencyToken(regency)}`;
/** A site's copy of one neighbour's events: `SHARED-6207`. */
export const sharedStream = (neighbour: RegencyCode): string => `SHARED-${regencyToken(neighbour)}`;
/** A site's JetStream domain and server name, `r6207`. The letter, because nats-server reads `6207` as a number. */
export const domainOf = (regency: RegencyCode): string => `r${regencyToken(regency)}`;
/** Every subject of a regency's events: `disaster.6207.>`. */
export const subjectsOf = (regency: RegencyCode): string => `disaster.${regencyToken(regency)}.>`;
/** Every subject of what stays within a site: `internal.6207.>`. */
export const internalSubjectsOf = (regency: RegencyCode): string => `internal.${regencyToken(regency)}.>`;

/** Every subject on which a site publishes into its copy what that missed: `repair.6207.>`. It stays within the site. */
export const repairSubjectsOf = (neighbour: RegencyCode): string => `repair.${regencyToken(neighbour)}.>`;
/** The one for an event that was published on `disaster.…`. */
export const repairSubjectOf = (subject: string): string => subject.replace(/^disaster\./, 'repair.');

/** What the subjects begin with on which one JetStream delivers to another's source: `sync.<from>.<to>`. */
export const syncPrefix = (from: string, to: string): string => `sync.${from}.${to}`;

/** A regency's events on the way to the hub. */
const fromSite = (regency: RegencyCode): StreamSource => ({
  name: EVENTS,
  external: {
    api: `$JS.${domainOf(regency)}.API`,
    deliver: syncPrefix(regencyToken(regency), HUB_DOMAIN),
  },
  // Without it, a source that has not delivered yet skips what was published before the server's restart.
  opt_start_seq: 1,
});

/** A neighbour's events on the way from the hub to a site. */
const fromHub = (neighbour: RegencyCode, site: RegencyCode): StreamSource => ({
  name: hubStream(neighbour),
  filter_subject: subjectsOf(neighbour),
  external: {
    api: `$JS.${HUB_DOMAIN}.API`,
    deliver: syncPrefix(HUB_DOMAIN, regencyToken(site)),
  },
  opt_start_seq: 1,
});

type WantedStream = Partial<StreamConfig> & { name: string; subjects: string[] };

const keptForever = {
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_msgs: -1,
  max_bytes: -1,
  max_msgs_per_subject: -1,
  deny_delete: true,
  deny_purge: true,
  // The least that the server takes. Nobody here sends Nats-Msg-Id; who does all the same would stall a source
  // for this long.
  duplicate_window: nanos(100),
} satisfies Partial<StreamConfig>;

/**
 * Makes or updates the hub's stream of each regency, kept by so many of the hub's servers: 3 for a hub of three, and gets
 * those that can't be read at their ends past that (see `damage.ts`); `keepStreams` does it again and again. Needs none of
 * the regencies to be reachable. Streams of other regencies are left as they are, and none is ever deleted. Answers the
 * names of those that were made or filled: what anybody knew of their content counts no more.
 *
 * Throws `StreamConflict`; or `StreamUnavailable` when the hub's JetStream does not answer, as when more than half of its
 * servers are away, or can't read what it writes, filled or not.
 */
export async function ensureHub(
  nc: NatsConnection,
  regencies: readonly RegencyCode[],
  { replicas = 1 }: { replicas?: 1 | 3 } = {},
): Promise<readonly string[]> {
  return ensureAll(
    nc,
    regencies.map((regency) => ({
      ...keptForever,
      name: hubStream(regency),
      subjects: [],
      num_replicas: replicas,
      sources: [fromSite(regency)],
    })),
  );
}

/**
 * Makes or updates a site's `EVENTS`, its `INTERNAL` and its copies of the neighbours' events. Does not need the hub: the
 * copies fill when it is reachable. Throws and answers as `ensureHub` does. Copies of those who are neighbours no longer
 * are left as they are.
 */
export async function ensureSite(
  nc: NatsConnection,
  { regency, neighbours }: { regency: RegencyCode; neighbours: readonly RegencyCode[] },
): Promise<readonly string[]> {
  return ensureAll(nc, [
    { ...keptForever, name: EVENTS, subjects: [subjectsOf(regency)] },
    { ...keptForever, name: INTERNAL, subjects: [internalSubjectsOf(regency)] },
    ...neighbours.map((neighbour) => ({
      ...keptForever,
      name: sharedStream(neighbour),
      subjects: [repairSubjectsOf(neighbour)],
      sources: [fromHub(neighbour, regency)],
    })),
  ]);
}

async function ensureAll(nc: NatsConnection, streams: readonly WantedStream[]): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const wanted of streams) if (await ensureReadable(nc, wanted)) changed.push(wanted.name);
  return changed;
}

/**
 * As `ensureStream`, and fills the stream's last block where that is damaged. The stream takes fillings no longer than that
 * needs: sites can have the hub's server send messages to subjects of their choice, which must not be kept there.
 * What was lost in it is not its business: all of it is in the ledger, or the owner's and the hub's to give. Answers
 * whether the stream was made or filled.
 */
async function ensureReadable(nc: NatsConnection, wanted: WantedStream): Promise<boolean> {
  const made = await ensureStream(nc, wanted);
  try {
    if (await isSoundAtEnd(nc, wanted.name)) return made;
    await ensureStream(nc, { ...wanted, subjects: [...wanted.subjects, fillingOf(wanted.name)] });
    await fillLastBlock(nc, wanted.name);
  } catch (error) {
    throw asStreamError(error, `filling the end of stream ${wanted.name}`);
  }
  await ensureStream(nc, wanted);
  return true;
}

/** Answers whether it was made. */
async function ensureStream(nc: NatsConnection, wanted: WantedStream): Promise<boolean> {
  try {
    const jsm = await nc.jetstreamManager(ASKING);
    const present = await configOf(jsm, wanted.name);
    if (!present) {
      await jsm.streams.add(wanted);
      return true;
    }
    const differing = differences(present, wanted);
    if (differing.length === 0) return false;
    await jsm.streams.update(wanted.name, { ...present, ...wanted }).catch((error: unknown) => {
      const translated = asStreamError(error, `updating stream ${wanted.name}`);
      if (translated !== error) throw translated;
      throw new StreamConflict(
        `stream ${wanted.name} differs in ${differing.join(', ')} and the server can't change that: ${reasonOf(error)}`,
        { cause: error },
      );
    });
    return false;
  } catch (error) {
    throw asStreamError(error, `making sure of stream ${wanted.name}`);
  }
}

async function configOf(jsm: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await jsm.streams.info(name)).config;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The settings of `wanted` that `present` does not have, each with both values. */
function differences(present: StreamConfig, wanted: WantedStream): string[] {
  const comparable = (config: WantedStream): Record<string, unknown> => ({
    ...config,
    subjects: config.subjects ?? [],
    sources: (config.sources ?? []).map(sourceText).sort(),
    mirror: config.mirror?.name,
  });
  const [is, should] = [comparable(present), comparable(wanted)];
  return Object.keys(should)
    .filter((key) => JSON.stringify(is[key]) !== JSON.stringify(should[key]))
    .map((key) => `${key} (${JSON.stringify(is[key])}, not ${JSON.stringify(should[key])})`);
}

const sourceText = (source: StreamSource): string =>
  [
    source.name,
    source.filter_subject ?? '',
    source.external?.api ?? '',
    source.external?.deliver ?? '',
    source.opt_start_seq ?? 0,
  ].join(' ');
