/** What is not as it should be, each in its own sentence. */
import clockBack from '@fortawesome/fontawesome-free/svgs/solid/clock-rotate-left.svg?icon';
import { Icon } from '../icon.tsx';
import { clock } from '../picture/clock.ts';
import { backToLive, connection, live, loadFailed, replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { fullTime, clockTime } from '../time.ts';
import { Banner } from './banner.tsx';
import { later } from './later.tsx';

const StandingBanners = later(
  async () => (await import('../emergency/standing.tsx')).StandingBanners,
  () => undefined,
);

const Trouble = later(
  async () => (await import('./trouble.tsx')).Trouble,
  () => undefined,
);

export const Banners = () => {
  const text = useText();
  const troubled = useStore(
    live,
    ({ sources, parked }) => parked.total > 0 || sources.some(({ link }) => link !== 'live'),
  );
  const cut = useStore(connection, (now) => now.is === 'lost');
  const failed = useStore(loadFailed, (now) => now);
  const loaded = useStore(live, (picture) => picture.loaded);
  return (
    <div class="banners">
      <ReplayBanner />
      {/* Made new when it appears, and its text kept out of the live region: a countdown must not be read aloud. */}
      {cut && <LostBanner />}
      {failed && !cut && <Banner>{text.loadFailed}</Banner>}
      {troubled && <Trouble cut={cut} />}
      {loaded && <StandingBanners />}
    </div>
  );
};

const ReplayBanner = () => {
  const text = useText();
  const language = useLanguage();
  const back = useStore(replay, (now) => now);
  if (!back) return null;
  return (
    <div class="banner" data-kind="replay" role="status">
      <Icon of={clockBack} />
      <span>
        <b>{text.replayBanner(fullTime(language, back.at))}</b>{' '}
        {back.failed ? text.replayFailed : back.picture ? text.replayNote : text.replayLoading}
      </span>
      <button type="button" onClick={backToLive}>
        {text.backToLive} <kbd>l</kbd>
      </button>
    </div>
  );
};

const LostBanner = () => {
  const text = useText();
  const language = useLanguage();
  const state = useStore(connection, (now) => now);
  // Draws the countdown each second.
  useStore(clock, (now) => Math.floor(now / 1000));
  if (state.is !== 'lost') return null;
  const seconds = Math.ceil((state.retryAt - Date.now()) / 1000);
  return <Banner>{text.lostBanner(clockTime(language, state.since), text.retryIn(seconds))}</Banner>;
};
