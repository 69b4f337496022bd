/** Distances along a straight line, and what is nearest and free. Pure. */
import type { AidKind, Point, RegencyCode } from '@siaga/domain';
import type { ResourceItem, StockItem } from '../aid/contract.ts';

const EARTH_KM = 6371.0088;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Kilometres along the great circle between two points on a sphere (wrong by less than 0.6 % of the distance). */
export const kmBetween = (a: Point, b: Point): number => {
  const [fromLongitude, fromLatitude] = a.map(radians) as Point;
  const [toLongitude, toLatitude] = b.map(radians) as Point;
  const half =
    Math.sin((toLatitude - fromLatitude) / 2) ** 2 +
    Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.sin((toLongitude - fromLongitude) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
};

/** A point for a place that a home or a request names; undefined where none is known. */
export type PointOf = (place: string) => Point | undefined;

/** Where a resource is, as well as it is known: its position, its home's point, its home's place. */
const whereIs = ({ position, home }: ResourceItem, pointOf: PointOf): Point | undefined =>
  position?.point ?? home.point ?? pointOf(home.place);

export interface Near<Item> {
  item: Item;
  /** Missing where either end is not known. */
  km?: number;
}

const byDistance = <Item extends { id: string }>(a: Near<Item>, b: Near<Item>): number =>
  (a.km ?? Number.POSITIVE_INFINITY) - (b.km ?? Number.POSITIVE_INFINITY) ||
  (a.item.id < b.item.id ? -1 : a.item.id > b.item.id ? 1 : 0);

const measured = <Item extends { id: string }>(
  item: Item,
  at: Point | undefined,
  wanted: Point | undefined,
): Near<Item> => (at && wanted ? { item, km: kmBetween(at, wanted) } : { item });

/** `regency`'s available resources of this kind, the nearest to `wanted` first; those of unknown place last. */
export const nearestFree = (
  resources: Iterable<ResourceItem>,
  kind: AidKind,
  regency: RegencyCode,
  wanted: Point | undefined,
  pointOf: PointOf,
): Near<ResourceItem>[] =>
  [...resources]
    .filter((one) => one.kind === kind && one.regency === regency && one.state === 'available')
    .map((item) => measured(item, whereIs(item, pointOf), wanted))
    .sort((a, b) => byDistance(a, b));

/** `regency`'s stocks of this kind of which something is free, the nearest first. */
export const nearestStock = (
  stocks: Iterable<StockItem>,
  kind: AidKind,
  regency: RegencyCode,
  wanted: Point | undefined,
  pointOf: PointOf,
): Near<StockItem>[] =>
  [...stocks]
    .filter((one) => one.kind === kind && one.regency === regency && one.free > 0)
    .map((item) => measured(item, item.home.point ?? pointOf(item.home.place), wanted))
    .sort((a, b) => byDistance(a, b));
