import '../styles/aid.css';
import '../styles/detail.css';
import '../text/problems-aid.ts';
import { isAidOver, mayRole } from '@siaga/domain';
import { useState } from 'preact/hooks';
import { NounNote } from '../app/noun-note.tsx';
import { route } from '../app/route.ts';
import { useMover, useConversations } from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import type { ConversationItem } from './contract.ts';
import { openOffer, openRequest } from './dialogs.tsx';
import { Conversation } from './conversation-panel.tsx';
import { Row } from './row.tsx';

/** The conversations of mutual aid with either neighbour, one of them as a thread. */
export const AidPage = () => {
  const aid = useAidText();
  const state = useConversations();
  const mover = useMover();
  const chosen = useStore(route, (now) => (now.page === 'aid' ? now.item : undefined));
  const [all, setAll] = useState(false);
  const items = state.answer?.items ?? [];
  const shown = inOrder(
    items.filter(({ status, id }) => all || id === chosen || !isAidOver(status)),
    mover.here,
  );
  const overCount = items.filter(({ status }) => isAidOver(status)).length;
  const may = (permission: 'aid.request' | 'aid.offer') =>
    mover.role !== undefined && mayRole(mover.role, permission);
  return (
    <div class="aid" data-open={chosen === undefined ? undefined : 'open'}>
      <section class="aid-list" aria-label={aid.conversations}>
        <h2 class="unseen">{aid.aidTitle}</h2>
        {(may('aid.request') || may('aid.offer')) && (
          <div class="aid-tools">
            {may('aid.request') && (
              <button type="button" class="primary" disabled={mover.past} onClick={() => openRequest()}>
                {aid.askForAid}
              </button>
            )}
            {may('aid.offer') && (
              <button type="button" disabled={mover.past} onClick={() => openOffer()}>
                {aid.offerAid}
              </button>
            )}
          </div>
        )}
        <NounNote of={state} />
        {state.answer && shown.length === 0 && (
          <p class="waiting">{items.length === 0 ? aid.aidNone : aid.aidEmpty}</p>
        )}
        <ul>
          {shown.map((item) => (
            <Row key={item.id} item={item} here={mover.here} chosen={item.id === chosen} />
          ))}
        </ul>
        {overCount > 0 && (
          <label class="check aid-over">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
            {aid.showOver} ({overCount})
          </label>
        )}
      </section>
      <div class="aid-detail">
        {chosen === undefined ? (
          state.answer && <p class="waiting">{aid.aidChoose}</p>
        ) : (
          <Conversation key={chosen} id={chosen} />
        )}
      </div>
    </div>
  );
};

/** What waits for this regency's word comes first, what is over last; within that, the newest change first. */
const inOrder = (items: readonly ConversationItem[], here: string | undefined): ConversationItem[] => {
  const rank = ({ status, asker, lender }: ConversationItem): number => {
    if (isAidOver(status)) return 2;
    const ours =
      (status === 'offered' && asker === here) ||
      ((status === 'requested' || status === 'accepted') && lender === here);
    return ours ? 0 : 1;
  };
  return items.toSorted((a, b) => rank(a) - rank(b) || b.updatedAt.localeCompare(a.updatedAt));
};
