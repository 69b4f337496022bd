/** What an operator watches of a site, beside what every Fastify service measures. */
import { Gauge, Registry } from 'prom-client';
import type { Ledger } from '@siaga/ledger';
import type { Picture } from '@siaga/picture';
import type { Sharing } from '@siaga/regency';

interface Watched {
  ledger: Ledger;
  sharing: Sharing;
  picture: Picture;
}

export const siteMetrics = ({ ledger, sharing, picture }: Watched): Registry => {
  const registry = new Registry();
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (this: Gauge) => void | Promise<void>,
  ) => new Gauge({ name, help, labelNames, registers: [registry], collect });

  gauge('siaga_ledger_position', 'Last position of the ledger', [], async function () {
    this.set(await ledger.head());
  });
  gauge('siaga_journal_sequence', 'Last sequence in the shared journal', [], function () {
    this.set(sharing.journalSequence());
  });
  gauge('siaga_published_sequence', 'Last sequence that the stream holds', [], function () {
    this.set(sharing.publishedSequence() ?? 0);
  });
  gauge('siaga_source_sequence', 'Last sequence of a regency in the picture', ['regency'], function () {
    for (const { regency, lastSequence } of picture.sources.views()) this.set({ regency }, lastSequence);
  });
  gauge('siaga_source_age_seconds', 'Seconds since a regency’s half was complete', ['regency'], function () {
    this.reset();
    for (const { regency, ageSeconds } of picture.sources.views()) {
      if (ageSeconds !== undefined) this.set({ regency }, ageSeconds);
    }
  });
  gauge('siaga_parked_messages', 'Messages that were parked', [], function () {
    this.set(picture.current.store.parkedView().total);
  });
  gauge('siaga_forged_messages', 'Messages that were parked as not signed by their regency', [], function () {
    this.set(picture.current.store.parkedView().forged);
  });
  return registry;
};
