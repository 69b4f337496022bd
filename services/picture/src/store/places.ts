/** What the picture adds to an incident from the gazetteer. */
import { districtOf, type IncidentView, type PlaceCode, type Point } from '@siaga/domain';
import { findPlace } from '@siaga/geo/gazetteer';

/** An incident as lists show it. */
export type IncidentListItem = IncidentView & {
  /** The village's or district's name. */
  placeName: string;
  districtName: string;
  /** The incident's point, else its village's or district's. Absent where the gazetteer has none. */
  position?: Point;
  /** The group of incidents that either side declared to be one event; absent for an incident alone. */
  group?: string;
};

/** The point of a village, else of its district. */
export const pointOfPlace = (place: PlaceCode): Point | undefined =>
  findPlace(place)?.point ?? findPlace(districtOf(place))?.point;

/** The name of a village or district, its code where the gazetteer lacks it. */
export const placeNameOf = (place: PlaceCode): string => findPlace(place)?.name ?? place;

/** Adds the names of its place to a view, which are the codes where the gazetteer lacks them. */
export function listItemOf(view: IncidentView, group?: string): IncidentListItem {
  const position = view.point ?? pointOfPlace(view.place);
  return {
    ...view,
    placeName: placeNameOf(view.place),
    districtName: placeNameOf(districtOf(view.place)),
    ...(position ? { position } : {}),
    ...(group === undefined ? {} : { group }),
  };
}
