import type { Count as CountValue, FigureView } from '@siaga/domain';
import { incidentHref } from '../app/route.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { formatNumber, shortTime } from '../time.ts';
import { shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';

/** A count as people must read it: a number, NIHIL (counted, none), or not yet counted. They look different. */
export const Count = ({ count }: { count: CountValue }) => {
  const work = useWorkText();
  const language = useLanguage();
  if (count === 'pending')
    return (
      <span class="count" data-count="pending">
        {work.pending}
      </span>
    );
  if (count === 0)
    return (
      <span class="count" data-count="nil">
        {work.nil}
      </span>
    );
  return (
    <span class="count" data-count="counted">
      {formatNumber(language, count)}
    </span>
  );
};

/** A figure with what it corrects, the time of its observation and the way to the event that said so. */
export const Figure = ({
  figure,
  incident,
  regency,
}: {
  figure: FigureView;
  incident: string;
  regency: string;
}) => {
  const work = useWorkText();
  const language = useLanguage();
  const observed = useStore(shownNow, (now) => shortTime(language, Date.parse(figure.observedAt), now));
  const { corrected } = figure;
  return (
    <>
      <span class="figure">
        {corrected && (
          <del class="was">
            <span class="unseen">{work.was} </span>
            <Count count={corrected.was} />
          </del>
        )}
        <Count count={figure.count} />
        <EventLink incident={incident} regency={regency} sequence={figure.sequence} />
      </span>
      <span class="figure-note">{work.observed(observed)}</span>
      {corrected && <span class="figure-note">{work.correctedBecause(corrected.reason)}</span>}
    </>
  );
};

export const EventLink = (event: { incident: string; regency: string; sequence: number }) => {
  const text = useText();
  const work = useWorkText();
  return (
    <a
      class="event-link"
      href={incidentHref(event.incident, event)}
      title={work.toEvent(event.sequence)}
      aria-label={work.toEvent(event.sequence)}
    >
      {text.sequence(event.sequence)}
    </a>
  );
};
