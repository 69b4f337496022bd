import { kindFacts, personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import { useRegencyName } from '../app/names.ts';
import { openPage } from '../app/route.ts';
import { site } from '../app/site.ts';
import { Command } from '../forms/command.tsx';
import { TimeField } from '../forms/time-field.tsx';
import {
  Choice,
  IncidentSelect,
  Lines,
  filled,
  hoursFromNow,
  isoOf,
  madeOf,
  wholeNumber,
} from '../resources/fields.tsx';
import {
  ResourceMark,
  openIncidents,
  useCapacity,
  usePointOf,
  useResources,
  useStocks,
} from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import type { ConversationDetail } from './contract.ts';
import { conversationFrom } from './conversation.ts';
import {
  type OfferChoice,
  type OfferGroup,
  choiceKey,
  chosenOf,
  groupsFor,
  groupsOfAll,
  offerLines,
  proposed,
} from './offer-lines.ts';
import { BasisNote, NeighbourSelect } from './request-dialog.tsx';
import { useBasis } from './use-basis.ts';

/** An answer to a request with what is near and free; without `item`, an offer that nobody asked for. */
export const OfferDialog = ({ item, onClose }: { item?: ConversationDetail; onClose: () => void }) => {
  const aid = useAidText();
  const here = useStore(site, (now) => now?.regency.code) ?? '';
  const neighbours = useStore(site, (now) => now?.neighbours);
  const [chosenTo, setChosenTo] = useState('');
  const to = item?.asker ?? (chosenTo || (neighbours?.[0]?.code ?? ''));
  const name = useRegencyName(to);
  const state = useBasis(here, to);
  const basis = state.loading ? undefined : state.basis;
  const theirs = useStore(openIncidents, ({ others }) => others);
  const resources = useResources().answer?.items ?? [];
  const stocks = useStocks().answer?.items ?? [];
  const [incident, setIncident] = useState('');
  const [choice, setChoice] = useState<OfferChoice>();
  const [response, setResponse] = useState<'accept' | 'provisional'>('accept');
  const [conditions, setConditions] = useState('');
  const [validUntil, setValidUntil] = useState(() => hoursFromNow(6));

  const where = item && conversationFrom(item.messages).asking.request?.where;
  const their = theirs.find(({ id }) => id === incident);
  const place = where?.place ?? their?.place;
  const own = resources.filter(({ regency }) => regency === here);
  const pointOf = usePointOf([
    ...(place ? [place] : []),
    ...own.filter(({ position }) => !position).map(({ home }) => home.place),
    ...stocks.map(({ home }) => home.place),
  ]);
  const wanted = where?.point ?? their?.point ?? (place === undefined ? undefined : pointOf(place));
  const holdings = { resources, stocks, here, pointOf };
  const groups = item
    ? groupsFor(item.items, wanted, holdings)
    : groupsOfAll(basis?.kinds ?? [], wanted, holdings);
  const now = choice ?? (item ? proposed(groups) : { ticked: [], typed: {} });
  const sums = groups.map((group) => chosenOf(group, now, wholeNumber));
  const bad = groups.find((_, index) => Number.isNaN(sums[index]));
  const lines = offerLines(groups, now, wholeNumber);
  const kindName = useKindName();
  const made = madeOf(
    () => ({
      to,
      ...(item ? { request: item.id } : filled({ incident })),
      response,
      ...filled({ conditions: response === 'provisional' ? conditions.trim() : undefined }),
      lines,
      validUntil: isoOf(validUntil),
    }),
    !state.loading && !basis && aid.basisNone(name),
    bad && aid.tooMuch(kindName(bad.kind)),
    lines.length === 0 && aid.fillThis(aid.chooseSome),
    response === 'provisional' && conditions.trim() === '' && aid.fillThis(aid.conditions),
    personalNumberIn(conditions) !== undefined && aid.personalNumber,
    isoOf(validUntil) === undefined && aid.fillThis(aid.validUntil),
  );
  return (
    <Command<{ id: string; conversation?: string }>
      title={item ? aid.verb.offer : aid.offerAid}
      wide
      about={aid.weOffer(name)}
      path="/api/v1/mutual-aid/offers"
      made={made}
      submit={aid.sendOffer}
      onClose={onClose}
      onSent={({ id, conversation }) => openPage('aid', conversation ?? item?.id ?? id)}
    >
      {!item && <NeighbourSelect value={to} onChange={setChosenTo} />}
      <BasisNote state={state} neighbour={to} />
      {!item && (
        <IncidentSelect
          label={aid.forTheirIncident}
          none={aid.noIncident}
          items={theirs.filter(({ regency }) => regency === to)}
          value={incident}
          onChange={setIncident}
        />
      )}
      {place !== undefined && <p class="hint">{aid.straightNote}</p>}
      {groups.length === 0 && <p class="hint">{aid.nothingFreeAtAll}</p>}
      {groups.map((group, index) => (
        <Group
          key={group.item ?? group.kind}
          group={group}
          measured={place !== undefined}
          sum={sums[index] ?? 0}
          choice={now}
          onChange={setChoice}
        />
      ))}
      <Choice
        label={aid.response}
        name="response"
        value={response}
        options={[
          { value: 'accept', label: aid.responseAccept },
          { value: 'provisional', label: aid.responseProvisional },
        ]}
        onChange={setResponse}
      />
      {response === 'provisional' && (
        <Lines label={aid.conditions} value={conditions} required onChange={setConditions} />
      )}
      <TimeField label={aid.validUntil} value={validUntil} onChange={setValidUntil} />
      <p class="hint">{aid.validNote}</p>
    </Command>
  );
};

const Group = (props: {
  group: OfferGroup;
  /** Whether there is a place to measure from. */
  measured: boolean;
  sum: number;
  choice: OfferChoice;
  onChange: (choice: OfferChoice) => void;
}) => {
  const aid = useAidText();
  const kindName = useKindName();
  const language = useLanguage();
  const capacityOf = useCapacity();
  const { group, measured, sum, choice, onChange } = props;
  const number = (count: number) => formatNumber(language, count);
  const amount = (count: number) => `${number(count)} ${aid.unit[kindFacts[group.kind].unit]}`;
  const toggle = (key: string, on: boolean) =>
    onChange({
      ...choice,
      ticked: on ? [...choice.ticked, key] : choice.ticked.filter((one) => one !== key),
    });
  return (
    <fieldset class="offer-group" data-kind={group.kind}>
      <legend>
        {kindName(group.kind)}
        <span class="offer-sum">
          {group.asked !== undefined && group.left !== undefined && (
            <span>{aid.wanted(number(group.asked), number(group.left))}</span>
          )}
          <b data-over={group.left !== undefined && sum > group.left ? 'yes' : undefined}>
            {aid.chosen(Number.isNaN(sum) ? '?' : number(sum))}
            {group.left !== undefined && sum > group.left && `, ${aid.moreThanWanted}`}
          </b>
        </span>
      </legend>
      {group.resources.length + group.stocks.length === 0 && <p class="hint">{aid.nothingFree}</p>}
      <ul class="near">
        {group.resources.map(({ item, km }) => {
          const key = choiceKey(group, item.id);
          return (
            <li key={item.id}>
              <label class="check">
                <input
                  type="checkbox"
                  data-near={item.id}
                  checked={choice.ticked.includes(key)}
                  onChange={(event) => toggle(key, event.currentTarget.checked)}
                />
                <ResourceMark kind={item.kind} state={item.state} />
                <span>
                  <b>{item.name}</b> <span class="quiet">{capacityOf(item.kind, item.capacity)}</span>
                </span>
                {measured && <Distance km={km} />}
              </label>
            </li>
          );
        })}
        {group.stocks.map(({ item, km }) => {
          const key = choiceKey(group, item.id);
          return (
            <li key={item.id}>
              <label class="stock-line">
                <span>
                  <b>{item.home.name ?? item.placeName}</b>{' '}
                  <span class="quiet">
                    {aid.free}: {amount(item.free)}
                  </span>
                </span>
                <input
                  inputMode="numeric"
                  size={7}
                  data-near={item.id}
                  aria-label={`${aid.itemQuantity}, ${item.home.name ?? item.placeName ?? ''}`}
                  value={choice.typed[key] ?? ''}
                  onInput={(event) =>
                    onChange({ ...choice, typed: { ...choice.typed, [key]: event.currentTarget.value } })
                  }
                />
                {measured && <Distance km={km} />}
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
};

const Distance = ({ km }: { km: number | undefined }) => {
  const aid = useAidText();
  const language = useLanguage();
  return (
    <span class="distance">
      {km === undefined
        ? aid.distanceUnknown
        : aid.straightLine(formatNumber(language, km < 10 ? Math.round(km * 10) / 10 : Math.round(km)))}
    </span>
  );
};
