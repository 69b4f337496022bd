/** The fields of every command but the assessment. */
import { useState } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';
import { useIncidentPlace, useRegencyName } from '../app/names.ts';
import { live, shownNow } from '../picture/picture.ts';
import { listed, noFilter } from '../picture/list.ts';
import { combine, useStore } from '../store.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { shortTime } from '../time.ts';
import { type FieldsProps, useMade } from './fields.ts';

const incidents = combine(live, live, (picture) =>
  listed(picture.incidents.values(), { ...noFilter, status: 'all' }),
);

export const NoteFields = ({ onMade }: FieldsProps) => {
  const work = useWorkText();
  const [note, setNote] = useState('');
  useMade({ body: note.trim() === '' ? {} : { note: note.trim() } }, onMade);
  return (
    <label>
      {work.note}
      <textarea
        rows={2}
        maxLength={1000}
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
    </label>
  );
};

const Reason = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const work = useWorkText();
  return (
    <label>
      {work.reasonField}
      <textarea
        rows={2}
        maxLength={1000}
        required
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
};
const longEnough = (reason: string) => reason.trim().length >= 3;

export const ReasonFields = ({ onMade }: FieldsProps) => {
  const work = useWorkText();
  const [reason, setReason] = useState('');
  useMade(
    longEnough(reason) ? { body: { reason: reason.trim() } } : { missing: work.fillThis(work.reason) },
    onMade,
  );
  return <Reason value={reason} onChange={setReason} />;
};

const Choice = (props: {
  label: string;
  none: string;
  items: readonly IncidentItem[];
  value: string;
  onChange: (id: string) => void;
}) => {
  const work = useWorkText();
  if (props.items.length === 0) return <p class="hint">{props.none}</p>;
  const chosen = props.items.find(({ id }) => id === props.value);
  return (
    <label>
      {props.label}
      <select value={props.value} required onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">{work.choose}</option>
        {props.items.map((item) => (
          <IncidentOption key={item.id} item={item} />
        ))}
      </select>
      {/* Reports of one village in one hour look alike but for what they tell. */}
      {chosen && (
        <span class="hint chosen-incident">
          {chosen.source}: {chosen.chronology}
        </span>
      )}
    </label>
  );
};

const IncidentOption = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const language = useLanguage();
  const { place } = useIncidentPlace(item);
  const owner = useRegencyName(item.regency);
  const at = useStore(shownNow, (now) => shortTime(language, Date.parse(item.occurredAt), now));
  return (
    <option value={item.id}>
      {text.hazard[item.hazard]} · {place}, {owner} · {text.status[item.status]} · {at}
    </option>
  );
};

/** The likeliest first: the same hazard, then those near in time. */
const likeliest = (item: IncidentItem, others: readonly IncidentItem[]) => {
  const apart = (other: IncidentItem) => Math.abs(Date.parse(other.occurredAt) - Date.parse(item.occurredAt));
  return others.toSorted(
    (a, b) => Number(b.hazard === item.hazard) - Number(a.hazard === item.hazard) || apart(a) - apart(b),
  );
};

export const MergeFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const all = useStore(incidents, (now) => now);
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  const fit = all.filter(
    ({ id, regency, status }) =>
      id !== item.id && regency === item.regency && status !== 'merged' && status !== 'dismissed',
  );
  useMade(
    into === ''
      ? { missing: work.fillThis(work.mergeInto) }
      : longEnough(reason)
        ? { body: { into, reason: reason.trim() } }
        : { missing: work.fillThis(work.reason) },
    onMade,
  );
  return (
    <>
      <p class="hint">{work.mergeNote}</p>
      <Choice
        label={work.mergeInto}
        none={work.noMergeTarget}
        items={likeliest(item, fit)}
        value={into}
        onChange={setInto}
      />
      <Reason value={reason} onChange={setReason} />
    </>
  );
};

export const SameFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const all = useStore(incidents, (now) => now);
  const [id, setId] = useState('');
  const fit = all.filter(
    (other) =>
      other.regency !== item.regency &&
      other.status !== 'merged' &&
      other.status !== 'dismissed' &&
      !item.same.some(({ incident }) => incident === other.id),
  );
  const chosen = fit.find((other) => other.id === id);
  useMade(
    chosen
      ? { body: { regency: chosen.regency, incident: chosen.id } }
      : { missing: work.fillThis(work.sameWith) },
    onMade,
  );
  return (
    <>
      <p class="hint">{work.sameNote}</p>
      <Choice
        label={work.sameWith}
        none={work.noNeighbourIncident}
        items={likeliest(item, fit)}
        value={id}
        onChange={setId}
      />
    </>
  );
};

export const WithdrawFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const all = useStore(incidents, (now) => now);
  const [id, setId] = useState(item.same.length === 1 ? (item.same[0]?.incident ?? '') : '');
  const [reason, setReason] = useState('');
  const chosen = item.same.find(({ incident }) => incident === id);
  useMade(
    !chosen
      ? { missing: work.fillThis(work.withdrawWhich) }
      : longEnough(reason)
        ? { body: { ...chosen, reason: reason.trim() } }
        : { missing: work.fillThis(work.reason) },
    onMade,
  );
  return (
    <>
      <Choice
        label={work.withdrawWhich}
        none={work.noNeighbourIncident}
        items={all.filter((other) => item.same.some(({ incident }) => incident === other.id))}
        value={id}
        onChange={setId}
      />
      <Reason value={reason} onChange={setReason} />
    </>
  );
};
