import { useEffect, useState } from 'preact/hooks';
import { ListPanel } from '../incidents/list-panel.tsx';
import { live, replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { Announcer } from './announcer.tsx';
import { Banners } from './banners.tsx';
import { Header } from './header.tsx';
import { later } from './later.tsx';
import { useIsPhone } from './media.ts';
import { PhoneBar } from './phone-bar.tsx';
import { route } from './route.ts';
import { view } from './view.ts';

const MapPanel = later(
  async () => (await import('../map/map-panel.tsx')).MapPanel,
  (text) => text.mapLoading,
);
const Timeline = later(async () => (await import('../timeline/timeline.tsx')).Timeline);
const Detail = later(async () => (await import('../incidents/detail.tsx')).Detail);
const Dialogs = later(async () => (await import('../forms/dialogs.tsx')).Dialogs);

export const App = () => {
  const text = useText();
  const phone = useIsPhone();
  const loaded = useStore(live, (picture) => picture.loaded);
  const past = useStore(replay, (back) => back !== undefined);
  const incident = useStore(route, (now) => now.incident);
  const tab = useStore(view, (now) => now.tab);
  const timelineOpen = useStore(view, (now) => now.timelineOpen);
  const picking = useStore(view, (now) => now.picking);
  const dialogsWanted = useStore(view, (now) => now.dialog !== undefined || now.picking);
  const mapWanted = useMapWanted(phone, tab === 'map' || picking);
  return (
    <div
      class="page"
      data-mode={past ? 'past' : 'live'}
      data-tab={picking ? 'map' : tab}
      data-detail={incident ? 'open' : undefined}
      data-timeline={timelineOpen ? 'open' : undefined}
    >
      <a class="skip" href="#list" onClick={skipToList}>
        {text.skip}
      </a>
      <Header />
      <Banners />
      <main class="panels">
        <ListPanel />
        <section class="map" aria-label={text.map}>
          {mapWanted && <MapPanel />}
        </section>
        {incident && <Detail key={incident} incident={incident} />}
      </main>
      {loaded ? <Timeline /> : <footer class="timeline" />}
      {phone && <PhoneBar />}
      {dialogsWanted && <Dialogs />}
      <Announcer />
    </div>
  );
};

/** The address after `#` is the page's own, so the link moves the focus by hand. */
const skipToList = (event: MouseEvent) => {
  event.preventDefault();
  document.querySelector<HTMLElement>('#list')?.focus();
};

/** The list comes first: the map's code is asked for when the list stands, on a phone when its tab is opened. */
const useMapWanted = (phone: boolean, opened: boolean): boolean => {
  const loaded = useStore(live, (picture) => picture.loaded);
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (!wanted && (phone ? opened : loaded)) setWanted(true);
  }, [phone, opened, loaded, wanted]);
  return wanted;
};
