import 'ol/ol.css';
import '../styles/map.css';
import type { Point } from '@siaga/domain';
import Feature from 'ol/Feature.js';
import PointGeometry from 'ol/geom/Point.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import CircleStyle from 'ol/style/Circle.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useText } from '../text/text.ts';
import { loadBase } from './base.ts';
import { createChart } from './chart.ts';
import { token } from './symbols.ts';

const pickedStyle = () =>
  new Style({
    image: new CircleStyle({
      radius: 9,
      fill: new Fill({ color: token('accent') }),
      stroke: new Stroke({ color: token('map-halo'), width: 3 }),
    }),
  });

/** A small map within a form: a click says where. What it shows can be typed as coordinates just as well. */
export const PointMap = ({ point, onPick }: { point: Point | undefined; onPick: (point: Point) => void }) => {
  const text = useText();
  const target = useRef<HTMLDivElement>(null);
  const picked = useRef(new VectorSource());
  const tell = useRef(onPick);
  tell.current = onPick;
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!target.current) return;
    const chart = createChart(target.current, {
      onIncident: () => undefined,
      onHotspot: () => undefined,
      onEmpty: () => undefined,
      onPick: (at) => tell.current(at),
    });
    chart.setPicking(true);
    const layer = new VectorLayer({ source: picked.current, style: pickedStyle });
    chart.attach({ layers: [layer], restyle: () => undefined });
    loadBase().then(
      ({ outline, boundaries }) => chart.setBase(outline, boundaries),
      () => setFailed(true),
    );
    return () => chart.dispose();
  }, []);
  useEffect(() => {
    picked.current.clear(true);
    if (point) picked.current.addFeature(new Feature(new PointGeometry(fromLonLat(point))));
  }, [point?.[0], point?.[1]]);
  return (
    <div class="point-map">
      {failed && <p class="waiting">{text.chunkFailed}</p>}
      <div class="map-canvas" ref={target} tabIndex={0} role="application" aria-label={text.mapKeys} />
    </div>
  );
};
