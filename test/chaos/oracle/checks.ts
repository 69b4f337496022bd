/**
 * Compares what a run left behind with what was acknowledged. Pure, so that tests can break the evidence and see that
 * it is noticed. Knows ledger, stream and picture only as evidence; what they should hold it has from the answers that
 * the commands got.
 */
import { isDeepStrictEqual } from 'node:util';
import { dataClassOf } from '@siaga/domain';
import { FORGED_MARK } from '../faults/forge.ts';
import type { Entry, Evidence, Held, SiteEvidence } from './evidence.ts';
import { saysOf, withoutNumbers } from './views.ts';

/** Each a sentence; none where all is well. */
export interface Findings {
  /** Something acknowledged is not where it has to be. */
  lost: string[];
  /** Something is there more than once, or a number stands for two different events. */
  doubled: string[];
  /** A picture does not show what was commanded, or not what the other shows. */
  unequal: string[];
  /** A site has taken in what its owner has not said. */
  forgedAccepted: string[];
}

export const check = (evidence: Evidence): Findings => {
  const findings: Findings = { lost: [], doubled: [], unequal: [], forgedAccepted: [] };
  checkCommands(evidence, findings);
  for (const site of evidence.sites) {
    checkLedger(site, findings);
    checkJournals(site, findings);
    checkInbox(site, evidence, findings);
  }
  for (const held of evidence.held) checkHeld(held, evidence, findings);
  checkShown(evidence, findings);
  return findings;
};

const siteOf = ({ sites }: Evidence, regency: string): SiteEvidence | undefined =>
  sites.find((site) => site.regency === regency);

/** What stands under a name more than once. */
const repeated = <Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[] => {
  const seen = new Set<string>();
  return items.filter((item) => {
    const name = nameOf(item);
    const again = seen.has(name);
    seen.add(name);
    return again;
  });
};

/** Every acknowledged command is in its site's ledger once, where the answer said. */
const checkCommands = (evidence: Evidence, { lost, doubled }: Findings): void => {
  for (const site of evidence.sites) {
    const byKey = Map.groupBy(
      site.ledger.filter(({ key }) => key !== undefined),
      ({ key }) => key ?? '',
    );
    for (const [key, events] of byKey) {
      if (events.length > 1) doubled.push(`${site.regency}: command ${key} made ${events.length} events`);
    }
    for (const { key, revision } of evidence.acknowledged.filter(({ regency }) => regency === site.regency)) {
      const event = byKey.get(key)?.[0];
      if (!event) lost.push(`${site.regency}: command ${key} was acknowledged and is not in the ledger`);
      else if (event.revision !== revision) {
        lost.push(
          `${site.regency}: command ${key} was answered with revision ${revision}, and is ${event.revision}`,
        );
      }
    }
  }
};

/** Positions, streams and ids are what they say. */
const checkLedger = ({ regency, ledger }: SiteEvidence, { lost, doubled }: Findings): void => {
  for (const { id } of repeated(ledger, (event) => event.id))
    doubled.push(`${regency}: event ${id} is in the ledger twice`);
  for (const [stream, events] of Map.groupBy(ledger, (event) => event.stream)) {
    for (const [index, { revision }] of events.entries()) {
      if (revision !== index + 1) {
        lost.push(`${regency}: stream ${stream} has revision ${revision} in place ${index + 1}`);
        break;
      }
    }
  }
};

/** Every event that may be shared is in its journal once, and the journal is one chain without a gap. */
const checkJournals = ({ regency, ledger, journals }: SiteEvidence, { lost, doubled }: Findings): void => {
  for (const [name, entries] of Object.entries(journals)) {
    for (const { id } of repeated(entries, (entry) => entry.id))
      doubled.push(`${regency}: event ${id} is in ${name} twice`);
    let previous = '0'.repeat(64);
    for (const [index, { sequence, previoushash, hash }] of entries.entries()) {
      if (sequence !== index + 1 || previoushash !== previous) {
        lost.push(`${regency}: entry ${sequence} of ${name} does not follow the one before it`);
        break;
      }
      previous = hash;
    }
    const shared = new Set(entries.map(({ id }) => id));
    for (const { id, type } of ledger) {
      const dataClass = dataClassOf(type);
      const belongs =
        dataClass !== undefined && dataClass !== 'local' && (name === 'shared' || dataClass !== 'public');
      if (belongs && !shared.has(id)) lost.push(`${regency}: event ${id} (${type}) is not in ${name}`);
    }
  }
};

const checkInbox = (
  { regency, inbox }: SiteEvidence,
  evidence: Evidence,
  { doubled, forgedAccepted }: Findings,
): void => {
  for (const { owner, sequence } of repeated(inbox, (one) => `${one.owner} ${one.sequence}`)) {
    doubled.push(`${regency}: event ${sequence} of ${owner} is in the inbox twice`);
  }
  for (const { owner, sequence, id } of inbox) {
    const entry = siteOf(evidence, owner)?.journals.shared[sequence - 1];
    if (entry?.id !== id)
      forgedAccepted.push(`${regency}: its inbox has ${id} as event ${sequence} of ${owner}`);
  }
};

/** What is held of a journal is the journal: all of it, and nothing else under its numbers. */
const checkHeld = (held: Held, evidence: Evidence, { lost, doubled, forgedAccepted }: Findings): void => {
  const { owner, journal, where, kind, whole, events } = held;
  const entries: readonly Entry[] = siteOf(evidence, owner)?.journals[journal] ?? [];
  const found = new Set<number>();
  for (const { sequence, digest } of events) {
    const isForged = evidence.forged.has(digest);
    if (kind === 'stream' && isForged) continue;
    const entry = entries[sequence - 1];
    if (entry?.digest === digest) {
      if (kind === 'picture' && found.has(sequence))
        doubled.push(`${where} has event ${sequence} of ${owner} twice`);
      found.add(sequence);
    } else if (isForged || !entry) {
      forgedAccepted.push(`${where} has as event ${sequence} of ${owner} what ${owner} has not said`);
    } else {
      doubled.push(`${where} has another event under number ${sequence} of ${owner}`);
    }
  }
  if (!whole) return;
  const missing = entries.filter(({ sequence }) => !found.has(sequence)).map(({ sequence }) => sequence);
  for (const sequence of missing) lost.push(`${where} does not have event ${sequence} of ${owner}`);
};

const checkShown = ({ sites, expected }: Evidence, { lost, unequal, forgedAccepted }: Findings): void => {
  for (const { noun, regency, id, says } of expected) {
    for (const site of sites) {
      const view = site.shown[noun].get(id);
      if (!view) lost.push(`the picture of ${site.regency} does not show ${noun} ${id} of ${regency}`);
      else if (says && !isDeepStrictEqual(saysOf(noun, view), says)) {
        unequal.push(
          `the picture of ${site.regency} shows ${noun} ${id} as ${JSON.stringify(saysOf(noun, view))}, commanded was ${JSON.stringify(says)}`,
        );
      }
    }
  }
  const [one, other] = sites;
  for (const noun of ['incidents', 'resources', 'stocks', 'conversations', 'agreements'] as const) {
    for (const id of new Set([...one.shown[noun].keys(), ...other.shown[noun].keys()])) {
      const [a, b] = [one.shown[noun].get(id), other.shown[noun].get(id)];
      if (!a || !b || !isDeepStrictEqual(withoutNumbers(a), withoutNumbers(b))) {
        unequal.push(`${noun} ${id}: the two pictures differ: ${JSON.stringify(a)} and ${JSON.stringify(b)}`);
      }
    }
  }
  for (const { regency, shown } of sites) {
    for (const [noun, views] of Object.entries(shown)) {
      for (const [id, view] of views) {
        if (JSON.stringify(view).includes(FORGED_MARK))
          forgedAccepted.push(`the picture of ${regency} shows ${noun} ${id}, which is forged`);
      }
    }
  }
};
