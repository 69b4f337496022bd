/** The ledger streams of aggregates, and their events folded. */
import { type DomainEvent, wireType } from '@siaga/domain';
import type { Own } from './own-stream.ts';

/** The events of one aggregate, folded. `aggregate` is what its wire names begin with. */
export function foldOf<State, Event extends DomainEvent>(
  { events }: Pick<Own, 'events'>,
  aggregate: string,
  initial: State,
  evolve: (state: State, event: Event) => State,
): State {
  return events.reduce((state, event) => {
    if (!wireType(event).startsWith(`siaga.${aggregate}.`))
      throw new Error(`${event.type} is of no ${aggregate}`);
    // The wire name says whose event it is, which is what the union is told by.
    return evolve(state, event as Event);
  }, initial);
}

// Where commands and reactions on one aggregate take turns.
export const turnOfConversation = (id: string): string => `conversation ${id}`;
export const turnOfResource = (id: string): string => `resource ${id}`;
export const turnOfStock = (id: string): string => `stock ${id}`;
