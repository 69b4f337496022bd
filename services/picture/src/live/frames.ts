/** Server-sent events as text (WHATWG HTML, section 9.2), and their ids. */
import type { LiveEvents } from '@siaga/domain';
import { type IncidentListItem, listItemOf } from '../store/places.ts';
import type { Change } from '../store/writer.ts';

/** What is sent: incidents with the names of their places besides. */
type Sent = Omit<LiveEvents, 'incident'> & { incident: IncidentListItem };

/** A place in the stream of changes. */
export interface LiveId {
  epoch: string;
  change: number;
}

export const idText = ({ epoch, change }: LiveId): string => `${epoch}-${change}`;

/** Reads an id as this server writes them; undefined for any other text. */
export function parseId(text: string): LiveId | undefined {
  const [, epoch, digits] = /^([0-9a-f]{8})-(0|[1-9]\d{0,14})$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, change: Number(digits) };
}

/** One event. JSON holds no line break, so its data is one line. */
export const frame = <Name extends keyof Sent>(name: Name, data: Sent[Name], id?: LiveId): string =>
  `${id ? `id: ${idText(id)}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Sets the id from which a client will go on, without an event. */
export const idFrame = (id: LiveId): string => `id: ${idText(id)}\n\n`;

export function changeFrame(epoch: string, change: Change): string {
  const id = { epoch, change: change.change };
  switch (change.name) {
    case 'incident':
      return frame('incident', listItemOf(change.view), id);
    case 'hotspots':
      return frame('hotspots', change.view, id);
    case 'hotspots-removed':
      return frame('hotspots-removed', { id: change.id }, id);
    case 'changed':
      return frame('changed', { noun: change.noun, id: change.id }, id);
  }
}
