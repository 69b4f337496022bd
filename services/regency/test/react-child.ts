/**
 * A site's part that hears and reacts, or a site that is sent one command; as a process of its own it kills itself
 * around the n-th append to its ledger. `argv[2]` is the plan as JSON, `argv[3]` the cut.
 */
import { join } from 'node:path';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { connectNats } from '@siaga/stream';
import { v7 as uuidv7 } from 'uuid';
import { openCooperation } from '../src/cooperation.ts';
import { inboxStream, sequenceOf } from '../src/reactions/inbox-events.ts';
import { startInbox } from '../src/reactions/inbox.ts';
import { keysOf } from './keys.ts';
import { ledgerWith } from './ledger-with.ts';

interface Cut {
  call: number;
  when: 'before' | 'after';
}
/** Hears the neighbour's stream up to `last`, and lets everything have its effect. */
export interface ReactPlan {
  does: 'react';
  dir: string;
  regency: string;
  neighbour: string;
  last: number;
  /** The site's time, which stands still: a restart changes nothing that is compared. */
  now: number;
  nats: { servers: string[]; seed: string };
}
/** Sends one command with a key, as the head of BPBD. */
export interface CommandPlan {
  does: 'command';
  dir: string;
  regency: string;
  url: string;
  key: string;
}
export type Plan = ReactPlan | CommandPlan;

type Wrapped = (ledger: Ledger) => Ledger;

/** Resolves when all is done, with what the command answered. */
export const carryOut = (plan: Plan, wrapped: Wrapped = (ledger) => ledger): Promise<unknown> =>
  plan.does === 'react' ? react(plan, wrapped) : command(plan, wrapped);

async function react(
  { dir, regency, neighbour, last, now, nats }: ReactPlan,
  wrapped: Wrapped,
): Promise<undefined> {
  const clock = () => now;
  const ledger = wrapped(await openSqliteLedger({ file: join(dir, 'ledger.db'), clock }));
  const cooperation = openCooperation({ regency, ledger, keys: keysOf(dir, regency), clock });
  const nc = await connectNats({ ...nats, name: 'inbox' });
  const inbox = await startInbox({ nc, neighbour, ledger, cooperation, newId: () => uuidv7() });
  await untilHeard(ledger, inboxStream(neighbour), last);
  await cooperation.reactor.settled();
  await inbox.stop();
  await nc.close();
  await cooperation.stop();
  await ledger.close();
}

async function untilHeard(ledger: Ledger, inbox: string, last: number): Promise<void> {
  const { signal } = new AbortController();
  for await (const batch of ledger.subscribeAll({ after: 0, signal })) {
    if (batch.some((event) => event.stream === inbox && sequenceOf(event) === last)) return;
  }
}

async function command({ dir, regency, url, key }: CommandPlan, wrapped: Wrapped): Promise<unknown> {
  const { openSite } = await import('./site.ts');
  const site = await openSite({ dir, regency, ledgerOf: wrapped });
  const { status, body } = await site.send('POST', url, {
    as: 'kalaksa',
    body: {},
    headers: { 'idempotency-key': key },
  });
  await site.cooperation.reactor.settled();
  await site.close({ keep: true });
  return { status, body };
}

/** Kills this process, as kill -9 does, around the append of that number. */
const killing =
  ({ call, when }: Cut): Wrapped =>
  (ledger) => {
    let calls = 0;
    return ledgerWith(ledger, async (...append) => {
      calls += 1;
      const last = calls === call;
      if (last && when === 'before') await die();
      const appended = await ledger.append(...append);
      if (last) await die();
      return appended;
    });
  };

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};

if (import.meta.main) {
  const [plan = '', cut = ''] = process.argv.slice(2);
  await carryOut(JSON.parse(plan) as Plan, killing(JSON.parse(cut) as Cut));
}
