/** Deployed resources on the map with the positions that were reported of them, and the own home bases. */
import type { Point } from '@siaga/domain';
import Feature, { type FeatureLike } from 'ol/Feature.js';
import LineString from 'ol/geom/LineString.js';
import PointGeometry from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import { useEffect, useState } from 'preact/hooks';
import type { ResourceItem } from '../aid/contract.ts';
import { openPage } from '../app/route.ts';
import { site } from '../app/site.ts';
import { view } from '../app/view.ts';
import { usePointOf, useResources } from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import type { Chart } from './chart.ts';
import { resourceLayer, showResources } from './layers.ts';
import { makeResourceSymbols } from './resource-symbols.ts';

/** Metres per pixel under which names stand beside squares. */
const NAMES_BELOW = 260;
const itemOf = (feature: FeatureLike) => feature.get('item') as ResourceItem | undefined;

interface Drawn {
  setItems(
    items: readonly ResourceItem[],
    homes: readonly Point[],
    stateWord: (item: ResourceItem) => string,
  ): void;
  end(): void;
}

const draw = (chart: Chart): Drawn => {
  let symbols = makeResourceSymbols();
  let word = (item: ResourceItem): string => item.name;
  const squares = new VectorSource();
  const paths = new VectorSource();
  const homes = new VectorSource();
  const squareLayer = new VectorLayer({
    source: squares,
    style: (feature, resolution) => {
      const item = itemOf(feature);
      if (!item) return [];
      const label = resolution < NAMES_BELOW ? word(item) : undefined;
      return symbols.square(item.kind, item.state, item.sharing.state !== 'ended', label);
    },
  });
  const pathLayer = new VectorLayer({ source: paths, style: () => symbols.path });
  const homeLayer = new VectorLayer({ source: homes, style: () => symbols.home });
  const detach = chart.attach({
    layers: [homeLayer, pathLayer, squareLayer],
    onFeature(feature) {
      const item = itemOf(feature);
      if (item) openPage('resources', item.id);
    },
    restyle() {
      symbols = makeResourceSymbols();
    },
  });
  return {
    setItems(items, at, stateWord) {
      word = stateWord;
      squares.clear(true);
      paths.clear(true);
      homes.clear(true);
      for (const item of items) {
        const { position, deployment } = item;
        if (position) {
          squares.addFeature(new Feature({ geometry: new PointGeometry(fromLonLat(position.point)), item }));
        }
        const points = (deployment?.path ?? []).map(({ point }) => fromLonLat(point));
        if (points.length > 1) {
          paths.addFeature(new Feature({ geometry: new LineString(points), item }));
        }
      }
      homes.addFeatures(at.map((point) => new Feature(new PointGeometry(fromLonLat(point)))));
    },
    end: detach,
  };
};

export const ResourceLayer = ({ chart }: { chart: Chart }) => {
  const aid = useAidText();
  const items = useResources().answer?.items;
  const here = useStore(site, (now) => now?.regency.code);
  const regency = useStore(view, (now) => now.filter.regency);
  const own = (items ?? []).filter((item) => item.regency === here);
  const pointOf = usePointOf(own.filter(({ home }) => !home.point).map(({ home }) => home.place));
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    const made = draw(chart);
    setDrawn(made);
    return () => made.end();
  }, [chart]);
  useEffect(() => {
    const deployed = (items ?? []).filter(
      (item) => item.deployment && (regency === '' || item.regency === regency),
    );
    const homes = new Map<string, Point>();
    for (const { home } of own) {
      const at = home.point ?? pointOf(home.place);
      if (at) homes.set(at.join(), at);
    }
    drawn?.setItems(deployed, [...homes.values()], (item) => `${item.name}\n${aid.state[item.state]}`);
  }, [drawn, items, regency, here, aid, pointOf(own[0]?.home.place ?? '')?.join()]);
  return null;
};

/** Switches the layer, and says how its signs read and how many there are. */
export const ResourceLegend = () => {
  const aid = useAidText();
  const on = useStore(resourceLayer, (now) => now);
  return (
    <>
      {on && <Signs />}
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => showResources(event.currentTarget.checked)}
        />
        {aid.layerResources}
      </label>
    </>
  );
};

const Signs = () => {
  const aid = useAidText();
  const state = useResources();
  const count = (state.answer?.items ?? []).filter(({ deployment }) => deployment !== undefined).length;
  return (
    <ul>
      <li>
        <span class="sign-square" aria-hidden="true" />
        {aid.legendResource}: {state.problem === 'sign-in' ? aid.mapSignIn : aid.resourceOnMap(count)}
      </li>
      <li>
        <span class="sign-path" aria-hidden="true" />
        {aid.legendPath}
      </li>
      <li>
        <svg class="sign-home" viewBox="0 0 22 22" aria-hidden="true">
          <path d="M11 3 19 18H3Z" />
        </svg>
        {aid.legendHome}
      </li>
    </ul>
  );
};
