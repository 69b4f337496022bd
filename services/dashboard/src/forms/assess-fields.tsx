/** A rapid assessment: an update (the world changed) or a correction (we were wrong). The two are never mixed. */
import type { Details, FigureView, Measure } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';
import { usePlaceName } from '../app/names.ts';
import { Count } from '../incidents/count.tsx';
import { serverNow } from '../picture/clock.ts';
import { useWorkText } from '../text/work.ts';
import { fromWibField, toWibField } from '../time.ts';
import { FigureFields } from './figure-fields.tsx';
import { type FigureRow, readCount, readRows } from './figure-rows.ts';
import { type FieldsProps, useMade } from './fields.ts';
import { TimeField } from './time-field.tsx';

export const AssessFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const [kind, setKind] = useState<'update' | 'correction'>(
    item.status === 'closed' ? 'correction' : 'update',
  );
  return (
    <>
      <fieldset class="kinds">
        <legend>{work.kind}</legend>
        {(['update', 'correction'] as const).map((one) => (
          <label key={one} class="check">
            <input
              type="radio"
              name="kind"
              checked={kind === one}
              // A closed incident changes no more; only what was said of it can be put right.
              disabled={one === 'update' && item.status === 'closed'}
              onChange={() => setKind(one)}
            />
            {work[one]}
          </label>
        ))}
      </fieldset>
      {kind === 'update' ? (
        <UpdateFields item={item} onMade={onMade} />
      ) : (
        <CorrectionFields item={item} onMade={onMade} />
      )}
    </>
  );
};

const UpdateFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const [observedAt, setObservedAt] = useState(() => toWibField(serverNow()));
  const [rows, setRows] = useState<FigureRow[]>([
    { place: item.place, measure: '', state: 'counted', count: '' },
  ]);
  const [details, setDetails] = useState<Partial<Record<keyof Details, string>>>({});
  const places = [...new Set([item.place, ...Object.keys(item.figures)])];

  const make = () => {
    const at = fromWibField(observedAt);
    if (at === undefined) return { missing: work.fillThis(work.observedAt) };
    const read = readRows(rows);
    if (!read.ok) {
      const what = read.row.measure === '' ? work.figureMeasure : work.measure[read.row.measure];
      return { missing: read.problem === 'twice' ? work.twice(what) : work.countMissing(what) };
    }
    const facts: Record<string, string | number> = {};
    for (const [name, typed] of Object.entries(details)) {
      if (typed.trim() === '') continue;
      if (name !== 'waterLevelCm') facts[name] = typed.trim();
      else if (Number.isNaN(Number(typed.replace(',', '.'))))
        return { missing: work.countMissing(work.details[name]) };
      else facts[name] = Number(typed.replace(',', '.'));
    }
    if (read.figures.length === 0 && Object.keys(facts).length === 0) return { missing: work.nothingChanged };
    const when = new Date(at).toISOString();
    return { body: { kind: 'update', observedAt: when, figures: read.figures, details: facts } };
  };
  useMade(make(), onMade);
  return (
    <>
      <TimeField label={work.observedAt} value={observedAt} onChange={setObservedAt} />
      <h3>{work.figuresNew}</h3>
      <FigureFields places={places} rows={rows} onChange={setRows} />
      <h3>{work.facts}</h3>
      <div class="form-columns">
        {(Object.keys(work.details) as (keyof Details)[]).map((name) => (
          <label key={name}>
            {work.details[name]}
            {name === 'waterLevelCm' ? (
              <input
                inputMode="decimal"
                size={6}
                value={details[name] ?? ''}
                onInput={(event) => setDetails({ ...details, [name]: event.currentTarget.value })}
              />
            ) : (
              <textarea
                rows={1}
                maxLength={2000}
                value={details[name] ?? ''}
                onInput={(event) => setDetails({ ...details, [name]: event.currentTarget.value })}
              />
            )}
          </label>
        ))}
      </div>
    </>
  );
};

interface Correctable {
  place: string;
  measure: Measure;
  figure: FigureView;
}
const correctable = (item: IncidentItem): Correctable[] =>
  Object.entries(item.figures)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([place, row]) =>
      (Object.entries(row) as [Measure, FigureView][]).map(([measure, figure]) => ({
        place,
        measure,
        figure,
      })),
    );

/** `-` stands for "not yet counted", which may be what should have been said. */
const readCorrection = (typed: string, measure: Measure) =>
  typed.trim() === '-' ? 'pending' : readCount(typed, measure);

const CorrectionFields = ({ item, onMade }: FieldsProps) => {
  const work = useWorkText();
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const all = correctable(item);

  const make = () => {
    const rows: FigureRow[] = [];
    for (const { place, measure } of all) {
      const value = typed[place + measure] ?? '';
      if (value.trim() === '') continue;
      const count = readCorrection(value, measure);
      if (count === undefined) return { missing: work.countMissing(work.measure[measure]) };
      rows.push({ place, measure, state: count === 'pending' ? 'pending' : 'counted', count: value });
    }
    if (rows.length === 0) return { missing: work.nothingChanged };
    if (reason.trim().length < 3) return { missing: work.fillThis(work.reason) };
    const read = readRows(rows);
    return read.ok
      ? { body: { kind: 'correction', reason: reason.trim(), figures: read.figures } }
      : { missing: work.nothingChanged };
  };
  useMade(make(), onMade);
  if (all.length === 0) return <p class="hint">{work.noFiguresToCorrect}</p>;
  return (
    <>
      <p class="hint">{work.correctHint}</p>
      <table class="corrections">
        <tbody>
          {all.map(({ place, measure, figure }) => (
            <CorrectionRow
              key={place + measure}
              place={place}
              measure={measure}
              figure={figure}
              typed={typed[place + measure] ?? ''}
              onType={(value) => setTyped({ ...typed, [place + measure]: value })}
            />
          ))}
        </tbody>
      </table>
      <label>
        {work.reasonField}
        <textarea
          rows={2}
          maxLength={1000}
          required
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </>
  );
};

const CorrectionRow = (props: Correctable & { typed: string; onType: (value: string) => void }) => {
  const work = useWorkText();
  const name = usePlaceName(props.place);
  const label = `${name}, ${work.measure[props.measure]}`;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        <Count count={props.figure.count} />
      </td>
      <td>
        <label>
          {work.correctTo}
          <input
            inputMode="decimal"
            size={7}
            aria-label={`${label}: ${work.correctTo}`}
            value={props.typed}
            onInput={(event) => props.onType(event.currentTarget.value)}
          />
        </label>
      </td>
    </tr>
  );
};
