import type { ComponentType } from 'preact';
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
import { type PageName, route } from './route.ts';
import { view } from './view.ts';

const MapPanel = later(
  async () => (await import('../map/map-panel.tsx')).MapPanel,
  (text) => text.mapLoading,
);
const Timeline = later(async () => (await import('../timeline/timeline.tsx')).Timeline);
const Detail = later(async () => (await import('../incidents/detail.tsx')).Detail);
const StandingStrip = later(
  async () => (await import('../emergency/standing.tsx')).StandingStrip,
  () => undefined,
);
/** A page beside the situation; the styles that all of them have come with the first. */
const areaPage = (load: () => Promise<ComponentType>) =>
  later(async () => {
    const [page] = await Promise.all([load(), import('../styles/area.css'), import('../styles/actions.css')]);
    return page;
  });
const pageOf: Record<Exclude<PageName, 'situation'>, ComponentType> = {
  agreements: areaPage(async () => (await import('../agreements/agreements-page.tsx')).AgreementsPage),
  emergency: areaPage(async () => (await import('../emergency/emergency-page.tsx')).EmergencyPage),
  resources: areaPage(async () => (await import('../resources/resources-page.tsx')).ResourcesPage),
  aid: areaPage(async () => (await import('../aid/aid-page.tsx')).AidPage),
};
const PhoneBar = later(
  async () => (await import('./phone-bar.tsx')).PhoneBar,
  () => undefined,
);
const Dialogs = later(async () => (await import('../forms/dialogs.tsx')).Dialogs);

export const App = () => {
  const text = useText();
  const phone = useIsPhone();
  const loaded = useStore(live, (picture) => picture.loaded);
  const past = useStore(replay, (back) => back !== undefined);
  const page = useStore(route, (now) => now.page);
  const incident = useStore(route, (now) => now.incident);
  const tab = useStore(view, (now) => now.tab);
  const timelineOpen = useStore(view, (now) => now.timelineOpen);
  const picking = useStore(view, (now) => now.picking);
  const dialogsWanted = useStore(view, (now) => now.dialog !== undefined || now.picking);
  const situation = page === 'situation';
  const mapWanted = useMapWanted(situation && (!phone || tab === 'map' || picking));
  const situationSeen = useSeen(situation);
  const Page = situation ? undefined : pageOf[page];
  return (
    <div
      class="page"
      data-page={page}
      data-mode={past ? 'past' : 'live'}
      data-tab={picking ? 'map' : tab}
      data-detail={incident ? 'open' : undefined}
      data-timeline={timelineOpen ? 'open' : undefined}
    >
      <a class="skip" href="#list" onClick={skip}>
        {situation ? text.skip : text.skipToPage}
      </a>
      <Header />
      <Banners />
      <main class="main">
        {/* Kept once it has been drawn, so that coming back finds list and map as they were left. */}
        {situationSeen && (
          <div class="situation" hidden={!situation}>
            {loaded && <StandingStrip />}
            <div class="panels">
              <ListPanel />
              <section class="map" aria-label={text.map}>
                {mapWanted && <MapPanel />}
              </section>
              {incident && <Detail key={incident} incident={incident} />}
            </div>
          </div>
        )}
        {Page && (
          <div class="area" id="area" tabIndex={-1}>
            <Page />
          </div>
        )}
      </main>
      {loaded ? <Timeline /> : <footer class="timeline" />}
      {phone && <PhoneBar />}
      {dialogsWanted && <Dialogs />}
      <Announcer />
    </div>
  );
};

/** The address after `#` is the page's own, so the link moves the focus by hand. */
const skip = (event: MouseEvent) => {
  event.preventDefault();
  document.querySelector<HTMLElement>(route.get().page === 'situation' ? '#list' : '#area')?.focus();
};

/** Whether it has been so at least once. */
const useSeen = (now: boolean): boolean => {
  const [seen, setSeen] = useState(now);
  if (now && !seen) setSeen(true);
  return seen || now;
};

/** The list comes first: the map's code is asked for when the list stands, on a phone when its tab is opened. */
const useMapWanted = (visible: boolean): boolean => {
  const loaded = useStore(live, (picture) => picture.loaded);
  const phone = useIsPhone();
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (!wanted && visible && (phone || loaded)) setWanted(true);
  }, [visible, phone, loaded, wanted]);
  return wanted;
};
