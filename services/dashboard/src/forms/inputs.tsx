/** The fields that the forms of agreements and emergency statuses are made of. */
import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { dayText } from '../time.ts';

/** A day by WIB (`2026-09-07`). What the browser's own field reads is said in words beneath. */
export const DayField = (props: {
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (value: string) => void;
}) => {
  const work = useWorkText();
  const language = useLanguage();
  return (
    <label>
      {props.label}
      <input
        type="date"
        required
        value={props.value}
        min={props.min}
        max={props.max}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
      <span class="hint">
        {/^\d{4}-\d{2}-\d{2}$/.test(props.value) && work.whenReads(dayText(language, props.value))}
      </span>
    </label>
  );
};

export const TextField = (props: {
  label: string;
  value: string;
  hint?: string;
  max?: number;
  onChange: (value: string) => void;
}) => (
  <label>
    {props.label}
    <input
      required
      maxLength={props.max ?? 200}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
    {props.hint !== undefined && <span class="hint">{props.hint}</span>}
  </label>
);

export const TextArea = (props: {
  label: string;
  value: string;
  rows?: number;
  max?: number;
  onChange: (value: string) => void;
}) => (
  <label>
    {props.label}
    <textarea
      required
      rows={props.rows ?? 3}
      maxLength={props.max ?? 1000}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
  </label>
);

/** One of a set of choices to be ticked; `all` in the order in which they are shown. */
export const Ticks = <Choice extends string>(props: {
  label: string;
  all: readonly Choice[];
  chosen: readonly Choice[];
  nameOf: (choice: Choice) => string;
  onChange: (chosen: Choice[]) => void;
}) => {
  const { label, all, chosen, nameOf, onChange } = props;
  return (
    <fieldset class="ticks">
      <legend>{label}</legend>
      {all.map((choice) => (
        <label key={choice} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={(event) =>
              onChange(
                all.filter((one) => (one === choice ? event.currentTarget.checked : chosen.includes(one))),
              )
            }
          />
          {nameOf(choice)}
        </label>
      ))}
    </fieldset>
  );
};

/** Long enough for the site: a reason has three letters at least. */
export const isReason = (text: string): boolean => text.trim().length >= 3;
