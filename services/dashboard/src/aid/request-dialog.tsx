/** Asking for aid, saying the request anew, taking it back, and declining it as a whole. */
import remove from '@fortawesome/fontawesome-free/svgs/solid/trash-can.svg?icon';
import type { AidKind } from '@siaga/domain';
import { personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import { usePlaceName, useRegencyName } from '../app/names.ts';
import { openPage, pageHref } from '../app/route.ts';
import { places, site } from '../app/site.ts';
import { Command } from '../forms/command.tsx';
import { useKept } from '../forms/kept.ts';
import { TimeField } from '../forms/time-field.tsx';
import { Icon } from '../icon.tsx';
import { serverNow } from '../picture/clock.ts';
import {
  IncidentSelect,
  Line,
  Lines,
  OwnPlace,
  PointField,
  fieldAt,
  filled,
  hoursFromNow,
  isForeign,
  isoOf,
  longEnough,
  madeOf,
  wholeNumber,
} from '../resources/fields.tsx';
import { aidKinds } from '../resources/kinds.ts';
import { openIncidents, useShort } from '../resources/parts.tsx';
import { isBadPoint, readPoint, writePoint } from '../forms/point-text.ts';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useWorkText } from '../text/work.ts';
import { toWibField } from '../time.ts';
import type { KnownBasis } from './basis.ts';
import type { ConversationDetail } from './contract.ts';
import { conversationFrom } from './conversation.ts';
import { type BasisState, useBasis } from './use-basis.ts';

interface Item {
  item: string;
  kind: AidKind | '';
  quantity: string;
}
interface Fields {
  to: string;
  incident: string;
  items: Item[];
  place: Place | undefined;
  placeName: string;
  /** As typed. */
  point: string;
  from: string;
  hours: string;
  answerBy: string;
  note: string;
}

const freshFields = (to: string): Fields => ({
  to,
  incident: '',
  items: [{ item: '1', kind: '', quantity: '1' }],
  place: undefined,
  placeName: '',
  point: '',
  from: toWibField(serverNow()),
  hours: '72',
  answerBy: hoursFromNow(2),
  note: '',
});

/** The fields as the request says now, for saying it anew. */
const fieldsOf = (item: ConversationDetail): Fields | undefined => {
  const { request } = conversationFrom(item.messages).asking;
  if (!request) return undefined;
  const { where } = request;
  return {
    to: request.to,
    incident: request.incident,
    items: request.items.map((one) => ({ ...one, quantity: String(one.quantity) })),
    place: places.get().get(where.place) ?? { code: where.place, name: where.place, kind: 'village' },
    placeName: where.name ?? '',
    point: where.point ? writePoint(where.point) : '',
    from: fieldAt(request.from),
    hours: String(request.durationHours),
    answerBy: fieldAt(request.answerBy),
    note: request.note ?? '',
  };
};

/** A new request, or with `item` a request said anew. What was typed is kept in the tab until it is sent. */
export const RequestDialog = ({ item, onClose }: { item?: ConversationDetail; onClose: () => void }) => {
  const aid = useAidText();
  const work = useWorkText();
  const here = useStore(site, (now) => now?.regency.code);
  const neighbours = useStore(site, (now) => now?.neighbours);
  const own = useStore(openIncidents, (all) => all.own);
  const kept = useKept<Fields>(item ? `aid-update-${item.id}` : 'aid-request', () => {
    const fresh = freshFields(neighbours?.[0]?.code ?? '');
    return (item && fieldsOf(item)) ?? fresh;
  });
  const { fields, change } = kept;
  const to = fields.to || (neighbours?.[0]?.code ?? '');
  const state = useBasis(here, to);
  const basis = state.loading ? undefined : state.basis;
  const problems = useProblems(fields, state, here, item);
  const made = madeOf(
    () => ({
      ...(item ? {} : { to, incident: fields.incident }),
      items: fields.items.map((one) => ({ ...one, quantity: wholeNumber(one.quantity) })),
      where: {
        place: fields.place?.code,
        ...filled({ point: readPoint(fields.point), name: fields.placeName.trim() }),
      },
      from: isoOf(fields.from),
      durationHours: wholeNumber(fields.hours),
      answerBy: isoOf(fields.answerBy),
      ...filled({ note: fields.note.trim() }),
    }),
    ...problems,
  );
  return (
    <Command<{ id: string }>
      title={item ? aid.verb.update : aid.askForAid}
      wide
      path={item ? `/api/v1/mutual-aid/requests/${item.id}/update` : '/api/v1/mutual-aid/requests'}
      made={made}
      submit={item ? aid.verb.update : aid.sendRequest}
      sendKey={kept.key}
      onClose={onClose}
      onSent={({ id }) => {
        kept.forget();
        openPage('aid', id);
      }}
      beside={
        <button
          type="button"
          class="plain"
          onClick={() => {
            kept.forget();
            onClose();
          }}
        >
          {work.discard}
        </button>
      }
    >
      {!item && <NeighbourSelect value={to} onChange={(chosen) => change({ to: chosen })} />}
      <BasisNote state={state} neighbour={to} />
      {!item && (
        <IncidentSelect
          label={aid.incident}
          items={own}
          value={fields.incident}
          onChange={(incident) => {
            const chosen = own.find(({ id }) => id === incident);
            change({ incident, ...placeOfIncident(chosen, fields) });
          }}
        />
      )}
      <ItemRows items={fields.items} basis={basis} onChange={(items) => change({ items })} />
      <OwnPlace
        label={`${aid.where}: ${aid.place}`}
        here={here}
        chosen={fields.place}
        onChoose={(place) => change({ place })}
      />
      <div class="form-columns">
        <Line
          label={aid.placeName}
          value={fields.placeName}
          onChange={(placeName) => change({ placeName })}
        />
        <PointField label={aid.pointOptional} typed={fields.point} onChange={(point) => change({ point })} />
        <TimeField label={aid.from} value={fields.from} onChange={(from) => change({ from })} />
        <Line
          label={aid.duration}
          mode="numeric"
          value={fields.hours}
          hint={hoursHint(aid, fields.hours, basis)}
          onChange={(hours) => change({ hours })}
        />
        <TimeField
          label={aid.answerBy}
          value={fields.answerBy}
          onChange={(answerBy) => change({ answerBy })}
        />
        {basis?.responseMinutes !== undefined && (
          <p class="hint">{aid.answerByAgreed(basis.responseMinutes)}</p>
        )}
      </div>
      <Lines label={aid.note} value={fields.note} onChange={(note) => change({ note })} />
    </Command>
  );
};

const hoursHint = (
  aid: ReturnType<typeof useAidText>,
  typed: string,
  basis: KnownBasis | undefined,
): string => {
  const hours = wholeNumber(typed);
  return [
    hours ? aid.durationReads(aid.hours(hours)) : '',
    basis ? aid.durationLongest(basis.longestDays) : '',
  ]
    .filter(Boolean)
    .join(' ');
};

/** The incident's own place and point, where nothing else was chosen. */
const placeOfIncident = (
  incident: { place: string; point?: [number, number]; placeName?: string } | undefined,
  { place, point }: Fields,
): Partial<Fields> => {
  if (!incident || place) return {};
  const { place: code, placeName: name = code } = incident;
  const known = places.get().get(code);
  return {
    place: known ?? { code, name, kind: code.length > 8 ? 'village' : 'district' },
    ...(incident.point && point === '' ? { point: writePoint(incident.point) } : {}),
  };
};

/** The first thing that is not in order, in the order of the form. */
const useProblems = (
  fields: Fields,
  state: BasisState,
  here: string | undefined,
  item: ConversationDetail | undefined,
): (string | false)[] => {
  const aid = useAidText();
  const name = useKindName();
  const neighbour = useRegencyName(fields.to);
  const basis = state.loading ? undefined : state.basis;
  const hours = wholeNumber(fields.hours);
  const kinds = fields.items.map(({ kind }) => kind);
  const twice = kinds.find((kind, at) => kind !== '' && kinds.indexOf(kind) !== at);
  const accepted = item?.items.find(
    (one) =>
      one.accepted > 0 &&
      (wholeNumber(
        fields.items.find((other) => other.item === one.item && other.kind === one.kind)?.quantity ?? '0',
      ) ?? 0) < one.accepted,
  );
  const long = basis !== undefined && hours !== undefined && hours > basis.longestDays * 24;
  const personal = personalNumberIn(fields.note) ?? personalNumberIn(fields.placeName);
  return [
    !state.loading && !basis && aid.basisNone(neighbour),
    !item && fields.incident === '' && aid.fillThis(aid.incident),
    fields.items.some(({ kind, quantity }) => kind === '' || (wholeNumber(quantity) ?? 0) < 1) &&
      aid.fillThis(aid.itemsMissing),
    fields.items.length === 0 && aid.fillThis(aid.itemsMissing),
    twice !== undefined && twice !== '' && aid.itemTwice(name(twice)),
    accepted?.kind !== undefined && aid.lessThanAccepted(name(accepted.kind), accepted.accepted),
    !fields.place && aid.fillThis(aid.where),
    isForeign(fields.place, here) && aid.placeNotOurs,
    isBadPoint(fields.point) && aid.pointBad,
    isoOf(fields.from) === undefined && aid.fillThis(aid.from),
    (hours === undefined || hours < 1) && aid.fillThis(aid.duration),
    long && aid.longerThanAgreed(basis.longestDays),
    isoOf(fields.answerBy) === undefined && aid.fillThis(aid.answerBy),
    personal !== undefined && aid.personalNumber,
  ];
};

/** Which neighbour, where there are several. */
export const NeighbourSelect = (props: { value: string; onChange: (code: string) => void }) => {
  const aid = useAidText();
  const neighbours = useStore(site, (now) => now?.neighbours) ?? [];
  if (neighbours.length < 2) return null;
  return (
    <label>
      {aid.to}
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {neighbours.map(({ code }) => (
          <RegencyOption key={code} code={code} />
        ))}
      </select>
    </label>
  );
};
const RegencyOption = ({ code }: { code: string }) => <option value={code}>{useRegencyName(code)}</option>;

/** Under what aid is asked for or offered, or that nothing is in force. */
export const BasisNote = ({ state, neighbour }: { state: BasisState; neighbour: string }) => {
  const aid = useAidText();
  const short = useShort();
  const name = useRegencyName(neighbour);
  if (state.loading) return <p class="hint">{aid.basisLoading}</p>;
  const { basis } = state;
  if (!basis) {
    return (
      <p class="problem" data-basis="none">
        {aid.basisNone(name)} <a href={pageHref('agreements')}>{aid.toAgreements}</a>
      </p>
    );
  }
  return (
    <p class="basis" data-basis={'agreement' in basis.reference ? 'agreement' : 'override'}>
      {basis.title === undefined
        ? aid.basisOverride(short(basis.until))
        : aid.basisAgreement(basis.title, short(basis.until))}{' '}
      {basis.kinds.length < aidKinds.length && aid.covered(basis.kinds.length)}
    </p>
  );
};

const ItemRows = (props: {
  items: Item[];
  basis: KnownBasis | undefined;
  onChange: (items: Item[]) => void;
}) => {
  const aid = useAidText();
  const name = useKindName();
  const { items, basis, onChange } = props;
  const kinds = aidKinds.filter((kind) => !basis || basis.kinds.includes(kind));
  const change = (at: number, part: Partial<Item>) =>
    onChange(items.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const next = () => String(Math.max(0, ...items.map(({ item }) => Number(item) || 0)) + 1);
  return (
    <fieldset class="item-rows">
      <legend>{aid.items}</legend>
      {items.map((one, index) => (
        <div key={one.item} class="item-row" data-item={one.item}>
          <label>
            {aid.itemKind}
            <select
              value={one.kind}
              onChange={(event) => change(index, { kind: event.currentTarget.value as AidKind | '' })}
            >
              <option value="">{aid.choose}</option>
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {name(kind)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {aid.itemQuantity}
            <input
              inputMode="numeric"
              size={6}
              value={one.quantity}
              onInput={(event) => change(index, { quantity: event.currentTarget.value })}
            />
          </label>
          <button
            type="button"
            class="tool"
            title={aid.removeItem}
            aria-label={aid.removeItem}
            disabled={items.length === 1}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          >
            <Icon of={remove} />
          </button>
        </div>
      ))}
      <button type="button" onClick={() => onChange([...items, { item: next(), kind: '', quantity: '1' }])}>
        + {aid.addItem}
      </button>
    </fieldset>
  );
};

/** The asker takes its request back; the lender says that there is nothing to be had. */
export const RequestReasonDialog = (props: {
  item: ConversationDetail;
  verb: 'cancel' | 'decline';
  onClose: () => void;
}) => {
  const aid = useAidText();
  const { item, verb, onClose } = props;
  const [reason, setReason] = useState('');
  const { request } = conversationFrom(item.messages).asking;
  const place = usePlaceName(request?.where.place ?? '');
  return (
    <Command
      title={aid.verb[verb]}
      about={place}
      path={`/api/v1/mutual-aid/requests/${item.id}/${verb}`}
      made={madeOf(() => ({ reason: reason.trim() }), !longEnough(reason) && aid.fillThis(aid.reason))}
      submit={aid.verb[verb]}
      onClose={onClose}
    >
      {verb === 'cancel' && <p class="hint">{aid.cancelNote}</p>}
      <Lines label={aid.reason} value={reason} required onChange={setReason} />
    </Command>
  );
};
