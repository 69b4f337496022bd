/** Events that no regency has said, as whoever has got hold of a NATS server would put them into its streams. */
import { randomUUID } from 'node:crypto';
import { SharedEvent, subjectOf } from '@siaga/domain';
import { EVENTS, hubStream, newPrivateKey, sharedStream, signed, subjectsOf } from '@siaga/stream';
import type { Topology } from '@siaga/testkit';
import type { Random } from '../random.ts';
import { type FaultKind, type Forgeries, HUB, leafName } from './fault.ts';

type Connection = Awaited<ReturnType<Topology['hub']['connect']>>;

/** Stands in everything forged: none of it may be in a picture. */
export const FORGED_MARK = 'PALSU';

interface Forged {
  subject: string;
  text: string;
}

/** A key like a regency's, but nobody's. */
const stranger = newPrivateKey();

/** The last event of the regency in a stream; undefined where there is none yet. */
const lastEvent = async (
  nc: Connection,
  stream: string,
): Promise<{ event: SharedEvent; text: string } | undefined> => {
  const jsm = await nc.jetstreamManager();
  const { state } = await jsm.streams.info(stream);
  for (let seq = state.last_seq; seq > Math.max(0, state.last_seq - 50); seq -= 1) {
    const message = await jsm.streams.getMessage(stream, { seq }).catch(() => undefined);
    const text = message?.string() ?? '';
    const parsed = text.startsWith('{') ? SharedEvent.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success && parsed.data.signature !== undefined && !text.includes(FORGED_MARK))
      return { event: parsed.data, text };
  }
  return undefined;
};

/** A report that would be the regency's next event, as far as a stream shows. */
const nextAfter = ({ event }: { event: SharedEvent }, random: Random): SharedEvent => ({
  ...event,
  id: randomUUID(),
  type: 'siaga.incident.reported.v1',
  subject: randomUUID(),
  sequence: event.sequence + random.whole(1, 3),
  hazard: 'flood',
  dataclass: 'public',
  revision: 1,
  data: {
    hazard: 'flood',
    occurredAt: event.time,
    place: `${event.regency.slice(0, 2)}.${event.regency.slice(2)}.05`,
    chronology: `${FORGED_MARK}: tanggul jebol`,
    source: FORGED_MARK,
    touches: [],
    figures: [],
    details: {},
  },
});

const ways = {
  /** Without a signature. */
  unsigned(last: { event: SharedEvent }, random: Random): Forged {
    const { signature: _, signingkey: __, ...envelope } = nextAfter(last, random);
    return { subject: subjectOf(envelope), text: JSON.stringify(envelope) };
  },
  /** Signed with a key that is nobody's. */
  'wrong key'(last: { event: SharedEvent }, random: Random): Forged {
    const { signature: _, signingkey: __, ...envelope } = nextAfter(last, random);
    return { subject: subjectOf(envelope), text: JSON.stringify(signed(envelope, stranger)) };
  },
  /** With the regency's key named, and a signature of something else that the regency did sign. */
  'borrowed signature'(last: { event: SharedEvent }, random: Random): Forged {
    const envelope = nextAfter(last, random);
    return { subject: subjectOf(envelope), text: JSON.stringify(envelope) };
  },
  /** A true event with other data and a number that is free. */
  'altered data'({ event }: { event: SharedEvent }): Forged {
    const envelope = {
      ...event,
      sequence: event.sequence + 1,
      data: { ...event.data, source: FORGED_MARK, reason: FORGED_MARK },
    };
    return { subject: subjectOf(envelope), text: JSON.stringify(envelope) };
  },
  /** A true event under a number that is not its own. */
  'other number'({ event }: { event: SharedEvent }): Forged {
    const envelope = { ...event, sequence: event.sequence + 1 };
    return { subject: subjectOf(envelope), text: JSON.stringify(envelope) };
  },
};
type Way = keyof typeof ways;

const publish = async (nc: Connection, { texts }: Forgeries, forged: readonly Forged[]) => {
  const js = nc.jetstream();
  for (const { subject, text } of forged) {
    texts.add(text);
    await js.publish(subject, text);
  }
};

/** At a regency's own leaf, as its operator: into the stream that its relay publishes to. */
export const forgedAtLeaf: FaultKind = {
  name: 'forged-at-leaf',
  what: 'forged events (no signature, a stranger’s key, another event’s signature, altered data, another number, another regency’s) published by the operator of a site’s NATS server',
  promised:
    'none is in a picture or an inbox; they are parked as forged and raise an alarm; true events take their numbers',
  weight: 2,
  draw(random, world) {
    const { regency, neighbour } = world.siteOf(random.pick(world.sites).regency);
    const chosen = random.shuffled(Object.keys(ways) as Way[]).slice(0, random.whole(1, 3));
    return {
      says: `forged at the leaf of ${regency}: ${chosen.join(', ')}, and the neighbour’s`,
      touches: [leafName(regency)],
      async begin({ forgeries }) {
        const nc = await world.topology.site(regency).connect('chaos');
        try {
          const own = await lastEvent(nc, EVENTS);
          const theirs = await lastEvent(nc, sharedStream(neighbour));
          const forged = own ? chosen.map((way) => ways[way](own, random)) : [];
          // What the neighbour said is said again by this regency: genuine to the last byte, and not its own.
          if (theirs && own) {
            const subject = subjectOf({ ...theirs.event, regency: own.event.regency });
            forged.push({ subject, text: ` ${theirs.text}` });
          }
          await publish(nc, forgeries, forged);
        } finally {
          await nc.close();
        }
        return undefined;
      },
    };
  },
};

const TRIES = 5;

const publishAtHub = async (
  nc: Connection,
  regency: string,
  forgeries: Forgeries,
  forged: readonly Forged[],
): Promise<void> => {
  const jsm = await nc.jetstreamManager();
  const takingSubjects = async (subjects: string[]) => {
    const { config } = await jsm.streams.info(hubStream(regency));
    await jsm.streams.update(hubStream(regency), { ...config, subjects });
  };
  await takingSubjects([subjectsOf(regency)]);
  try {
    await publish(nc, forgeries, forged);
  } finally {
    await takingSubjects([]);
  }
};

/** At the hub, as its operator: the shared stream is made to take what is published, and then is as it was. */
export const forgedAtHub: FaultKind = {
  name: 'forged-at-hub',
  what: 'forged events published into the shared stream by the operator of the hub, who has opened it for that',
  promised: 'none is in a picture or an inbox of any site; what the hub adds has no signature that counts',
  draw(random, world) {
    const { regency } = random.pick(world.sites);
    const chosen = random.shuffled(Object.keys(ways) as Way[]).slice(0, random.whole(1, 3));
    return {
      says: `forged at the hub, as if of ${regency}: ${chosen.join(', ')}`,
      touches: [HUB],
      async begin({ forgeries }) {
        const nc = await world.topology.hub.connect('chaos');
        try {
          const last = await lastEvent(nc, hubStream(regency));
          if (!last) return undefined;
          const forged = chosen.map((way) => ways[way](last, random));
          // The steward closes the stream again within a second, maybe before it is done.
          for (let tries = 1; ; tries += 1) {
            try {
              await publishAtHub(nc, regency, forgeries, forged);
              break;
            } catch (error) {
              if (tries === TRIES) throw error;
            }
          }
        } finally {
          await nc.close();
        }
        return undefined;
      },
    };
  },
};
