import remove from '@fortawesome/fontawesome-free/svgs/solid/trash-can.svg?icon';
import type { Measure } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import { usePlaceName } from '../app/names.ts';
import { Icon } from '../icon.tsx';
import { useWorkText } from '../text/work.ts';
import type { FigureRow } from './figure-rows.ts';
import { PlaceField } from './place-field.tsx';

/** Rows of figures. `places` are those at hand; any other is added by typing its name. */
export const FigureFields = (props: {
  places: readonly string[];
  rows: FigureRow[];
  onChange: (rows: FigureRow[]) => void;
}) => {
  const work = useWorkText();
  const { rows, onChange } = props;
  const [added, setAdded] = useState<string[]>(rows.map(({ place }) => place));
  const places = [...new Set([...props.places, ...added])];
  const [first] = places;
  const change = (index: number, part: Partial<FigureRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const add = (place: string) => onChange([...rows, { place, measure: '', state: 'counted', count: '' }]);
  const addPlace = (place: Place | undefined) => {
    if (!place) return;
    setAdded([...added, place.code]);
    add(place.code);
  };
  return (
    <div class="figure-fields">
      {rows.map((row, index) => (
        <Row
          key={index}
          row={row}
          places={places}
          onChange={(part) => change(index, part)}
          onRemove={() => onChange(rows.filter((_, at) => at !== index))}
        />
      ))}
      <div class="figure-more">
        <button
          type="button"
          disabled={first === undefined}
          onClick={() => first && add(rows.at(-1)?.place ?? first)}
        >
          + {work.addFigure}
        </button>
        {places.length > 0 && <PlaceField label={work.otherPlace} chosen={undefined} onChoose={addPlace} />}
      </div>
    </div>
  );
};

const Row = (props: {
  row: FigureRow;
  places: readonly string[];
  onChange: (part: Partial<FigureRow>) => void;
  onRemove: () => void;
}) => {
  const work = useWorkText();
  const { row, places, onChange, onRemove } = props;
  return (
    <fieldset class="figure-row">
      <label>
        {work.figurePlace}
        <select value={row.place} onChange={(event) => onChange({ place: event.currentTarget.value })}>
          {places.map((place) => (
            <PlaceOption key={place} code={place} />
          ))}
        </select>
      </label>
      <label>
        {work.figureMeasure}
        <select
          value={row.measure}
          onChange={(event) => onChange({ measure: event.currentTarget.value as Measure | '' })}
        >
          <option value="">{work.choose}</option>
          {(Object.keys(work.measure) as Measure[]).map((measure) => (
            <option key={measure} value={measure}>
              {work.measure[measure]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {work.figureState}
        <select
          value={row.state}
          onChange={(event) => onChange({ state: event.currentTarget.value as FigureRow['state'] })}
        >
          <option value="counted">{work.stateCounted}</option>
          <option value="nil">{work.stateNil}</option>
          <option value="pending">{work.statePending}</option>
        </select>
      </label>
      <label>
        {work.figureCount}
        <input
          inputMode="decimal"
          size={6}
          disabled={row.state !== 'counted'}
          value={row.state === 'counted' ? row.count : ''}
          onInput={(event) => onChange({ count: event.currentTarget.value })}
        />
      </label>
      <button
        type="button"
        class="tool"
        title={work.removeFigure}
        aria-label={work.removeFigure}
        onClick={onRemove}
      >
        <Icon of={remove} />
      </button>
    </fieldset>
  );
};

const PlaceOption = ({ code }: { code: string }) => <option value={code}>{usePlaceName(code)}</option>;
