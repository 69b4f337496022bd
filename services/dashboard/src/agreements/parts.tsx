import { type AgreementStatus, type InForcePeriod, agreementStatusAt } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import type { AgreementItem } from '../api/contract.ts';
import { useCountdown, useTimeAt } from '../app/countdown.ts';
import { shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useLanguage } from '../text/text.ts';
import { dayText, shortTime } from '../time.ts';
import { instantsOf } from './rules.ts';

/** The colours that the incidents' states have too: white talked about, yellow under way, green in force, grey over. */
const colours: Record<AgreementStatus, string> = {
  talks: 'reported',
  finalised: 'verified',
  'half-signed': 'verified',
  signed: 'verified',
  'in-force': 'contained',
  expired: 'closed',
  terminated: 'closed',
};

export const StatusChip = ({ status }: { status: AgreementStatus }) => {
  const words = useAgreementsText();
  return (
    <span class="status" data-status={colours[status]}>
      {words.status[status]}
    </span>
  );
};

/** `7 September 2020 s.d. 6 September 2021`, by the document's days. */
export const FromTo = ({ from, to }: { from: string; to: string }) => {
  const words = useAgreementsText();
  const language = useLanguage();
  return <>{words.fromTo(dayText(language, from), dayText(language, to))}</>;
};

/** How long it still lasts, counting down. */
export const Left = ({ until }: { until: string }) => {
  const words = useAgreementsText();
  const left = useCountdown(until);
  return <span class="countdown">{left === undefined ? words.over : words.left(left)}</span>;
};

/** A moment as people of the duty room say it, from the time that the screen shows. */
export const Moment = ({ at }: { at: string }) => {
  const language = useLanguage();
  const words = useStore(shownNow, (now) => shortTime(language, Date.parse(at), now));
  return <time dateTime={at}>{words}</time>;
};

export const Row = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{children}</td>
  </tr>
);

/** Where an agreement stands at the time shown. Asked here, for time passes without an event. */
export const useStatus = (item: AgreementItem): { status: AgreementStatus; inForce?: InForcePeriod } =>
  agreementStatusAt({ ...item, inForce: item.periods }, new Date(useTimeAt(instantsOf(item))).toISOString());
