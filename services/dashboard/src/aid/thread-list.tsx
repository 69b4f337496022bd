import type { AcceptedLine, AidEvent, AidKind, CommittedLine, OfferLine } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import { usePlaceName, useRegencyName } from '../app/names.ts';
import { Fact } from '../resources/drawer.tsx';
import { pointText, useMover, useQuantity, useShort } from '../resources/parts.tsx';
import { useAidText } from '../text/aid.ts';
import { useLanguage } from '../text/text.ts';
import { fullTime } from '../time.ts';
import type { ConversationDetail } from './contract.ts';
import { conversationFrom } from './conversation.ts';
import { useLineText, useResourceNames } from './lines.ts';
import { type ThreadRow, threadRows } from './thread.ts';

/** All that was said, in order, each under what it answers. */
export const Thread = ({ item }: { item: ConversationDetail }) => {
  const aid = useAidText();
  return (
    <section class="block">
      <h3>{aid.thread}</h3>
      <ol class="thread">
        {threadRows(item.messages).map((row) => (
          <Message key={row.message.messageId} row={row} item={item} />
        ))}
      </ol>
    </section>
  );
};

const focusMessage = (number: number) => {
  const message = document.querySelector<HTMLElement>(`[data-message="${number}"]`);
  message?.scrollIntoView({ block: 'center' });
  message?.focus({ preventScroll: true });
};

const Message = ({ row, item }: { row: ThreadRow; item: ConversationDetail }) => {
  const aid = useAidText();
  const language = useLanguage();
  const { here } = useMover();
  const { message, number, answers, depth, recalled } = row;
  const by = useRegencyName(message.by);
  const own = message.by === here;
  const { event } = message;
  const status =
    event.type === 'OfferMade' ? item.offers.find(({ id }) => id === event.data.offer)?.status : undefined;
  const path = `/api/v1/picture/mutual-aid/conversations/${item.id}/messages/${message.messageId}/edxl-rm`;
  return (
    <li
      class="message"
      data-message={number}
      data-depth={depth}
      data-own={own ? 'yes' : undefined}
      data-recalled={recalled ? 'yes' : undefined}
      tabIndex={-1}
    >
      <p class="message-head">
        <span class="message-number">{number}</span>
        <b>{aid.message[message.event.type]}</b>
        <span>{by}</span>
        <time dateTime={message.occurredAt}>{fullTime(language, Date.parse(message.occurredAt))}</time>
      </p>
      <p class="message-thread">
        <span class="edxl">
          {message.type ?? aid.noEdxl}
          {message.recall && ` (${aid.recallType[message.recall]})`}
        </span>
        {answers !== undefined && (
          <button type="button" class="plain" onClick={() => focusMessage(answers)}>
            {aid.answers(answers)}
          </button>
        )}
        {status && <b class="offer-status">{aid.offerStatus[status]}</b>}
        {recalled && <b class="recalled-by">{aid.superseded[recalled.how](recalled.by)}</b>}
      </p>
      <dl class="facts">
        <Facts event={message.event} item={item} />
      </dl>
      <p class="message-links">
        {message.type && (
          <a
            href={path}
            download={`${item.id}-${number}.xml`}
            aria-label={aid.downloadLabel(number)}
            data-edxl={message.messageId}
          >
            {aid.download}
          </a>
        )}
        <a
          href={`/api/v1/picture/events/${message.by}/${message.sequence}${own ? '?journal=internal' : ''}`}
          target="_blank"
          rel="noreferrer"
        >
          {aid.toEvent(message.sequence)}
        </a>
      </p>
    </li>
  );
};

/** What the message says, as facts to read. */
const Facts = ({ event, item }: { event: AidEvent; item: ConversationDetail }): ComponentChildren => {
  const aid = useAidText();
  const short = useShort();
  const quantity = useQuantity();
  const line = useLineText();
  const nameOf = useResourceNames();
  const conversation = conversationFrom(item.messages);
  const resourceOf = (deployment: string): string => {
    for (const offer of Object.values(conversation.lending.offers)) {
      for (const committed of offer.committed?.lines ?? []) {
        const found =
          'deployments' in committed && committed.deployments.find((one) => one.deployment === deployment);
        if (found) return nameOf(found.resource);
      }
    }
    return aid.resourceFallback(deployment.slice(0, 8));
  };
  const reason = (why: string | undefined) => why && <Fact name={aid.factReason}>{why}</Fact>;
  const deployments = (ids: readonly string[]) => (
    <Fact name={aid.factItems}>{ids.map(resourceOf).join(', ')}</Fact>
  );
  const kindIn = (offer: string, accepted: AcceptedLine): AidKind | undefined =>
    conversation.lending.offers[offer]?.lines.find((one) => covers(one, accepted))?.kind;

  switch (event.type) {
    case 'AidRequested':
    case 'AidRequestUpdated': {
      const { items, where, from, durationHours, answerBy, note } = event.data;
      return (
        <>
          <Fact name={aid.factItems}>{items.map((one) => quantity(one.kind, one.quantity)).join(', ')}</Fact>
          <Fact name={aid.factWhere}>
            <Where place={where.place} name={where.name} />
            {where.point && ` (${pointText(where.point)})`}
          </Fact>
          <Fact name={aid.factFrom}>
            {short(from)}, {aid.hours(durationHours)}
          </Fact>
          <Fact name={aid.factAnswerBy}>{short(answerBy)}</Fact>
          {note && <Fact name={aid.factNote}>{note}</Fact>}
        </>
      );
    }
    case 'OfferMade': {
      const { lines, response, conditions, validUntil } = event.data;
      return (
        <>
          <Fact name={aid.factItems}>
            {lines.map(line).join(', ')}
            {response === 'provisional' && ` (${aid.provisional})`}
          </Fact>
          {conditions && <Fact name={aid.factConditions}>{conditions}</Fact>}
          <Fact name={aid.factValid}>{short(validUntil)}</Fact>
        </>
      );
    }
    case 'OfferAccepted': {
      const { offer, lines } = event.data;
      const texts = lines.flatMap((one) => {
        const kind = kindIn(offer, one);
        return kind ? [line({ kind, ...one })] : [];
      });
      return <Fact name={aid.factItems}>{texts.join(', ')}</Fact>;
    }
    case 'OfferCommitted': {
      const { lines, start, until } = event.data;
      return (
        <>
          <Fact name={aid.factItems}>{lines.map((one) => line(asLine(one))).join(', ')}</Fact>
          <Fact name={aid.factFrom}>{short(start)}</Fact>
          <Fact name={aid.factUntil}>{short(until)}</Fact>
        </>
      );
    }
    case 'CommitRefused':
      return (
        <>
          <Fact name={aid.factReason}>{aid.refusal[event.data.reason]}</Fact>
          {event.data.note && <Fact name={aid.factNote}>{event.data.note}</Fact>}
        </>
      );
    case 'ExtensionAsked':
      return (
        <>
          {deployments(event.data.deployments)}
          <Fact name={aid.factUntil}>{short(event.data.until)}</Fact>
          {reason(event.data.reason)}
        </>
      );
    case 'ExtensionAnswered': {
      const { deployment, granted, until, reason: why } = event.data;
      return (
        <>
          {deployments([deployment])}
          <Fact name={aid.answer}>
            {granted ? aid.granted : aid.refusedWord}
            {until && `, ${aid.untilShort(short(until))}`}
          </Fact>
          {reason(why === 'recalled' ? aid.recalledReason : why)}
        </>
      );
    }
    case 'AidReleased':
      return (
        <>
          {deployments(event.data.deployments)}
          {reason(event.data.reason)}
        </>
      );
    case 'ReturnAsked':
      return (
        <>
          {deployments([event.data.deployment])}
          {reason(event.data.reason)}
        </>
      );
    case 'ReturnAnswered':
      return (
        <>
          {deployments([event.data.deployment])}
          <Fact name={aid.answer}>{event.data.agreed ? aid.agree : aid.disagree}</Fact>
          {reason(event.data.reason)}
        </>
      );
    case 'StatusAsked':
      return deployments(event.data.deployments);
    case 'StatusReported': {
      const { deployment, status, point, note } = event.data;
      return (
        <>
          {deployments([deployment])}
          <Fact name={aid.factStatus}>
            {aid.deploymentState[status]}
            {point && `, ${pointText(point)}`}
          </Fact>
          {note && <Fact name={aid.factNote}>{note}</Fact>}
        </>
      );
    }
    case 'AidRequestCancelled':
    case 'AidRequestDeclined':
    case 'OfferDeclined':
    case 'OfferWithdrawn':
      return reason(event.data.reason);
  }
};

const Where = ({ place, name }: { place: string; name: string | undefined }) => {
  const code = usePlaceName(place);
  return <>{name ? `${name}, ${code}` : code}</>;
};

/** Whether an accepted line takes up this offered one. */
const covers = (offered: OfferLine, accepted: AcceptedLine): boolean =>
  'resources' in accepted
    ? 'resources' in offered && accepted.resources.every((one) => offered.resources.includes(one))
    : 'stock' in offered && offered.stock === accepted.stock;

const asLine = (line: CommittedLine) =>
  'deployments' in line
    ? { kind: line.kind, resources: line.deployments.map(({ resource }) => resource) }
    : { kind: line.kind, quantity: line.quantity };
