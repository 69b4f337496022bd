/** Takes EDXL-RM 1.0 messages in: each is the command that its route would take. */
import { type Permission } from '@siaga/domain';
import { actionOf, type AidAction, EdxlError, type EdxlMessage, fromEdxl, MAX_LENGTH } from '@siaga/edxl';
import { Problem } from '@siaga/web';
import type { Knowledge } from '../register/knowledge.ts';
import type { Register } from '../register/register.ts';
import type { Aid } from './aid.ts';
import { guarded, type Sent } from './carry-out.ts';

export { MAX_LENGTH };

/** What was made of a message. */
interface TakenIn {
  /** The verb, as the routes call it. */
  did: AidAction['verb'];
  id: string;
  revision: number;
  /** Elements that EDXL-RM allows and this system has no use for. */
  unused: string[];
}

export interface EdxlIntake {
  /**
   * Carries out what the message asks this site's own regency to say. The message's id is its idempotency key, so the
   * same message has one effect. `may` throws where the sender's role does not permit the command. Rejects with a
   * Problem: `edxl_invalid` with the code, the element and the reason; and as the command does.
   */
  takeIn(sent: Pick<Sent, 'principal'>, xml: string, may: (permission: Permission) => void): Promise<TakenIn>;
}

const permissions: Record<AidAction['verb'], Permission> = {
  request: 'aid.request',
  update: 'aid.update',
  cancel: 'aid.cancel',
  offer: 'aid.offer',
  withdraw: 'aid.withdraw',
  decline: 'aid.decline',
  accept: 'aid.accept',
  commit: 'aid.commit',
  refuse: 'aid.commit',
  askExtension: 'aid.ask-extension',
  answerExtension: 'aid.answer-extension',
  release: 'aid.release',
  askReturn: 'aid.ask-return',
  answerReturn: 'aid.answer-return',
  askStatus: 'aid.ask-status',
  reportStatus: 'aid.report-status',
};

export function openEdxlIntake({
  aid,
  register,
  neighbours,
}: {
  aid: Aid;
  register: Register;
  neighbours: readonly string[];
}): EdxlIntake {
  return {
    async takeIn({ principal }, xml, may) {
      const known = await guarded(() => register.current());
      const read = readable(() => fromEdxl(xml));
      const { unused } = read;
      const message = renamed(read.message, known);
      const found = [...known.conversations.values()].find(({ view }) =>
        view.messages.some(({ messageId }) => messageId === message.originating),
      );
      const view = found?.view;
      const parties = [view?.asker, view?.lender].filter((party) => party !== undefined);
      const [neighbour = ''] = view ? parties.filter((party) => party !== known.regency) : neighbours;
      const action = readable(() => actionOf(message, neighbour, view));
      may(permissions[action.verb]);
      const sent: Sent = { principal, key: read.message.messageId };
      const answer = await carried(sent, action, view?.id ?? '');
      return { did: action.verb, id: answer.id, revision: answer.revision, unused };
    },
  };

  function carried(sent: Sent, action: AidAction, id: string): Promise<{ id: string; revision: number }> {
    switch (action.verb) {
      case 'request':
        return aid.request(sent, action.body);
      case 'update':
        return aid.actOnRequest(sent, id, { verb: 'update', body: action.body });
      case 'cancel':
        return aid.actOnRequest(sent, id, { verb: 'cancel', body: action.body });
      case 'decline':
        return aid.actOnRequest(sent, id, { verb: 'decline', body: action.body });
      case 'offer':
        return aid.offer(sent, action.body);
      case 'withdraw':
        return aid.actOnOffer(sent, action.offer, { verb: 'withdraw', body: action.body });
      case 'accept':
        return aid.actOnOffer(sent, action.offer, { verb: 'accept', body: action.body });
      case 'commit':
        return aid.actOnOffer(sent, action.offer, { verb: 'commit', body: action.body });
      case 'refuse':
        return aid.actOnOffer(sent, action.offer, { verb: 'refuse', body: action.body });
      case 'askExtension':
        return aid.actInConversation(sent, id, { verb: 'ask-extension', body: action.body });
      case 'answerExtension':
        return aid.actInConversation(sent, id, { verb: 'answer-extension', body: action.body });
      case 'release':
        return aid.actInConversation(sent, id, { verb: 'release-aid', body: action.body });
      case 'askReturn':
        return aid.actInConversation(sent, id, { verb: 'ask-return', body: action.body });
      case 'answerReturn':
        return aid.actInConversation(sent, id, { verb: 'answer-return', body: action.body });
      case 'askStatus':
        return aid.actInConversation(sent, id, { verb: 'ask-status', body: action.body });
      case 'reportStatus':
        return aid.actInConversation(sent, id, { verb: 'report-status', body: action.body });
    }
  }
}

/**
 * A message that was taken in is an event here, with an id of its own; later ones name it as its sender did. Its id is
 * the key of the command that it was.
 */
function renamed(message: EdxlMessage, { messageOfKey }: Knowledge): EdxlMessage {
  const { messageId, originating, preceding, recall } = message;
  const ours = (id: string): string => messageOfKey.get(id) ?? id;
  // The first of a conversation names itself, and begins it again when it comes again.
  if (originating === messageId) return message;
  return {
    ...message,
    originating: ours(originating),
    ...(preceding === undefined ? {} : { preceding: ours(preceding) }),
    ...(recall ? { recall: { ...recall, message: ours(recall.message) } } : {}),
  };
}

/** What can't be read, as a problem that names the element and the reason. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EdxlError)) throw error;
    const { code, element, reason } = error;
    throw new Problem('edxl_invalid', `${element}: ${reason}.`, { reason: code, element });
  }
}
