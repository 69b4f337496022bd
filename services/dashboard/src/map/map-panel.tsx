import 'ol/ol.css';
import '../styles/map.css';
import expand from '@fortawesome/fontawesome-free/svgs/solid/expand.svg?icon';
import minus from '@fortawesome/fontawesome-free/svgs/solid/minus.svg?icon';
import plus from '@fortawesome/fontawesome-free/svgs/solid/plus.svg?icon';
import type { HotspotGroupView } from '@siaga/domain';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import { later } from '../app/later.tsx';
import { askPlace, places } from '../app/site.ts';
import { closeIncident, openIncident, route } from '../app/route.ts';
import { setView, view } from '../app/view.ts';
import { Icon } from '../icon.tsx';
import { listed } from '../picture/list.ts';
import { shown } from '../picture/picture.ts';
import { combine, useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { fullTime } from '../time.ts';
import { type Base, loadBase } from './base.ts';
import { type Chart, type PlacedIncident, createChart } from './chart.ts';
import { resourceLayer } from './layers.ts';
import { Legend } from './legend.tsx';

const ResourceLayer = later(
  async () => (await import('./resource-layer.tsx')).ResourceLayer,
  () => undefined,
);

const RETRY_MS = 5000;

/** The incidents that the list shows, where they lie; one whose place is not known yet follows when it is. */
const matching = combine(shown, view, (picture, { filter }) => listed(picture.incidents.values(), filter));
const placed = combine(matching, places, (items, known): PlacedIncident[] =>
  items.flatMap((item) => {
    const district = known.get(item.place.slice(0, 8));
    const at = item.position ?? item.point ?? known.get(item.place)?.point ?? district?.point;
    if (!at) askPlaceLater(item.place.slice(0, 8), known);
    return at ? [{ item, at, label: item.placeName ?? known.get(item.place)?.name ?? '' }] : [];
  }),
);
const askPlaceLater = (code: string, known: ReadonlyMap<string, Place | null>) => {
  if (!known.has(code)) queueMicrotask(() => askPlace(code));
};

export const MapPanel = () => {
  const text = useText();
  const target = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart>();
  const [base, setBase] = useState<Base>();
  const [hotspot, setHotspot] = useState<HotspotGroupView>();
  const picking = useStore(view, (now) => now.picking);
  const resources = useStore(resourceLayer, (on) => on);

  useEffect(() => {
    if (!target.current) return;
    const made = createChart(target.current, {
      onIncident: openIncident,
      onHotspot: setHotspot,
      onEmpty: () => {
        setHotspot(undefined);
        if (route.get().incident) closeIncident();
      },
      onPick: (point) => setView({ picking: false, picked: point, dialog: { kind: 'report' } }),
    });
    setChart(made);
    return () => made.dispose();
  }, []);
  useBase(setBase);
  useDrawn(chart, base);

  return (
    <>
      <div class="map-canvas" ref={target} tabIndex={0} role="application" aria-label={text.mapKeys} />
      <div class="map-tools">
        <MapButton icon={plus} name={text.zoomIn} onClick={() => chart?.zoomBy(1)} />
        <MapButton icon={minus} name={text.zoomOut} onClick={() => chart?.zoomBy(-1)} />
        <MapButton icon={expand} name={text.wholeArea} onClick={() => chart?.wholeArea()} />
      </div>
      {picking && (
        <p class="map-picking" role="status">
          {text.pickOnMap}{' '}
          <button type="button" onClick={() => setView({ picking: false, dialog: { kind: 'report' } })}>
            {text.cancel}
          </button>
        </p>
      )}
      {hotspot && <HotspotNote group={hotspot} onClose={() => setHotspot(undefined)} />}
      {chart && base && resources && <ResourceLayer chart={chart} />}
      <BoundaryLabel base={base} />
      <Legend />
    </>
  );
};

const useBase = (onBase: (base: Base) => void) => {
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadBase().then(onBase, () => {
      timer = setTimeout(() => setAttempt(attempt + 1), RETRY_MS);
    });
    return () => clearTimeout(timer);
  }, [attempt]);
};

/** Hands to the chart whatever changed. */
const useDrawn = (chart: Chart | undefined, base: Base | undefined) => {
  const items = useStore(placed, (now) => now);
  const hotspots = useStore(shown, (picture) => picture.hotspots);
  const regency = useStore(view, (now) => now.filter.regency);
  const chosen = useStore(route, (now) => now.incident);
  const picking = useStore(view, (now) => now.picking);
  const theme = useStore(view, (now) => now.theme);
  useEffect(() => {
    if (base) chart?.setBase(base.outline, base.boundaries);
  }, [chart, base]);
  useEffect(() => chart?.setIncidents(items), [chart, items]);
  useEffect(() => {
    const groups = [...hotspots.values()].filter((group) => regency === '' || group.regency === regency);
    chart?.setHotspots(groups);
  }, [chart, hotspots, regency]);
  useEffect(() => chart?.choose(chosen), [chart, chosen, base]);
  useEffect(() => chart?.setPicking(picking), [chart, picking]);
  useEffect(() => {
    chart?.redraw();
    // The canvas does not know when the page's typeface has arrived.
    void document.fonts.ready.then(() => chart?.redraw());
  }, [chart, theme]);
};

const MapButton = (props: { icon: typeof plus; name: string; onClick: () => void }) => (
  <button type="button" class="tool" title={props.name} aria-label={props.name} onClick={props.onClick}>
    <Icon of={props.icon} />
  </button>
);

const BoundaryLabel = ({ base }: { base: Base | undefined }) => {
  const text = useText();
  const language = useLanguage();
  if (!base) return null;
  const label = base.outline.regencies.label?.[language] ?? text.outlineLabel;
  return <p class="map-label">{base.boundaries ? text.boundarySource(base.boundaries.source) : label}</p>;
};

const HotspotNote = ({ group, onClose }: { group: HotspotGroupView; onClose: () => void }) => {
  const text = useText();
  const language = useLanguage();
  return (
    <div class="map-note" role="status">
      <p>
        <b>{text.legendHotspot}</b>:{' '}
        {text.hotspotInfo(group.pixels.length, text.confidences[group.confidence])}
        <br />
        {fullTime(language, Date.parse(group.lastAcquired))}
      </p>
      <button type="button" onClick={onClose}>
        {text.close}
      </button>
    </div>
  );
};
