/** A conversation as a thread to read: numbered, indented under what is answered, with what was taken back marked. Pure. */
import type { AidMessageView } from '@siaga/domain';

export interface ThreadRow {
  message: AidMessageView;
  /** 1 for the first. */
  number: number;
  /** The number of the message that it answers. */
  answers?: number;
  /** How far it is indented: 0 to 3, for a phone has no room for more. */
  depth: number;
  /** Said anew or taken back by a later message of the same side, with that one's number. */
  recalled?: { by: number; how: 'update' | 'cancel' };
}

const DEEPEST = 3;

export const threadRows = (messages: readonly AidMessageView[]): ThreadRow[] => {
  const numbers = new Map(messages.map(({ messageId }, index) => [messageId, index + 1]));
  const rows: ThreadRow[] = [];
  for (const [index, message] of messages.entries()) {
    const answers = message.preceding === undefined ? undefined : numbers.get(message.preceding);
    // Always before it: the site sorts none before the one that it answers. Else it stands by itself.
    const before = answers === undefined ? undefined : rows[answers - 1];
    const depth = before ? Math.min(DEEPEST, before.depth + (message.recall ? 0 : 1)) : 0;
    rows.push({ message, number: index + 1, depth, ...(answers === undefined ? {} : { answers }) });
    if (before && message.recall) before.recalled = { by: index + 1, how: message.recall };
  }
  return rows;
};
