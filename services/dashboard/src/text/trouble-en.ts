/** The same in English. */
import type { SourceRepair } from '@siaga/domain';
import type { TroubleText } from './trouble-id.ts';

const asked: Record<SourceRepair['answer'] | 'none', string> = {
  none: 'Asked its owner for it.',
  asked: 'Its owner is being asked for it.',
  unreachable: 'Its owner can’t be reached, and is asked again and again.',
  refused: 'Its owner does not give it: call the operations centre there.',
};

export const troubleEn: TroubleText = {
  sequence: (sequence) => `sequence number ${sequence}`,
  lost: (name, at, age, sequence) =>
    `Data of ${name} as of ${at} (${age}), ${sequence}. The link to it is down.`,
  neverComplete: (name, sequence) =>
    `Data of ${name} has never been complete (${sequence}). The link to it is down.`,
  hole: (name, expected, found, at, answer) =>
    `Data of ${name} stands still: event no. ${expected} has not arrived, no. ${found} has. ${asked[answer ?? 'none']} Complete up to: ${at}.`,
  holeUnknown: (name, at) => `Data of ${name} stands still: an event has not arrived. Complete up to: ${at}.`,
  failing: (name, why, at) =>
    `Data of ${name} can’t be taken in here${why ? `: ${why}` : ''}. Complete up to: ${at}.`,
  held: (name, why, at) => {
    const because: Record<string, string> = {
      restored: 'its ledger was restored from a backup, and not every neighbour was heard since',
      forgotten: 'its ledger was restored, and has lost events that a neighbour knows',
      forked: 'a number was given twice after a restore',
    };
    return `${name} shares no new events: ${because[why] ?? why}. Complete up to: ${at}. The system’s operator at ${name} must act.`;
  },

  unreadable: (total) =>
    `${total} ${total === 1 ? 'message could not be read and was' : 'messages could not be read and were'} set aside`,
  forged: (total, at) =>
    `${total} ${total === 1 ? 'message' : 'messages'} claimed to be from a regency without its signature, the last ${at}. Refused and set aside. Tell the admin.`,
};
