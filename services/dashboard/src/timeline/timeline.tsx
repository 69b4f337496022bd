import '../styles/timeline.css';
import clockBack from '@fortawesome/fontawesome-free/svgs/solid/clock-rotate-left.svg?icon';
import next from '@fortawesome/fontawesome-free/svgs/solid/forward-step.svg?icon';
import previous from '@fortawesome/fontawesome-free/svgs/solid/backward-step.svg?icon';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimelineAnswer } from '../api/contract.ts';
import { request } from '../api/http.ts';
import { onChanged } from '../picture/changes.ts';
import { Icon } from '../icon.tsx';
import { clock } from '../picture/clock.ts';
import { backToLive, live, lookBack, replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { fullTime, shortTime } from '../time.ts';

const MINUTE_MS = 60_000;
const RELOAD_MS = 30_000;
/** As long as it says that there is nothing, which one event makes wrong. */
const RELOAD_EMPTY_MS = 1_000;
/** While the slider moves, not every step asks the server. */
const SETTLE_MS = 150;

/** Turns the picture back to what was known at a moment. The right end is now. */
export const Timeline = () => {
  const text = useText();
  const language = useLanguage();
  const known = useTimeline();
  const back = useStore(replay, (now) => now?.at);
  const nowMinute = useStore(clock, (now) => Math.ceil(now / MINUTE_MS) * MINUTE_MS);
  const [dragged, setDragged] = useState<number>();
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const first =
    known?.first === undefined ? undefined : Math.floor(Date.parse(known.first) / MINUTE_MS) * MINUTE_MS;
  if (first === undefined) return <footer class="timeline">{known && <p>{text.timelineEmpty}</p>}</footer>;

  const last = Math.max(nowMinute, first + MINUTE_MS);
  const at = dragged ?? back ?? last;
  const go = (to: number) => {
    setDragged(undefined);
    if (to >= last) backToLive();
    else lookBack(to);
  };
  const moved = (to: number) => {
    setDragged(to);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => go(to), SETTLE_MS);
  };
  const changes = known?.changes ?? [];
  const stepTo = (direction: 1 | -1) => {
    const times = changes.map((change) => Date.parse(change.at) + 1000);
    const to = direction === 1 ? times.find((time) => time > at) : times.findLast((time) => time < at - 1000);
    if (to !== undefined) go(to);
    else if (direction === 1) go(last);
  };
  return (
    <footer class="timeline" aria-label={text.timeline}>
      <button
        type="button"
        class="tool"
        title={text.previousChange}
        aria-label={text.previousChange}
        onClick={() => stepTo(-1)}
      >
        <Icon of={previous} />
      </button>
      <button
        type="button"
        class="tool"
        title={text.nextChange}
        aria-label={text.nextChange}
        disabled={back === undefined}
        onClick={() => stepTo(1)}
      >
        <Icon of={next} />
      </button>
      <span class="timeline-end">{shortTime(language, first, nowMinute)}</span>
      <div class="timeline-track">
        <Bars changes={changes} from={first} to={last} />
        <input
          type="range"
          min={first}
          max={last}
          step={MINUTE_MS}
          value={at}
          aria-label={text.timelineLabel}
          aria-valuetext={at >= last ? text.now : fullTime(language, at)}
          onInput={(event) => moved(Number(event.currentTarget.value))}
        />
      </div>
      <output class="timeline-at">{at >= last ? text.now : shortTime(language, at, nowMinute)}</output>
      {back !== undefined && (
        <button type="button" class="timeline-live" onClick={backToLive}>
          <Icon of={clockBack} /> {text.backToLive}
        </button>
      )}
    </footer>
  );
};

/** The site's timeline, asked for again when something changed, at most every half minute. */
const useTimeline = (): TimelineAnswer | undefined => {
  const [known, setKnown] = useState<TimelineAnswer>();
  const loaded = useStore(live, (picture) => picture.loaded);
  const incidents = useStore(live, (picture) => picture.incidents);
  const askedAt = useRef(0);
  const [others, setOthers] = useState(0);
  const pause = known?.first === undefined ? RELOAD_EMPTY_MS : RELOAD_MS;
  useEffect(() => onChanged(() => setOthers((count) => count + 1)), []);
  useEffect(() => {
    if (!loaded) return;
    const wait = Math.max(0, askedAt.current + pause - Date.now());
    const timer = setTimeout(() => {
      askedAt.current = Date.now();
      // The slider is no reason to alarm anyone: without an answer the one before stays.
      request<TimelineAnswer>('/api/v1/picture/timeline').then(setKnown, () => (askedAt.current = 0));
    }, wait);
    return () => clearTimeout(timer);
  }, [loaded, incidents, others, pause]);
  return known;
};

const BARS = 120;

/** How much changed when, behind the slider. */
const Bars = ({ changes, from, to }: { changes: TimelineAnswer['changes']; from: number; to: number }) => {
  const counts = Array.from({ length: BARS }, () => 0);
  for (const { at, count } of changes) {
    const bar = Math.min(BARS - 1, Math.max(0, Math.floor(((Date.parse(at) - from) / (to - from)) * BARS)));
    counts[bar] = (counts[bar] ?? 0) + count;
  }
  const most = Math.max(1, ...counts);
  const path = counts
    .map((count, bar) => {
      if (count === 0) return '';
      const height = 3 + 17 * Math.sqrt(count / most);
      return `M${bar} 20v${-height}h.8v${height}z`;
    })
    .join('');
  return (
    <svg class="timeline-bars" viewBox={`0 0 ${BARS} 20`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
};
