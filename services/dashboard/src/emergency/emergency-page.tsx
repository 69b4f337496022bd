import '../styles/emergency.css';
import '../text/problems-accords.ts';
import { type DecreePeriod, type SaidIn, decreePeriods, mayRole } from '@siaga/domain';
import type { EmergencyItem } from '../api/contract.ts';
import { useCountdown, useTimeAt } from '../app/countdown.ts';
import { later } from '../app/later.tsx';
import { useRegencyNames } from '../app/names.ts';
import { NounNote } from '../app/noun-note.tsx';
import { pageHref, route } from '../app/route.ts';
import { session, site } from '../app/site.ts';
import { openForm } from '../app/view.ts';
import { hazardIcons } from '../hazard-icons.ts';
import { Icon } from '../icon.tsx';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useEmergencyText } from '../text/emergency.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { dayText, fullTime } from '../time.ts';
import { Area, LevelChip, TimeLeft } from './parts.tsx';
import { decreeSteps, instantsOf, levelsFor, standingOf } from './rules.ts';
import { useEmergencyStatuses } from './use-standing.ts';

const DeclareDialog = later(
  async () => (await import('./dialogs.tsx')).DeclareDialog,
  () => undefined,
);
const ExtendDialog = later(
  async () => (await import('./dialogs.tsx')).ExtendDialog,
  () => undefined,
);
const EndDialog = later(
  async () => (await import('./dialogs.tsx')).EndDialog,
  () => undefined,
);
const InabilityDialog = later(
  async () => (await import('./dialogs.tsx')).InabilityDialog,
  () => undefined,
);

/** The emergency statuses of both regencies; with an id in the address, one with all its decrees. */
export const EmergencyPage = () => {
  const text = useText();
  const words = useEmergencyText();
  const state = useEmergencyStatuses();
  const open = useStore(route, (now) => now.item);
  const may = useMay();
  const item = state.answer?.items.find(({ id }) => id === open);
  if (open !== undefined) {
    return (
      <div class="area-page emergency">
        <p>
          <a href={pageHref('emergency')}>← {words.back}</a>
        </p>
        <NounNote of={state.answer && !item ? { otherTime: false, problem: 'unknown' } : state} />
        {item && <Status item={item} />}
      </div>
    );
  }
  return (
    <div class="area-page emergency">
      <header class="area-head">
        <h2>{text.page.emergency}</h2>
        {may && (
          <button
            type="button"
            class="primary"
            onClick={() =>
              openForm((close) => <DeclareDialog items={state.answer?.items ?? []} onClose={close} />)
            }
          >
            {words.declare}
          </button>
        )}
      </header>
      <p class="quiet">{words.intro}</p>
      <NounNote of={state} />
      {state.answer && <Regencies items={state.answer.items} />}
    </div>
  );
};

/** Whether who has signed in may record decrees here and now. */
const useMay = (): boolean => {
  const role = useStore(session, (now) => now?.account.role);
  const past = useStore(replay, (back) => back !== undefined);
  return role !== undefined && mayRole(role, 'emergency.declare') && !past;
};

const Regencies = ({ items }: { items: readonly EmergencyItem[] }) => {
  const words = useEmergencyText();
  const name = useRegencyNames();
  const now = useTimeAt(instantsOf(items));
  const here = useStore(site, (known) => known);
  if (!here) return null;
  const standing = new Map(
    standingOf(items, now, here.regency.code).map((one, index) => [one.view.id, index]),
  );
  return (
    <>
      {[here.regency, ...here.neighbours].map(({ code }) => {
        const ofRegency = items
          .filter(({ regency }) => regency === code)
          .toSorted((a, b) => (standing.get(a.id) ?? 99) - (standing.get(b.id) ?? 99));
        return (
          <section key={code} class="block">
            <h3>{name(code)}</h3>
            {ofRegency.length === 0 && <p class="quiet">{words.noneOf(name(code))}</p>}
            <ul class="cards">
              {ofRegency.map((item) => (
                <Card key={item.id} item={item} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
};

const Card = ({ item }: { item: EmergencyItem }) => {
  const text = useText();
  const words = useEmergencyText();
  const language = useLanguage();
  const now = useTimeAt(instantsOf([item]));
  const [standing] = standingOf([item], now, undefined);
  return (
    <li>
      <a class="card emergency-card" href={pageHref('emergency', item.id)} data-row={item.id}>
        <Icon of={hazardIcons[item.hazard]} />
        <span class="row-text">
          <span class="row-title">{text.hazard[item.hazard]}</span>
          {standing ? (
            <>
              <span class="row-facts">
                <LevelChip level={standing.standing.level} />
                <TimeLeft ends={standing.standing.ends} warn={standing.standing.warn} />
              </span>
              <span>
                {words.decreeNumber(standing.standing.decree.decree)},{' '}
                {words.fromTo(
                  dayText(language, standing.standing.decree.from),
                  dayText(language, standing.standing.decree.to),
                )}
              </span>
              <span class="row-where">
                <Area places={standing.standing.decree.area.slice(0, 12)} />
              </span>
            </>
          ) : (
            <span class="quiet">{words.noneStands}</span>
          )}
        </span>
      </a>
    </li>
  );
};

const Status = ({ item }: { item: EmergencyItem }) => {
  const text = useText();
  const words = useEmergencyText();
  const work = useWorkText();
  const language = useLanguage();
  const name = useRegencyNames();
  const now = useTimeAt(instantsOf([item]));
  const here = useStore(site, (known) => known?.regency.code);
  const past = useStore(replay, (back) => back !== undefined);
  const signedIn = useStore(session, (known) => Boolean(known));
  const may = useMay();
  const own = here === item.regency;
  const [standing] = standingOf([item], now, here);
  const nextLevels = levelsFor(item.hazard, item, now);
  return (
    <>
      <header class="area-head">
        <h2>
          <Icon of={hazardIcons[item.hazard]} /> {text.hazard[item.hazard]} · {name(item.regency)}
        </h2>
      </header>
      <p class="row-facts standing-now">
        {standing ? (
          <>
            <LevelChip level={standing.standing.level} />
            <TimeLeft ends={standing.standing.ends} warn={standing.standing.warn} />
            <span>{words.lastDay(dayText(language, standing.standing.decree.to))}</span>
          </>
        ) : (
          words.noneStands
        )}
      </p>
      {!own && <p class="owner-note">{words.ownOnly(name(item.regency))}</p>}
      {own && past && <p class="actions-note">{work.noneInReplay}</p>}
      {own && !past && signedIn && !may && <p class="quiet">{words.kalaksaOnly}</p>}
      {own && may && (
        <p class="actions">
          {nextLevels.length > 0 && (
            <button
              type="button"
              onClick={() =>
                openForm((close) => <DeclareDialog items={[item]} hazard={item.hazard} onClose={close} />)
              }
            >
              {standing ? words.declareNext : words.declare}
            </button>
          )}
          {standing?.standing.level === 'tanggap' && (
            <button
              type="button"
              onClick={() => openForm((close) => <InabilityDialog item={item} onClose={close} />)}
            >
              {words.stateInability}
            </button>
          )}
        </p>
      )}
      {item.inability.length > 0 && (
        <section class="block">
          <h3>{words.inability}</h3>
          {item.inability.map((one) => (
            <div key={one.sequence} class="card">
              <b>{words.inabilityOf(one.letter, fullTime(language, Date.parse(one.occurredAt)))}</b>
              <p class="clause-text">{one.text}</p>
              <p class="quiet">
                {words.decreeNumber(one.decree)}, {words.event(one.sequence)}
              </p>
            </div>
          ))}
        </section>
      )}
      <section class="block">
        <h3>{words.history}</h3>
        <ol class="decrees">
          {decreePeriods<SaidIn>(item)
            .toReversed()
            .map((period) => (
              <Decree key={period.decree.decree} item={item} period={period} may={own && may} />
            ))}
        </ol>
      </section>
    </>
  );
};

const Decree = (props: { item: EmergencyItem; period: DecreePeriod<SaidIn>; may: boolean }) => {
  const { item, period, may } = props;
  const words = useEmergencyText();
  const language = useLanguage();
  const now = useTimeAt(instantsOf([item]));
  const toBegin = useCountdown(period.begins);
  const { decree, begins, ends, calledOff, supersededBy } = period;
  const at = new Date(now).toISOString();
  const phase = at < begins ? 'later' : at < ends ? 'now' : 'over';
  const steps = decreeSteps(item, period, now);
  const day = (text: string) => dayText(language, text);
  return (
    <li class="card" data-phase={calledOff ? 'over' : phase}>
      <p class="row-facts">
        <LevelChip level={decree.level} />
        <b>{words.decreeNumber(decree.decree)}</b>
        <span>{calledOff ? words.calledOff : words.phase[phase]}</span>
        {phase === 'now' && <TimeLeft ends={ends} warn={false} />}
        {phase === 'later' && !calledOff && toBegin !== undefined && <span>{words.begins(toBegin)}</span>}
      </p>
      <p>
        {words.fromTo(day(decree.from), day(decree.to))}
        {supersededBy !== undefined && `; ${words.cutShort(fullTime(language, Date.parse(ends)))}`}
      </p>
      <p>
        <span class="quiet">{words.area}:</span> <Area places={decree.area} />
      </p>
      {decree.extensions.map((extension) => (
        <p key={extension.decree}>
          {words.extendedTo(words.decreeNumber(extension.decree), day(extension.to))}{' '}
          <span class="quiet">({words.event(extension.sequence)})</span>
        </p>
      ))}
      {supersededBy !== undefined && <p>{words.supersededBy(words.decreeNumber(supersededBy))}</p>}
      {decree.ended && (
        <p>
          {words.ended(fullTime(language, Date.parse(decree.ended.at)), decree.ended.reason)}
          {decree.ended.decree !== undefined && `, ${words.endedBy(words.decreeNumber(decree.ended.decree))}`}
        </p>
      )}
      <p class="quiet">
        {words.declaredHere}, {words.event(decree.sequence)}
      </p>
      {may && (steps.extend || steps.end) && (
        <p class="actions">
          {steps.extend && (
            <button
              type="button"
              onClick={() =>
                openForm((close) => <ExtendDialog item={item} decree={decree} onClose={close} />)
              }
            >
              {words.extend}
            </button>
          )}
          {steps.end && (
            <button
              type="button"
              onClick={() => openForm((close) => <EndDialog item={item} decree={decree} onClose={close} />)}
            >
              {words.end}
            </button>
          )}
        </p>
      )}
    </li>
  );
};
