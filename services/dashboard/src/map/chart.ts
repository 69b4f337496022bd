/** The map: OpenLayers on a plain canvas, without WebGL and without tiles from anywhere. */
import type { HotspotGroupView, IncidentStatus, Point } from '@siaga/domain';
import Feature, { type FeatureLike } from 'ol/Feature.js';
import OlMap from 'ol/Map.js';
import View from 'ol/View.js';
import { type Extent, createEmpty, extend, isEmpty } from 'ol/extent.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import PointGeometry from 'ol/geom/Point.js';
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
import VectorLayer from 'ol/layer/Vector.js';
import { fromLonLat, toLonLat } from 'ol/proj.js';
import Cluster from 'ol/source/Cluster.js';
import VectorSource from 'ol/source/Vector.js';
import type { BoundariesAnswer, IncidentItem, OutlineAnswer } from '../api/contract.ts';
import { type Symbols, makeSymbols } from './symbols.ts';

/** An incident where the map can show it. */
export interface PlacedIncident {
  item: IncidentItem;
  at: Point;
  label: string;
}

export interface ChartEvents {
  onIncident(id: string): void;
  onHotspot(group: HotspotGroupView): void;
  onEmpty(): void;
  onPick(point: Point): void;
}

/** Layers that another part of the page brings: drawn below the incidents, above all else. */
interface Overlay {
  layers: readonly VectorLayer[];
  /** A feature of one of them was clicked. */
  onFeature?: (feature: FeatureLike) => void;
  /** The theme has changed: make symbols anew. The layers are drawn again after it. */
  restyle: () => void;
}

export interface Chart {
  /** The generalised map, and official lines where there are some. */
  setBase(outline: OutlineAnswer, lines: BoundariesAnswer | undefined): void;
  setIncidents(incidents: readonly PlacedIncident[]): void;
  setHotspots(groups: readonly HotspotGroupView[]): void;
  /** Marks one incident and brings it into view. */
  choose(id: string | undefined): void;
  setPicking(picking: boolean): void;
  /** Adds an overlay. Returns what takes it away. */
  attach(overlay: Overlay): () => void;
  /** Draws everything in the colours of the theme that is on now. */
  redraw(): void;
  zoomBy(levels: number): void;
  wholeArea(): void;
  dispose(): void;
}

/** Above this many groups they are drawn clustered: a slow machine pans 3,000 symbols without a stutter. */
export const CLUSTER_ABOVE = 3000;
const CLUSTER_PX = 40;
/** Metres per pixel under which names of districts, and then of incidents' places, are written. */
const DISTRICT_NAMES_BELOW = 700;
const INCIDENT_NAMES_BELOW = 260;
const HIT_PX = 6;
/** Closed ones lie below open ones. */
const rank: Record<IncidentStatus, number> = {
  active: 6,
  reported: 5,
  verified: 4,
  contained: 3,
  closed: 2,
  merged: 1,
  dismissed: 0,
};

export const createChart = (target: HTMLElement, events: ChartEvents): Chart => {
  let symbols: Symbols = makeSymbols();
  let chosen: string | undefined;
  let picking = false;
  let official = false;
  let area: Extent = createEmpty();

  const regencies = new VectorSource();
  const boundaries = new VectorSource();
  const rivers = new VectorSource();
  const districts = new VectorSource();
  const towns = new VectorSource();
  const hotspots = new VectorSource<Feature<PointGeometry>>();
  const clusters = new Cluster({ source: hotspots, distance: CLUSTER_PX });
  const incidents = new VectorSource<Feature<PointGeometry>>();

  const regencyLayer = new VectorLayer({ source: regencies, style: () => symbols.regency(!official) });
  const boundaryLayer = new VectorLayer({
    source: boundaries,
    style: (feature) => symbols.boundary(feature.get('kind')),
  });
  const riverLayer = new VectorLayer({ source: rivers, style: () => symbols.river });
  const districtLayer = new VectorLayer({
    source: districts,
    declutter: 'places',
    style: (feature, resolution) =>
      symbols.district(resolution < DISTRICT_NAMES_BELOW ? String(feature.get('name')) : undefined),
  });
  const townLayer = new VectorLayer({
    source: towns,
    declutter: 'places',
    style: (feature) => symbols.town(String(feature.get('name'))),
  });
  const hotspotLayer = new VectorLayer({
    source: hotspots,
    style: (feature) => symbols.hotspot(groupOf(feature)?.pixels.length ?? 1),
  });
  const clusterLayer = new VectorLayer({
    source: clusters,
    visible: false,
    style: (feature) => {
      const members: Feature[] = feature.get('features') ?? [];
      const pixels = members.reduce((sum, member) => sum + (groupOf(member)?.pixels.length ?? 0), 0);
      return members.length > 1 ? symbols.cluster(pixels) : symbols.hotspot(pixels);
    },
  });
  const incidentLayer = new VectorLayer({
    source: incidents,
    renderOrder: (a, b) => rank[placedOf(a).item.status] - rank[placedOf(b).item.status],
    style: (feature, resolution) => {
      const { item, label } = placedOf(feature);
      const isChosen = item.id === chosen;
      const named = isChosen || resolution < INCIDENT_NAMES_BELOW;
      return symbols.incident(item.hazard, item.status, isChosen, named ? label : undefined);
    },
  });
  const layers = [
    regencyLayer,
    boundaryLayer,
    riverLayer,
    hotspotLayer,
    districtLayer,
    townLayer,
    clusterLayer,
    incidentLayer,
  ];
  const view = new View({
    center: fromLonLat([112.5, -2.3]),
    zoom: 8,
    minZoom: 6,
    maxZoom: 16,
    enableRotation: false,
  });
  const map = new OlMap({
    target,
    layers,
    view,
    controls: [],
    interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
  });

  const overlays = new Set<Overlay>();
  const overlayOf = (layer: unknown) =>
    [...overlays].find(({ layers: own, onFeature }) => onFeature && own.some((one) => one === layer));
  const hitAt = (pixel: number[]) =>
    map.forEachFeatureAtPixel(pixel, (feature, layer) => ({ feature, overlay: overlayOf(layer) }), {
      hitTolerance: HIT_PX,
      layerFilter: (layer) =>
        layer === incidentLayer ||
        layer === hotspotLayer ||
        layer === clusterLayer ||
        overlayOf(layer) !== undefined,
    });
  map.on('click', ({ pixel, coordinate }) => {
    if (picking) {
      const [longitude = 0, latitude = 0] = toLonLat(coordinate);
      events.onPick([Number(longitude.toFixed(5)), Number(latitude.toFixed(5))]);
      return;
    }
    const hit = hitAt(pixel);
    if (!hit) return events.onEmpty();
    const { feature, overlay } = hit;
    if (overlay) return overlay.onFeature?.(feature);
    const members: Feature[] | undefined = feature.get('features');
    if (members && members.length > 1) {
      const around = createEmpty();
      for (const member of members) extend(around, member.getGeometry()?.getExtent() ?? createEmpty());
      view.fit(around, { padding: [60, 60, 60, 60], maxZoom: 14, duration: glide() });
      return;
    }
    const group = groupOf(members?.[0] ?? feature);
    if (group) events.onHotspot(group);
    else events.onIncident(placedOf(feature).item.id);
  });
  map.on('pointermove', ({ pixel, dragging }) => {
    if (dragging) return;
    target.style.cursor = picking ? 'crosshair' : hitAt(pixel) ? 'pointer' : '';
  });

  const wholeArea = (duration = glide()) => {
    if (!isEmpty(area)) view.fit(area, { padding: [24, 24, 24, 24], duration });
  };
  // A panel that opens makes the map narrower; a map that was hidden gets its size when its tab opens.
  let fitted = false;
  const sizes = new ResizeObserver(() => {
    map.updateSize();
    if (!fitted && target.clientWidth > 0 && !isEmpty(area)) {
      fitted = true;
      wholeArea(0);
    }
  });
  sizes.observe(target);

  return {
    setBase(outline, lines) {
      const read = (layer: object) =>
        new GeoJSON().readFeatures(layer, { featureProjection: 'EPSG:3857' }) as Feature[];
      const fill = (source: VectorSource, layer: object) => {
        source.clear(true);
        source.addFeatures(read(layer));
      };
      official = lines !== undefined;
      fill(regencies, outline.regencies);
      if (lines) fill(boundaries, lines);
      fill(rivers, outline.rivers);
      fill(districts, outline.districts);
      fill(towns, outline.towns);
      area = [...(regencies.getExtent() ?? createEmpty())];
      if (target.clientWidth > 0) {
        fitted = true;
        map.updateSize();
        wholeArea(0);
      }
    },
    setIncidents(placed) {
      incidents.clear(true);
      incidents.addFeatures(
        placed.map((one) => new Feature({ geometry: new PointGeometry(fromLonLat(one.at)), placed: one })),
      );
    },
    setHotspots(groups) {
      hotspots.clear(true);
      hotspots.addFeatures(
        groups.map((group) => new Feature({ geometry: new PointGeometry(fromLonLat(group.centre)), group })),
      );
      const many = groups.length > CLUSTER_ABOVE;
      clusterLayer.setVisible(many);
      hotspotLayer.setVisible(!many);
    },
    choose(id) {
      chosen = id;
      incidentLayer.changed();
      const at = incidents
        .getFeatures()
        .find((feature) => placedOf(feature).item.id === id)
        ?.getGeometry()
        ?.getCoordinates();
      const [x, y] = at ? (map.getPixelFromCoordinate(at) ?? []) : [];
      const [width = 0, height = 0] = map.getSize() ?? [];
      const margin = 40;
      const inside =
        x !== undefined &&
        y !== undefined &&
        x > margin &&
        y > margin &&
        x < width - margin &&
        y < height - margin;
      if (at && !inside) view.animate({ center: at, duration: glide() });
    },
    setPicking(now) {
      picking = now;
      target.style.cursor = now ? 'crosshair' : '';
    },
    attach(overlay) {
      overlays.add(overlay);
      const stack = map.getLayers();
      for (const layer of overlay.layers) stack.insertAt(stack.getArray().indexOf(incidentLayer), layer);
      return () => {
        overlays.delete(overlay);
        for (const layer of overlay.layers) stack.remove(layer);
      };
    },
    redraw() {
      symbols = makeSymbols();
      for (const { restyle } of overlays) restyle();
      for (const layer of map.getAllLayers()) layer.changed();
    },
    zoomBy: (levels) => view.animate({ zoom: (view.getZoom() ?? 8) + levels, duration: glide() }),
    wholeArea: () => wholeArea(),
    dispose() {
      sizes.disconnect();
      map.setTarget(undefined);
      map.dispose();
    },
  };
};

const glide = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250);

interface Holder {
  get(key: string): unknown;
}
/** What `setIncidents` and `setHotspots` put on their features, and nobody else. */
const placedOf = (feature: Holder) => feature.get('placed') as PlacedIncident;
const groupOf = (feature: Holder) => feature.get('group') as HotspotGroupView | undefined;
