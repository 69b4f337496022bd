import type { IncidentEvent, Role } from '@siaga/domain';
import { useEffect, useRef } from 'preact/hooks';
import type { HistoryItem } from '../api/contract.ts';
import { usePlaceName, useRegencyName } from '../app/names.ts';
import { route } from '../app/route.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { fullTime } from '../time.ts';
import { Count } from './count.tsx';
import { type SummaryLine, summaryOf } from './event-summary.ts';

/** Every event of an incident, newest first: who, when it happened, when its owner recorded it, when we knew. */
export const History = ({ items }: { items: HistoryItem[] | undefined }) => {
  const work = useWorkText();
  return (
    <section class="block">
      <h3>{work.history}</h3>
      {!items && <p class="quiet">{work.historyLoading}</p>}
      {items?.length === 0 && <p class="quiet">{work.historyEmpty}</p>}
      <ol class="history" reversed>
        {items
          ?.toSorted((a, b) => b.revision - a.revision)
          .map((item) => (
            <Entry key={item.sequence} item={item} />
          ))}
      </ol>
    </section>
  );
};

const Entry = ({ item }: { item: HistoryItem }) => {
  const text = useText();
  const work = useWorkText();
  const owner = useRegencyName(item.regency);
  const [role = ''] = item.actor.split(':');
  const here = useRef<HTMLLIElement>(null);
  const pointedAt = useStore(
    route,
    ({ event }) => event?.regency === item.regency && event.sequence === item.sequence,
  );
  useEffect(() => {
    if (!pointedAt) return;
    here.current?.scrollIntoView({ block: 'center' });
    here.current?.focus({ preventScroll: true });
  }, [pointedAt]);
  return (
    <li ref={here} class="entry" tabIndex={-1} aria-current={pointedAt ? 'true' : undefined}>
      <p class="entry-head">
        <b>{eventName(item.type, work.event)}</b>
        <span>
          {roleName(role, text.role)}, {owner}
        </span>
        <span>{text.sequence(item.sequence)}</span>
      </p>
      {summaryOf(item.data).map((line, index) => (
        <Line key={index} line={line} />
      ))}
      <dl class="times">
        <Time name={work.happened} at={item.occurredAt} />
        <Time name={work.recorded} at={item.recordedAt} />
        <Time name={work.receivedHere} at={item.receivedAt} />
      </dl>
      <a href={`/api/v1/picture/events/${item.regency}/${item.sequence}`} target="_blank" rel="noreferrer">
        {work.envelope}
      </a>
    </li>
  );
};

/** History names events either as the domain does (`IncidentReported`) or by their wire name. */
const eventName = (type: string, words: Record<IncidentEvent['type'], string>): string => {
  const wire = /^siaga\.incident\.([a-z-]+)\.v\d+$/.exec(type)?.[1];
  const name = wire
    ? `Incident${wire.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase())}`
    : type;
  return (words as Record<string, string>)[name] ?? type;
};
const roleName = (role: string, words: Record<Role, string>): string =>
  (words as Record<string, string>)[role] ?? role;

const Time = ({ name, at }: { name: string; at: string }) => {
  const language = useLanguage();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <time dateTime={at}>{fullTime(language, Date.parse(at))}</time>
      </dd>
    </div>
  );
};

const Line = ({ line }: { line: SummaryLine }) =>
  line.is === 'text' ? <p class="entry-text">{line.text}</p> : <CountLine line={line} />;

const CountLine = ({ line }: { line: Extract<SummaryLine, { is: 'count' }> }) => {
  const work = useWorkText();
  const place = usePlaceName(line.place);
  return (
    <p class="entry-count">
      {place}, {work.measure[line.measure] ?? line.measure}:{' '}
      {line.was !== undefined && (
        <>
          <del class="was">
            <Count count={line.was} />
          </del>{' '}
        </>
      )}
      <Count count={line.count} />
    </p>
  );
};
