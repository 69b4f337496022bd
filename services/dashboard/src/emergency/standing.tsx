/** What is in force everywhere must be seen: statuses on the situation page, warnings and overrides on every page. */
import '../styles/emergency.css';
import unlocked from '@fortawesome/fontawesome-free/svgs/solid/lock-open.svg?icon';
import triangle from '@fortawesome/fontawesome-free/svgs/solid/triangle-exclamation.svg?icon';
import type { OverrideItem } from '../api/contract.ts';
import { useCountdown, useTimeAt } from '../app/countdown.ts';
import { useRegencyNames } from '../app/names.ts';
import { pageHref } from '../app/route.ts';
import { site } from '../app/site.ts';
import { hazardIcons } from '../hazard-icons.ts';
import { Icon } from '../icon.tsx';
import { shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useEmergencyText } from '../text/emergency.ts';
import { useLanguage, useText } from '../text/text.ts';
import { dayText, shortTime } from '../time.ts';
import { LevelChip, TimeLeft } from './parts.tsx';
import { type Standing, instantsOf, standingOf } from './rules.ts';
import { useEmergencyStatuses, useOverrides } from './use-standing.ts';

/** The statuses that stand, of both regencies, with the time left. No line at all where none stands. */
export const StandingStrip = () => {
  const text = useText();
  const words = useEmergencyText();
  const name = useRegencyNames();
  const here = useStore(site, (now) => now?.regency.code);
  const { answer, problem } = useEmergencyStatuses();
  const now = useTimeAt(instantsOf(answer?.items ?? []));
  if (!answer) return problem ? <p class="standing stale">{words.stripFailed}</p> : null;
  const standing = standingOf(answer.items, now, here);
  if (standing.length === 0) return null;
  return (
    <nav class="standing" aria-label={words.strip}>
      {standing.map(({ view, standing: { level, ends, warn } }) => (
        <a key={view.id} href={pageHref('emergency', view.id)} data-emergency={view.id}>
          <Icon of={hazardIcons[view.hazard]} />
          <span>
            {text.hazard[view.hazard]} {name(view.regency)}
          </span>
          <LevelChip level={level} short />
          <TimeLeft ends={ends} warn={warn} />
        </a>
      ))}
    </nav>
  );
};

/** Statuses that end within three days, and data that somebody shares without an agreement. */
export const StandingBanners = () => {
  const here = useStore(site, (known) => known?.regency.code);
  const statuses = useEmergencyStatuses();
  const now = useTimeAt(instantsOf(statuses.answer?.items ?? []));
  const overrides = useOverrides();
  const ending = standingOf(statuses.answer?.items ?? [], now, here).filter(({ standing }) => standing.warn);
  return (
    <>
      {ending.map((one) => (
        <EndingBanner key={one.view.id} of={one} />
      ))}
      {overrides.answer?.items.map((item) => (
        <OverrideBanner key={item.id} item={item} />
      ))}
    </>
  );
};

const EndingBanner = ({ of: { view, standing } }: { of: Standing }) => {
  const text = useText();
  const words = useEmergencyText();
  const language = useLanguage();
  const name = useRegencyNames();
  const left = useCountdown(standing.ends);
  return (
    <p class="banner" data-kind="warning" data-banner="emergency-ends">
      <Icon of={triangle} />
      <span>
        <a href={pageHref('emergency', view.id)}>
          {words.warnBanner(
            words.level[standing.level],
            text.hazard[view.hazard],
            name(view.regency),
            dayText(language, standing.decree.to),
            left === undefined ? words.over : words.left(left),
          )}
        </a>
      </span>
    </p>
  );
};

const OverrideBanner = ({ item }: { item: OverrideItem }) => {
  const words = useEmergencyText();
  const language = useLanguage();
  const name = useRegencyNames();
  const left = useCountdown(item.until);
  const until = useStore(shownNow, (now) => shortTime(language, Date.parse(item.until), now));
  const begun = useStore(shownNow, (now) => now >= Date.parse(item.from));
  if (left === undefined || !begun) return null;
  return (
    <p class="banner" data-kind="note" data-banner="override">
      <Icon of={unlocked} />
      <span>
        <a href={pageHref('agreements')}>
          {words.overrideBanner(
            name(item.regency),
            item.classes.map((one) => words.dataClass[one]).join(words.and),
            until,
            words.left(left),
          )}
        </a>{' '}
        <span class="banner-more">{words.because(item.reason)}</span>
      </span>
    </p>
  );
};
