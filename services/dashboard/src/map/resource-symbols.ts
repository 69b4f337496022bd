/** Squares, paths and home bases on the map, in the colours of the theme that is on. */
import type { AidKind, ResourceState } from '@siaga/domain';
import Fill from 'ol/style/Fill.js';
import Icon from 'ol/style/Icon.js';
import RegularShape from 'ol/style/RegularShape.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import { kindIcons } from '../resources/kind-icons.ts';
import { FONT, token } from './symbols.ts';

const SQUARE_PX = 30;
const BADGE_PX = 13;

interface Colours {
  fill: string;
  ink: string;
  edge: string;
}
const status = (name: string): Colours => ({
  fill: `status-${name}`,
  ink: `status-${name}-ink`,
  edge: `status-${name}-edge`,
});
const out: Colours = { fill: 'accent', ink: 'accent-ink', edge: 'status-reported-edge' };
/** The same as on cards (`aid.css`). */
const colours: Record<ResourceState, Colours> = {
  available: status('contained'),
  committed: status('verified'),
  mobilising: status('verified'),
  'en-route': out,
  'on-scene': out,
  released: status('reported'),
  returning: status('reported'),
  'out-of-service': status('merged'),
};
/** A sign at the corner, for colour alone does not say which state. */
const badges: Partial<Record<ResourceState, string>> = {
  committed: '!',
  mobilising: '…',
  'en-route': '→',
  'on-scene': '●',
  released: '○',
  returning: '←',
  'out-of-service': '×',
};

export interface ResourceSymbols {
  square(kind: AidKind, state: ResourceState, current: boolean, label: string | undefined): Style;
  path: Style[];
  home: Style;
}

export const makeResourceSymbols = (): ResourceSymbols => {
  const images = new Map<string, Icon>();
  const imageOf = (kind: AidKind, state: ResourceState, current: boolean) => {
    const key = `${kind} ${state} ${current}`;
    const image = images.get(key) ?? drawSquare(kind, state, current);
    images.set(key, image);
    return image;
  };
  const halo = new Stroke({ color: token('map-halo'), width: 3 });
  return {
    square: (kind, state, current, label) =>
      new Style({
        image: imageOf(kind, state, current),
        ...(label === undefined
          ? {}
          : {
              text: new Text({
                text: label,
                font: `700 13px ${FONT}`,
                fill: new Fill({ color: token('map-ink') }),
                stroke: halo,
                offsetY: 26,
              }),
            }),
      }),
    path: [
      new Style({ stroke: new Stroke({ color: token('map-halo'), width: 5 }) }),
      new Style({ stroke: new Stroke({ color: token('map-ink'), width: 2, lineDash: [7, 5] }) }),
    ],
    home: new Style({
      image: new RegularShape({
        points: 3,
        radius: 7,
        fill: new Fill({ color: token('map-halo') }),
        stroke: new Stroke({ color: token('map-ink'), width: 2 }),
      }),
    }),
  };
};

const drawSquare = (kind: AidKind, state: ResourceState, current: boolean): Icon => {
  const ratio = 2;
  const size = SQUARE_PX + BADGE_PX;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext('2d');
  if (context) {
    const { fill, ink, edge } = colours[state];
    context.scale(ratio, ratio);
    context.translate(size / 2, size / 2);
    // What the neighbour no longer shares is pale and dashed.
    context.globalAlpha = current ? 1 : 0.55;
    const half = SQUARE_PX / 2 - 2;
    context.beginPath();
    context.roundRect(-half, -half, half * 2, half * 2, 3);
    context.fillStyle = token(fill);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = token(edge);
    if (!current) context.setLineDash([4, 2.5]);
    context.stroke();
    context.setLineDash([]);
    const { width, height, path } = kindIcons[kind];
    const scale = 15 / Math.max(width, height);
    context.save();
    context.scale(scale, scale);
    context.translate(-width / 2, -height / 2);
    context.fillStyle = token(ink);
    context.fill(new Path2D(path));
    context.restore();
    const badge = badges[state];
    if (badge !== undefined) {
      context.beginPath();
      context.arc(half, -half, BADGE_PX / 2, 0, 2 * Math.PI);
      context.fillStyle = token('map-halo');
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = token('map-ink');
      context.stroke();
      context.fillStyle = token('map-ink');
      context.font = `700 10px ${FONT}`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(badge, half, -half + 0.5);
    }
  }
  return new Icon({ img: canvas, scale: 1 / ratio });
};
