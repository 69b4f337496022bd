import type { Measure, Totals } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';
import { usePlaceName, useRegencyName } from '../app/names.ts';
import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { formatNumber } from '../time.ts';
import { Count, EventLink, Figure } from './count.tsx';

/** Totals of a group or of one incident; each opens into the figures that it is made of. */
export const TotalsTable = ({ totals, ofGroup }: { totals: Totals; ofGroup: boolean }) => {
  const work = useWorkText();
  const measures = measuresOf(totals, work.measure);
  return (
    <section class="block">
      <h3>{ofGroup ? work.totalsGroup : work.totals}</h3>
      {measures.length === 0 && <p class="quiet">{work.noTotals}</p>}
      {ofGroup && measures.length > 0 && <p class="quiet">{work.totalsNote}</p>}
      <dl class="totals">
        {measures.map((measure) => (
          <TotalRow key={measure} measure={measure} totals={totals} />
        ))}
      </dl>
    </section>
  );
};

/** In the order of the dictionary, which is that of the assessment form. */
const measuresOf = <Row extends { [measure in Measure]?: unknown }>(
  row: Row,
  words: Record<Measure, string>,
): Measure[] => (Object.keys(words) as Measure[]).filter((measure) => row[measure] !== undefined);

const TotalRow = ({ measure, totals }: { measure: Measure; totals: Totals }) => {
  const work = useWorkText();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const total = totals[measure];
  if (!total) return null;
  const { counted, nil, pending, parts } = total;
  const nothingCounted = pending === parts.length;
  return (
    <div class="total">
      <dt>{work.measure[measure]}</dt>
      <dd>
        {nothingCounted ? (
          <Count count="pending" />
        ) : counted === 0 && pending === 0 ? (
          <Count count={0} />
        ) : (
          <span class="count" data-count="counted">
            {pending > 0 && <span class="at-least">{work.atLeast} </span>}
            {formatNumber(language, counted)}
          </span>
        )}
        <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          {work.showParts}
        </button>
        {pending > 0 && !nothingCounted && <span class="figure-note">{work.pendingPlaces(pending)}</span>}
        {nil > 0 && counted > 0 && <span class="figure-note">{work.nilPlaces(nil)}</span>}
      </dd>
      {open && (
        <dd class="parts">
          <ul>
            {parts.map((part) => (
              <Part key={part.place} part={part} />
            ))}
          </ul>
        </dd>
      )}
    </div>
  );
};

const Part = ({ part }: { part: NonNullable<Totals[Measure]>['parts'][number] }) => {
  const work = useWorkText();
  const place = usePlaceName(part.place);
  const owner = useRegencyName(part.regency);
  return (
    <li>
      {place}: <Count count={part.figure.count} /> <span class="quiet">({work.figureOf(owner)})</span>{' '}
      <EventLink incident={part.incident} regency={part.regency} sequence={part.figure.sequence} />
    </li>
  );
};

/** Every figure of one incident, place by place. */
export const FigureTables = ({ item }: { item: IncidentItem }) => {
  const work = useWorkText();
  const places = Object.keys(item.figures).sort();
  return (
    <section class="block">
      <h3>{work.figures}</h3>
      {places.length === 0 && <p class="quiet">{work.noFigures}</p>}
      {places.map((place) => (
        <PlaceTable key={place} place={place} item={item} />
      ))}
    </section>
  );
};

const PlaceTable = ({ place, item }: { place: string; item: IncidentItem }) => {
  const work = useWorkText();
  const name = usePlaceName(place);
  const row = item.figures[place] ?? {};
  return (
    <table class="figures">
      <caption>{name}</caption>
      <tbody>
        {measuresOf(row, work.measure).map((measure) => {
          const figure = row[measure];
          return (
            <tr key={measure}>
              <th scope="row">{work.measure[measure]}</th>
              <td>{figure && <Figure figure={figure} incident={item.id} regency={item.regency} />}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};
