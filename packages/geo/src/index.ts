export { type Area, areaOf } from './area.ts';
export {
  type Atlas,
  type BoundarySource,
  type Candidate,
  createAtlas,
  type Proposals,
  toleranceKm,
} from './atlas.ts';
export {
  type AreaComparison,
  type Boundaries,
  compareAreas,
  type Layer,
  readBoundaries,
  writeBoundaries,
} from './boundaries.ts';
export { inProvince, type Point } from './data.ts';
export {
  districtsOf,
  findPlace,
  type Place,
  places,
  type Regency,
  regencies,
  villagesOf,
} from './gazetteer.ts';
export {
  type BoundaryFile,
  type ImportOptions,
  type ImportProblem,
  type ImportResult,
  importBoundaries,
} from './import.ts';
export { type BoundaryLines, boundaryLines, type LineKind } from './lines.ts';
export { type Label, type Labelled, type Outline, outline } from './outline.ts';
export { distanceKm } from './plane.ts';
export { searchPlaces } from './search.ts';
