/** The board of resources: its columns, what stands in them, and which command moves a card where. Pure. */
import {
  type Permission,
  type RegencyCode,
  type ResourceKind,
  type ResourceState,
  type Role,
  mayRole,
} from '@siaga/domain';
import type { ResourceItem } from '../aid/contract.ts';
import { resourceKinds } from './kinds.ts';

/** From left to right: the way of a deployment, and what can't be sent. */
export const columns = [
  'available',
  'committed',
  'mobilising',
  'en-route',
  'on-scene',
  'released',
  'returning',
  'out-of-service',
] as const satisfies readonly ResourceState[];

export interface BoardFilter {
  whose: '' | 'own' | 'neighbour';
  kind: ResourceKind | '';
}
export const noBoardFilter: BoardFilter = { whose: '', kind: '' };

/** Whether a resource is away for longer than it was to be, at `now` (ms). One that is on its way home counts too. */
export const isOverdue = ({ deployment }: ResourceItem, now: number): boolean =>
  deployment !== undefined && Date.parse(deployment.until) < now;

const text = (a: string, b: string) => a.localeCompare(b, 'id', { numeric: true });

/** What matches the filter, by state: own before the neighbour's, overdue first, then by kind and name. */
export const boardOf = (
  resources: Iterable<ResourceItem>,
  filter: BoardFilter,
  here: RegencyCode | undefined,
  now: number,
): Map<ResourceState, ResourceItem[]> => {
  const board = new Map<ResourceState, ResourceItem[]>(columns.map((state) => [state, []]));
  const fit = [...resources].filter(({ kind, regency }) => {
    if (filter.kind !== '' && kind !== filter.kind) return false;
    return filter.whose === '' || (filter.whose === 'own') === (regency === here);
  });
  fit.sort(
    (a, b) =>
      Number(b.regency === here) - Number(a.regency === here) ||
      Number(isOverdue(b, now)) - Number(isOverdue(a, now)) ||
      resourceKinds.indexOf(a.kind) - resourceKinds.indexOf(b.kind) ||
      text(a.name, b.name) ||
      text(a.id, b.id),
  );
  for (const item of fit) board.get(item.state)?.push(item);
  return board;
};

/** A command that changes a resource's state; each is also the verb of its route. */
export type Move =
  | 'dispatch'
  | 'mobilise'
  | 'depart'
  | 'arrive'
  | 'release'
  | 'start-return'
  | 'end-return'
  | 'cancel'
  | 'take-out-of-service'
  | 'back-in-service';

/** Which states each move begins in, and where it leads. A test holds this table against the domain's decisions. */
export const moves: Record<Move, { from: readonly ResourceState[]; to: ResourceState }> = {
  dispatch: { from: ['available'], to: 'committed' },
  mobilise: { from: ['committed'], to: 'mobilising' },
  depart: { from: ['committed', 'mobilising'], to: 'en-route' },
  arrive: { from: ['en-route'], to: 'on-scene' },
  release: { from: ['en-route', 'on-scene'], to: 'released' },
  'start-return': { from: ['released'], to: 'returning' },
  'end-return': { from: ['released', 'returning'], to: 'available' },
  cancel: { from: ['committed', 'mobilising'], to: 'available' },
  'take-out-of-service': { from: ['available'], to: 'out-of-service' },
  'back-in-service': { from: ['out-of-service'], to: 'available' },
};
const allMoves = Object.keys(moves) as Move[];

/** The permission that the site asks for each command on a resource. */
export const permissionFor: Record<Move | 'register' | 'move' | 'report-position' | 'extend', Permission> = {
  register: 'resource.register',
  move: 'resource.move',
  dispatch: 'resource.dispatch',
  mobilise: 'resource.report',
  depart: 'resource.report',
  arrive: 'resource.report',
  'report-position': 'resource.report',
  extend: 'resource.dispatch',
  release: 'resource.dispatch',
  cancel: 'resource.dispatch',
  'start-return': 'resource.report',
  'end-return': 'resource.report',
  'take-out-of-service': 'resource.service',
  'back-in-service': 'resource.service',
};

/** The moves that a state allows, the ordinary next one first. */
export const movesFrom = (state: ResourceState): Move[] =>
  allMoves.filter((move) => moves[move].from.includes(state));

/** The one command that brings a resource from a state to a column, if any does. */
export const moveTo = (from: ResourceState, to: ResourceState): Move | undefined =>
  movesFrom(from).find((move) => moves[move].to === to);

export interface Mover {
  here: RegencyCode | undefined;
  role: Role | undefined;
  /** Whether the screen shows the past. */
  past: boolean;
}

export type MoveAnswer =
  | { move: Move }
  | { no: 'same' }
  | { no: 'past' | 'signed-out' | 'not-ours' }
  | { no: 'role'; move: Move }
  /** No command leads there; these columns can be reached. */
  | { no: 'no-step'; reachable: ResourceState[] };

/** Whether a card may be put into a column, or why not. */
export const askMove = (item: ResourceItem, to: ResourceState, mover: Mover): MoveAnswer => {
  if (item.state === to) return { no: 'same' };
  if (mover.past) return { no: 'past' };
  if (item.regency !== mover.here) return { no: 'not-ours' };
  if (mover.role === undefined) return { no: 'signed-out' };
  const move = moveTo(item.state, to);
  if (!move) return { no: 'no-step', reachable: movesFrom(item.state).map((one) => moves[one].to) };
  return mayRole(mover.role, permissionFor[move]) ? { move } : { no: 'role', move };
};

/** The ordinary next step, where this person may make it. */
export const nextMove = (item: ResourceItem, mover: Mover): Move | undefined => {
  const [usual] = movesFrom(item.state);
  return usual && movesFor(item, mover).includes(usual) ? usual : undefined;
};

/** The moves that this person can make with a resource now. */
export const movesFor = (item: ResourceItem, mover: Mover): Move[] =>
  movesFrom(item.state).filter((move) => !('no' in askMove(item, moves[move].to, mover)));
