/** What is wrong with a regency's half, and what came and was not taken in. Loaded when there is such. */
import warning from '@fortawesome/fontawesome-free/svgs/solid/triangle-exclamation.svg?icon';
import type { SourceView } from '@siaga/domain';
import { Icon } from '../icon.tsx';
import { clock } from '../picture/clock.ts';
import { live } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useTroubleText } from '../text/trouble.ts';
import { shortTime } from '../time.ts';
import { Banner } from './banner.tsx';
import { useAgeOfSource } from './header.tsx';
import { useRegencyName } from './names.ts';

/** `cut`: this page has lost its server, and what it last heard of the halves says nothing any more. */
export const Trouble = ({ cut }: { cut: boolean }) => {
  const sources = useStore(live, (picture) => picture.sources);
  return (
    <>
      {!cut &&
        sources
          .filter(({ link }) => link !== 'live')
          .map((source) => <SourceBanner key={source.regency} source={source} />)}
      <SetAside />
    </>
  );
};

const SourceBanner = ({ source }: { source: SourceView }) => {
  const text = useText();
  const words = useTroubleText();
  const language = useLanguage();
  const name = useRegencyName(source.regency);
  const age = useAgeOfSource(source);
  const { link, completeAt, lastSequence, hole, failing, repair, held } = source;
  const at = useStore(clock, (now) =>
    completeAt === undefined ? text.neverComplete : shortTime(language, Date.parse(completeAt), now),
  );
  const sequence = lastSequence > 0 ? words.sequence(lastSequence) : text.noSequence;
  const sentence = () => {
    if (link === 'hole')
      return hole
        ? words.hole(name, hole.expected, hole.found, at, repair?.answer)
        : words.holeUnknown(name, at);
    if (link === 'failing') return words.failing(name, failing ?? '', at);
    if (link === 'held') return words.held(name, held ?? '', at);
    return completeAt === undefined
      ? words.neverComplete(name, sequence)
      : words.lost(name, at, age, sequence);
  };
  return <Banner>{sentence()}</Banner>;
};

/** How long an alarm stands; what was refused stays in the list of what was parked. */
const ALARM_MS = 24 * 3_600_000;

const SetAside = () => {
  const words = useTroubleText();
  const language = useLanguage();
  const { total, forged, lastForgedAt } = useStore(live, (picture) => picture.parked);
  const at = lastForgedAt === undefined ? 0 : Date.parse(lastForgedAt);
  const alarming = useStore(clock, (now) => now - at < ALARM_MS);
  const time = useStore(clock, (now) => shortTime(language, at, now));
  const unreadable = total - forged;
  return (
    <>
      {alarming && (
        <p class="banner" data-kind="warning" role="alert">
          <Icon of={warning} />
          <span>{words.forged(forged, time)}</span>
        </p>
      )}
      {unreadable > 0 && <Banner kind="note">{words.unreadable(unreadable)}</Banner>}
    </>
  );
};
