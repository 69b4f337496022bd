/** Fields that several commands of resources, stock and aid share. */
import { useState } from 'preact/hooks';
import { later } from '../app/later.tsx';
import type { IncidentItem, Place } from '../api/contract.ts';
import type { Made } from '../forms/fields.ts';
import { PlaceField } from '../forms/place-field.tsx';
import { PointInput } from '../forms/point-input.tsx';
import { readPoint, writePoint } from '../forms/point-text.ts';
import { TimeField } from '../forms/time-field.tsx';
import { serverNow } from '../picture/clock.ts';
import { useAidText } from '../text/aid.ts';
import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { fromWibField, fullTime, toWibField } from '../time.ts';
import { NamedIncident } from './parts.tsx';

const PointMap = later(
  async () => (await import('../map/point-map.tsx')).PointMap,
  (text) => text.mapLoading,
);

export const iso = (at: number): string => new Date(at).toISOString();
/** The instant that a field holds, as text; undefined while it is empty or unfinished. */
export const isoOf = (field: string): string | undefined => {
  const at = fromWibField(field);
  return at === undefined ? undefined : iso(at);
};
export const fieldAt = (instant: string): string => toWibField(Date.parse(instant));
/** The next full hour after some hours from now, as a field holds it. */
export const hoursFromNow = (hours: number): string => {
  const HOUR_MS = 3_600_000;
  return toWibField(Math.ceil((serverNow() + hours * HOUR_MS) / HOUR_MS) * HOUR_MS);
};

/** Members that have a value: an empty field is left out of a body. */
export const filled = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== ''));

/** The first sentence that says what is missing, or the body. */
export const madeOf = (body: () => object, ...missing: (string | false | undefined)[]): Made => {
  const first = missing.find((one) => typeof one === 'string');
  return typeof first === 'string' ? { missing: first } : { body: body() };
};

export const longEnough = (reason: string): boolean => reason.trim().length >= 3;
/** A whole number as typed, with the language's dots between thousands; undefined for anything else. */
export const wholeNumber = (typed: string): number | undefined => {
  const digits = typed.trim().replaceAll(/[.,](?=\d{3}(?:\D|$))/g, '');
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
};
/** A number with a decimal comma or point; undefined for anything else. */
export const decimalNumber = (typed: string): number | undefined => {
  const whole = wholeNumber(typed);
  if (whole !== undefined) return whole;
  return /^\d+[.,]\d+$/.test(typed.trim()) ? Number(typed.trim().replace(',', '.')) : undefined;
};

export const Lines = (props: {
  label: string;
  value: string;
  required?: boolean;
  onChange: (value: string) => void;
}) => (
  <label>
    {props.label}
    <textarea
      rows={2}
      maxLength={1000}
      required={props.required ?? false}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
  </label>
);

export const Line = (props: {
  label: string;
  value: string;
  hint?: string | undefined;
  mode?: 'numeric' | 'decimal';
  onChange: (value: string) => void;
}) => (
  <label>
    {props.label}
    <input
      value={props.value}
      maxLength={200}
      inputMode={props.mode ?? 'text'}
      autocomplete="off"
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
    {props.hint && <span class="hint">{props.hint}</span>}
  </label>
);

/** A moment that may be left empty. */
export const MaybeTime = (props: { label: string; value: string; onChange: (value: string) => void }) => (
  <label>
    {props.label}
    <input
      type="datetime-local"
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
    <Reads value={props.value} />
  </label>
);
/** What a field holds, in words: the browser's own may write month and day in either order. */
const Reads = ({ value }: { value: string }) => {
  const work = useWorkText();
  const language = useLanguage();
  const at = fromWibField(value);
  return at === undefined ? null : <span class="hint">{work.whenReads(fullTime(language, at))}</span>;
};

/** Now, unless the box is ticked: a step within the same minute must not seem to come before the last one. */
export const Earlier = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const aid = useAidText();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={value !== ''}
          onChange={(event) => onChange(event.currentTarget.checked ? toWibField(serverNow()) : '')}
        />
        {aid.earlier}
      </label>
      {value !== '' && <TimeField label={aid.happenedAt} value={value} onChange={onChange} />}
    </>
  );
};

/** A point, typed or shown on a map within the form. */
export const PointField = (props: { label: string; typed: string; onChange: (typed: string) => void }) => {
  const aid = useAidText();
  const { label, typed, onChange } = props;
  const [open, setOpen] = useState(false);
  return (
    <div class="point-input">
      <PointInput label={label} typed={typed} onChange={onChange} />
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? aid.pointHideMap : aid.pointOnMap}
      </button>
      {open && (
        <>
          <PointMap point={readPoint(typed)} onPick={(point) => onChange(writePoint(point))} />
          <p class="hint">{aid.pointMapNote}</p>
        </>
      )}
    </div>
  );
};

export const IncidentSelect = (props: {
  label: string;
  none?: string;
  items: readonly IncidentItem[];
  value: string;
  onChange: (id: string) => void;
}) => {
  const aid = useAidText();
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">{props.none ?? aid.choose}</option>
        {props.items.map((item) => (
          <option key={item.id} value={item.id}>
            <NamedIncident item={item} />
          </option>
        ))}
      </select>
      {props.items.length === 0 && props.none === undefined && <span class="hint">{aid.noOwnIncident}</span>}
    </label>
  );
};

/** An own place, chosen by typing; one of another regency is refused with a sentence. */
export const OwnPlace = (props: {
  label: string;
  here: string | undefined;
  chosen: Place | undefined;
  onChoose: (place: Place | undefined) => void;
}) => {
  const aid = useAidText();
  const { chosen, here } = props;
  return (
    <>
      <PlaceField label={props.label} chosen={chosen} onChoose={props.onChoose} />
      {chosen && here && chosen.code.slice(0, 5) !== here && <p class="problem">{aid.placeNotOurs}</p>}
    </>
  );
};
export const isForeign = (place: Place | undefined, here: string | undefined): boolean =>
  place !== undefined && here !== undefined && place.code.slice(0, 5) !== here;

/** One of a few answers, as buttons that are radios. */
export const Choice = <Value extends string>(props: {
  label: string;
  name: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) => (
  <fieldset class="kinds">
    <legend>{props.label}</legend>
    {props.options.map((option) => (
      <label key={option.value} class="check">
        <input
          type="radio"
          name={props.name}
          checked={option.value === props.value}
          onChange={() => props.onChange(option.value)}
        />
        {option.label}
      </label>
    ))}
  </fieldset>
);
