import type { AidKind, AidStatus } from '@siaga/domain';
import type { ItemAnswer } from '../api/contract.ts';
import { useRegencyName } from '../app/names.ts';
import { useNoun } from '../app/nouns.ts';
import { pageHref } from '../app/route.ts';
import { shownNow } from '../picture/picture.ts';
import { IncidentName, useQuantity } from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useLanguage } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import type { ConversationDetail, ConversationItem } from './contract.ts';
import { awaitedOf, conversationFrom, deploymentLines, openEnquiries } from './conversation.ts';
import { AwaitedLine } from './awaited.tsx';

export const useConversation = (id: string) =>
  useNoun<ItemAnswer<ConversationDetail>>(
    `/api/v1/picture/mutual-aid/conversations/${id}`,
    ['conversations'],
    id,
  );

/** One conversation in the list: where it stands, with whom, for what, and whose word it waits for. */
export const Row = (props: { item: ConversationItem; here: string | undefined; chosen: boolean }) => {
  const aid = useAidText();
  const { item, here, chosen } = props;
  return (
    <li>
      <a
        class="row aid-row"
        href={pageHref('aid', item.id)}
        data-row={item.id}
        aria-current={chosen ? 'true' : undefined}
      >
        <span class="row-text">
          <span class="row-facts">
            <AidStatusWord status={item.status} />
            {item.sharing.state === 'winding-down' && (
              <span class="sharing" data-sharing="ended">
                {aid.oldTerms}
              </span>
            )}
          </span>
          <span class="row-title">
            <Parties item={item} here={here} />
          </span>
          {item.incident && (
            <span class="row-where">
              <IncidentName id={item.incident} />
            </span>
          )}
          <Items items={item.items} />
          {isWaiting(item.status) && <Waiting id={item.id} here={here} />}
        </span>
      </a>
    </li>
  );
};

/** Only these wait for somebody's answer; the rest needs no second look. */
const isWaiting = (status: AidStatus) =>
  ['requested', 'offered', 'accepted', 'committed', 'under-way'].includes(status);

export const AidStatusWord = ({ status }: { status: AidStatus }) => {
  const aid = useAidText();
  return (
    <span class="aid-status" data-status={status}>
      {aid.status[status]}
    </span>
  );
};

export const Parties = ({ item, here }: { item: ConversationItem; here: string | undefined }) => {
  const aid = useAidText();
  const asker = useRegencyName(item.asker ?? '');
  const lender = useRegencyName(item.lender ?? '');
  const isAsker = item.asker === here;
  if (item.kind === 'request') return <>{isAsker ? aid.weAsk(lender) : aid.theyAsk(asker)}</>;
  return <>{isAsker ? aid.theyOffer(lender) : aid.weOffer(asker)}</>;
};

/** Of each item, what was asked and what has come of it. */
const Items = ({ items }: { items: ConversationItem['items'] }) => {
  const aid = useAidText();
  const language = useLanguage();
  const quantity = useQuantity();
  const number = (count: number) => formatNumber(language, count);
  return (
    <span class="aid-items">
      {items.map(({ item, kind, asked, offered, committed, delivered }) => (
        <span key={item}>
          {kind ? quantity(kind satisfies AidKind, asked) : aid.itemUnnamed}{' '}
          <span class="quiet">
            {committed > 0
              ? aid.comeOf(number(committed), number(delivered))
              : offered > 0
                ? aid.offeredShort(number(offered))
                : ''}
          </span>
        </span>
      ))}
    </span>
  );
};

const Waiting = ({ id, here }: { id: string; here: string | undefined }) => {
  const item = useConversation(id).answer?.item;
  const minute = useStore(shownNow, (now) => Math.floor(now / 60_000));
  if (!item) return null;
  const conversation = conversationFrom(item.messages);
  const lines = deploymentLines(conversation, item.deliveries);
  return (
    <>
      {awaitedOf(conversation, lines, minute * 60_000, openEnquiries(item.messages, lines)).map(
        (awaited, index) => (
          <AwaitedLine key={index} awaited={awaited} item={item} here={here} />
        ),
      )}
    </>
  );
};
