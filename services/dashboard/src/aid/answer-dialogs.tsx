/** What is said of an offer: accepted whole or in part, declined, withdrawn, committed, refused. */
import type { OfferLine } from '@siaga/domain';
import { personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import { Command } from '../forms/command.tsx';
import { TimeField } from '../forms/time-field.tsx';
import { serverNow } from '../picture/clock.ts';
import {
  Lines,
  fieldAt,
  filled,
  hoursFromNow,
  iso,
  isoOf,
  longEnough,
  madeOf,
  wholeNumber,
} from '../resources/fields.tsx';
import { useQuantity, useShort } from '../resources/parts.tsx';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import { acceptedLines, acceptGroups, wholeOffer } from './accept-lines.ts';
import type { ConversationDetail } from './contract.ts';
import { conversationFrom } from './conversation.ts';
import { useLineText, useResourceNames } from './lines.ts';

interface OfferProps {
  item: ConversationDetail;
  offer: string;
  onClose: () => void;
}

const offerOf = ({ item, offer }: Pick<OfferProps, 'item' | 'offer'>) =>
  conversationFrom(item.messages).lending.offers[offer];

export const AcceptDialog = ({ item, offer: id, onClose }: OfferProps) => {
  const aid = useAidText();
  const kindName = useKindName();
  const language = useLanguage();
  const nameOf = useResourceNames();
  const short = useShort();
  const offer = offerOf({ item, offer: id });
  const [choice, setChoice] = useState(() => wholeOffer(offer?.lines ?? [], item.items));
  if (!offer) return null;
  const groups = acceptGroups(offer.lines, item.items, choice, wholeNumber);
  const lines = acceptedLines(offer.lines, choice, wholeNumber);
  const over = groups.find(({ most, chosen }) => most !== undefined && chosen > most);
  const bad = groups.find(({ chosen }) => Number.isNaN(chosen));
  const number = (count: number) => formatNumber(language, count);
  const made = madeOf(
    () => ({ lines }),
    bad && aid.tooMuch(kindName(bad.kind)),
    over && aid.moreThanAsked(kindName(over.kind), number(over.most ?? 0)),
    lines.length === 0 && aid.fillThis(aid.chooseSome),
  );
  return (
    <Command
      title={aid.verb.accept}
      path={`/api/v1/mutual-aid/offers/${id}/accept`}
      made={made}
      submit={aid.verb.accept}
      onClose={onClose}
    >
      {offer.conditions && (
        <p class="basis">
          <b>{aid.factConditions}:</b> {offer.conditions}
        </p>
      )}
      <p class="hint">
        {aid.factValid} {short(offer.validUntil)}. {aid.acceptNote}
      </p>
      {groups.map((group) => (
        <fieldset key={group.key} class="offer-group" data-kind={group.kind}>
          <legend>
            {kindName(group.kind)}
            <span class="offer-sum">
              {group.asked !== undefined && (
                <span data-over={group.most !== undefined && group.chosen > group.most ? 'yes' : undefined}>
                  {aid.acceptTally(
                    number(group.asked),
                    number(group.accepted),
                    Number.isNaN(group.chosen) ? '?' : number(group.chosen),
                  )}
                </span>
              )}
            </span>
          </legend>
          <ul class="near">
            {group.lines.map((line) =>
              'resources' in line ? (
                line.resources.map((resource) => (
                  <li key={resource}>
                    <label class="check">
                      <input
                        type="checkbox"
                        data-accept={resource}
                        checked={choice.ticked.includes(resource)}
                        onChange={(event) =>
                          setChoice({
                            ...choice,
                            ticked: event.currentTarget.checked
                              ? [...choice.ticked, resource]
                              : choice.ticked.filter((one) => one !== resource),
                          })
                        }
                      />
                      {nameOf(resource)}
                    </label>
                  </li>
                ))
              ) : (
                <li key={line.stock}>
                  <StockLine
                    line={line}
                    value={choice.typed[line.stock] ?? ''}
                    onChange={(typed) =>
                      setChoice({ ...choice, typed: { ...choice.typed, [line.stock]: typed } })
                    }
                  />
                </li>
              ),
            )}
          </ul>
        </fieldset>
      ))}
    </Command>
  );
};

const StockLine = (props: {
  line: Extract<OfferLine, { stock: string }>;
  value: string;
  onChange: (typed: string) => void;
}) => {
  const aid = useAidText();
  const quantity = useQuantity();
  const { line, value, onChange } = props;
  return (
    <label class="stock-line">
      <span>{aid.offeredShort(quantity(line.kind, line.quantity))}</span>
      <input
        inputMode="numeric"
        size={7}
        data-accept={line.stock}
        aria-label={aid.itemQuantity}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
};

const paths = { 'decline-offer': 'decline', withdraw: 'withdraw', refuse: 'refuse' } as const;

/** The asker declines, or the lender withdraws or refuses, each with its words. */
export const OfferReasonDialog = (props: OfferProps & { verb: keyof typeof paths }) => {
  const aid = useAidText();
  const line = useLineText();
  const { item, offer: id, verb, onClose } = props;
  const [text, setText] = useState('');
  const refuses = verb === 'refuse';
  const label = refuses ? aid.note : aid.reason;
  const made = madeOf(
    () => (refuses ? filled({ note: text.trim() }) : { reason: text.trim() }),
    !refuses && !longEnough(text) && aid.fillThis(aid.reason),
    personalNumberIn(text) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb[verb]}
      about={offerOf({ item, offer: id })?.lines.map(line).join(', ')}
      path={`/api/v1/mutual-aid/offers/${id}/${paths[verb]}`}
      made={made}
      submit={aid.verb[verb]}
      onClose={onClose}
    >
      {refuses && <p class="hint">{aid.refuseNote}</p>}
      <Lines label={label} value={text} required={!refuses} onChange={setText} />
    </Command>
  );
};

const HOUR_MS = 3_600_000;

/** The head of BPBD promises what was accepted; it is looked over once more before it is sent. */
export const CommitDialog = ({ item, offer: id, onClose }: OfferProps) => {
  const aid = useAidText();
  const short = useShort();
  const line = useLineText();
  const conversation = conversationFrom(item.messages);
  const offer = conversation.lending.offers[id];
  const request = offer?.request === undefined ? undefined : conversation.asking.request;
  // As the request says; a time that is past already begins now, and lasts as long.
  const begins = request && Date.parse(request.from) > serverNow() ? request.from : iso(serverNow());
  const [start, setStart] = useState(() => fieldAt(begins));
  const [until, setUntil] = useState(() =>
    request ? fieldAt(iso(Date.parse(begins) + request.durationHours * HOUR_MS)) : hoursFromNow(72),
  );
  const accepted = conversation.asking.accepted[id] ?? [];
  const texts = accepted.flatMap((one) => {
    const kind = offer?.lines.find((other) =>
      'resources' in one
        ? 'resources' in other && one.resources.every((resource) => other.resources.includes(resource))
        : 'stock' in other && other.stock === one.stock,
    )?.kind;
    return kind ? [line({ kind, ...one })] : [];
  });
  const [from, to] = [isoOf(start), isoOf(until)];
  const made = madeOf(
    () => ({ start: from, until: to }),
    from === undefined && aid.fillThis(aid.start),
    to === undefined && aid.fillThis(aid.until),
    from !== undefined && to !== undefined && to <= from && aid.endsBeforeStart,
  );
  return (
    <Command
      title={aid.verb.commit}
      path={`/api/v1/mutual-aid/offers/${id}/commit`}
      made={made}
      submit={aid.verb.commit}
      confirm={
        <>
          <p>
            <b>{aid.verb.commit}:</b> {texts.join(', ')}
          </p>
          <p>
            {from && short(from)} – {to && short(to)}
          </p>
          <p>{aid.commitNote}</p>
        </>
      }
      onClose={onClose}
    >
      <p>
        <b>{aid.commitLines}:</b> {texts.join(', ')}
      </p>
      <div class="form-columns">
        <TimeField label={aid.start} value={start} onChange={setStart} />
        <TimeField label={aid.until} value={until} onChange={setUntil} />
      </div>
      <p class="hint">{aid.commitNote}</p>
    </Command>
  );
};
