/** What stands on the map, drawn on canvas in the theme's colours. Shape = class, glyph = kind, colour = status. */
import type { Hazard, IncidentStatus } from '@siaga/domain';
import CircleStyle from 'ol/style/Circle.js';
import Fill from 'ol/style/Fill.js';
import Icon from 'ol/style/Icon.js';
import RegularShape from 'ol/style/RegularShape.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import { hazardIcons } from '../hazard-icons.ts';

/** The value of a colour token in the theme that is on. */
export const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const FONT = "'Atkinson Hyperlegible Next Variable', sans-serif";
const INCIDENT_PX = 34;

export interface Symbols {
  /** The generalised area; its line only where no official ones are drawn over it. */
  regency(lined: boolean): Style;
  boundary(kind: 'border' | 'edge' | 'district'): Style;
  river: Style;
  district(name: string | undefined): Style;
  town(name: string): Style;
  incident(hazard: Hazard, status: IncidentStatus, chosen: boolean, label: string | undefined): Style;
  hotspot(pixels: number): Style;
  cluster(pixels: number): Style;
}

/** Every symbol in the colours of the theme that is on; made anew when the theme changes. */
export const makeSymbols = (): Symbols => {
  const halo = new Stroke({ color: token('map-halo'), width: 3 });
  const label = (
    text: string,
    size: number,
    options: { weight?: number; color?: string; offsetY?: number } = {},
  ) =>
    new Text({
      text,
      font: `${options.weight ?? 400} ${size}px ${FONT}`,
      fill: new Fill({ color: token(options.color ?? 'map-ink') }),
      stroke: halo,
      offsetY: options.offsetY ?? 12,
    });
  const districtDot = new CircleStyle({ radius: 2.5, fill: new Fill({ color: token('map-quiet') }) });
  const townDot = new RegularShape({
    points: 4,
    angle: Math.PI / 4,
    radius: 5,
    fill: new Fill({ color: token('map-ink') }),
    stroke: new Stroke({ color: token('map-halo'), width: 1 }),
  });
  const hotspotFill = new Fill({ color: token('hotspot') });
  const hotspotEdge = new Stroke({ color: token('hotspot-edge'), width: 1 });
  const hexagon = (radius: number) =>
    new RegularShape({ points: 6, radius, fill: hotspotFill, stroke: hotspotEdge });
  const fill = new Fill({ color: token('map-land') });
  const line = (width: number, lineDash?: number[]) =>
    new Stroke({ color: token('map-border'), width, ...(lineDash ? { lineDash } : {}) });
  const land = new Style({ fill });
  const landWithLine = new Style({ fill, stroke: line(1.5) });
  const boundaries = {
    border: new Style({ stroke: line(2) }),
    edge: new Style({ stroke: line(1.5) }),
    district: new Style({ stroke: line(0.75, [4, 4]) }),
  };
  const images = new Map<string, Icon>();
  const incidentImage = (hazard: Hazard, status: IncidentStatus, chosen: boolean) => {
    const key = `${hazard} ${status} ${chosen}`;
    const image = images.get(key) ?? drawIncident(hazard, status, chosen);
    images.set(key, image);
    return image;
  };
  return {
    regency: (lined) => (lined ? landWithLine : land),
    boundary: (kind) => boundaries[kind],
    river: new Style({ stroke: new Stroke({ color: token('map-river'), width: 2 }) }),
    district: (name) =>
      new Style({
        image: districtDot,
        ...(name === undefined ? {} : { text: label(name, 12, { color: 'map-quiet' }) }),
      }),
    town: (name) => new Style({ image: townDot, text: label(name, 13, { weight: 700 }) }),
    incident: (hazard, status, chosen, name) =>
      new Style({
        image: incidentImage(hazard, status, chosen),
        zIndex: chosen ? 1 : 0,
        ...(name === undefined ? {} : { text: label(name, 13, { weight: 700, offsetY: 26 }) }),
      }),
    hotspot: (pixels) => new Style({ image: hexagon(3 + Math.min(4, Math.sqrt(pixels) / 2)) }),
    cluster: (pixels) =>
      new Style({
        image: hexagon(9 + Math.min(9, Math.log10(pixels) * 3)),
        text: new Text({
          text: String(pixels),
          font: `700 11px ${FONT}`,
          fill: new Fill({ color: token('hotspot-ink') }),
        }),
      }),
  };
};

/** The same diamond as in the list (`StatusMark`), as a picture for the canvas. */
const drawIncident = (hazard: Hazard, status: IncidentStatus, chosen: boolean): Icon => {
  const ratio = 2;
  const size = INCIDENT_PX + (chosen ? 14 : 0);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext('2d');
  if (context) {
    context.scale(ratio, ratio);
    context.translate(size / 2, size / 2);
    const diamond = (radius: number) => {
      context.beginPath();
      context.moveTo(0, -radius);
      context.lineTo(radius, 0);
      context.lineTo(0, radius);
      context.lineTo(-radius, 0);
      context.closePath();
    };
    const radius = INCIDENT_PX / 2 - 2;
    if (chosen) {
      diamond(size / 2 - 2);
      context.lineWidth = 3;
      context.strokeStyle = token('focus');
      context.stroke();
    }
    diamond(radius);
    context.fillStyle = token(`status-${status}`);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = token(`status-${status}-edge`);
    if (status === 'reported') context.setLineDash([4, 2.5]);
    context.stroke();
    const { width, height, path } = hazardIcons[hazard];
    const scale = 14 / Math.max(width, height);
    context.scale(scale, scale);
    context.translate(-width / 2, -height / 2);
    context.fillStyle = token(`status-${status}-ink`);
    context.fill(new Path2D(path));
  }
  return new Icon({ img: canvas, scale: 1 / ratio });
};
