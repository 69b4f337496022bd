/** The commands on one resource, each as a dialog. */
import type { ResourceKind } from '@siaga/domain';
import { kindFacts } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import type { ResourceItem } from '../aid/contract.ts';
import { useRegencyName } from '../app/names.ts';
import { openPage } from '../app/route.ts';
import { site } from '../app/site.ts';
import { openForm } from '../app/view.ts';
import { Command } from '../forms/command.tsx';
import type { Made } from '../forms/fields.ts';
import { TimeField } from '../forms/time-field.tsx';
import { isBadPoint, readPoint } from '../forms/point-text.ts';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { fullTime } from '../time.ts';
import type { Move } from './board.ts';
import {
  Earlier,
  IncidentSelect,
  Line,
  Lines,
  MaybeTime,
  OwnPlace,
  PointField,
  decimalNumber,
  fieldAt,
  filled,
  hoursFromNow,
  isForeign,
  isoOf,
  longEnough,
  madeOf,
  wholeNumber,
} from './fields.tsx';
import { resourceKinds } from './kinds.ts';
import { openIncidents } from './parts.tsx';

export const openRegister = (): void => openForm((close) => <RegisterDialog onClose={close} />);
export const openMove = (item: ResourceItem, move: Move): void =>
  openForm((close) => <MoveDialog item={item} move={move} onClose={close} />);
export const openPosition = (item: ResourceItem): void =>
  openForm((close) => <PositionDialog item={item} onClose={close} />);
export const openExtend = (item: ResourceItem): void =>
  openForm((close) => <ExtendDialog item={item} onClose={close} />);

const RegisterDialog = ({ onClose }: { onClose: () => void }) => {
  const aid = useAidText();
  const name = useKindName();
  const here = useStore(site, (now) => now?.regency.code);
  const [kind, setKind] = useState<ResourceKind | ''>('');
  const [called, setCalled] = useState('');
  const [capacity, setCapacity] = useState('');
  const [crew, setCrew] = useState('');
  const [place, setPlace] = useState<Place>();
  const [homeName, setHomeName] = useState('');
  const [point, setPoint] = useState('');
  const unit = kind === '' ? undefined : aid.unit[kindFacts[kind].unit];
  const counts = decimalNumber(capacity);
  const persons = wholeNumber(crew);
  const made = madeOf(
    () => ({
      kind,
      name: called.trim(),
      ...filled({ capacity: counts, crew: persons }),
      home: { place: place?.code, ...filled({ point: readPoint(point), name: homeName.trim() }) },
    }),
    kind === '' && aid.fillThis(aid.kindField),
    called.trim() === '' && aid.fillThis(aid.nameField),
    capacity.trim() !== '' && !counts && aid.fillThis(aid.capacityIn(unit ?? '')),
    crew.trim() !== '' && persons === undefined && aid.fillThis(aid.crewField),
    !place && aid.fillThis(`${aid.home}, ${aid.place}`),
    isForeign(place, here) && aid.placeNotOurs,
    isBadPoint(point) && aid.pointBad,
  );
  return (
    <Command
      title={aid.register}
      path="/api/v1/resources"
      made={made}
      submit={aid.register}
      onClose={onClose}
      onSent={({ id }) => openPage('resources', id)}
      wide
    >
      <div class="form-columns">
        <label>
          {aid.kindField}
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as ResourceKind | '')}>
            <option value="">{aid.choose}</option>
            {resourceKinds.map((one) => (
              <option key={one} value={one}>
                {name(one)}
              </option>
            ))}
          </select>
        </label>
        <Line label={aid.nameField} value={called} hint={aid.nameHint} onChange={setCalled} />
        <Line
          label={unit === undefined ? aid.capacityOptional : aid.capacityIn(unit)}
          value={capacity}
          mode="decimal"
          onChange={setCapacity}
        />
        <Line label={aid.crewField} value={crew} mode="numeric" onChange={setCrew} />
      </div>
      <h3>{aid.home}</h3>
      <OwnPlace label={aid.place} here={here} chosen={place} onChoose={setPlace} />
      <Line label={aid.placeName} value={homeName} onChange={setHomeName} />
      <PointField label={aid.pointOptional} typed={point} onChange={setPoint} />
    </Command>
  );
};

interface MoveProps {
  item: ResourceItem;
  move: Move;
  onClose: () => void;
}
/** What a move's fields make, beside when it happened. */
interface Fields {
  made: Made;
  draw: ComponentChildren;
}

const MoveDialog = ({ item, move, onClose }: MoveProps) => {
  const aid = useAidText();
  const [earlier, setEarlier] = useState('');
  const { made, draw } = useFields(move);
  const occurredAt = isoOf(earlier);
  const warning = useWarning(item, move);
  const onResource = move === 'dispatch' || move === 'take-out-of-service' || move === 'back-in-service';
  const path = onResource
    ? `/api/v1/resources/${item.id}/${move}`
    : `/api/v1/deployments/${item.deployment?.id ?? ''}/${move}`;
  const whole: Made =
    'missing' in made
      ? made
      : earlier !== '' && occurredAt === undefined
        ? { missing: aid.fillThis(aid.happenedAt) }
        : { body: { ...made.body, ...filled({ occurredAt }) } };
  return (
    <Command
      title={aid.move[move]}
      about={item.name}
      path={path}
      made={whole}
      revision={item.revision}
      submit={aid.move[move]}
      onClose={onClose}
    >
      {warning && <p class="hint">{warning}</p>}
      {draw}
      <Earlier value={earlier} onChange={setEarlier} />
    </Command>
  );
};

/** What the neighbour will notice of it. */
const useWarning = ({ deployment }: ResourceItem, move: Move): string | undefined => {
  const aid = useAidText();
  const task = deployment?.task;
  const neighbour = useRegencyName(task?.for === 'neighbour' ? task.regency : '');
  if (task?.for !== 'neighbour') return undefined;
  if (move === 'cancel') return aid.cancelNeighbour(neighbour);
  return move === 'release' ? aid.releaseNeighbour(neighbour) : undefined;
};

const useFields = (move: Move): Fields => {
  const aid = useAidText();
  const own = useStore(openIncidents, ({ own: ours }) => ours);
  const [incident, setIncident] = useState('');
  const [until, setUntil] = useState(() => hoursFromNow(24));
  const [text, setText] = useState('');
  const [departure, setDeparture] = useState('');
  const [arrival, setArrival] = useState('');
  const lines = (label: string, required = false) => (
    <Lines label={label} value={text} required={required} onChange={setText} />
  );
  const estimate = (label: string) => <MaybeTime label={label} value={arrival} onChange={setArrival} />;
  switch (move) {
    case 'dispatch':
      return {
        made: madeOf(
          () => ({ incident, until: isoOf(until) }),
          incident === '' && aid.fillThis(aid.incident),
          isoOf(until) === undefined && aid.fillThis(aid.until),
        ),
        draw: (
          <>
            <IncidentSelect label={aid.incident} items={own} value={incident} onChange={setIncident} />
            <TimeField label={aid.until} value={until} onChange={setUntil} />
          </>
        ),
      };
    case 'mobilise':
      return {
        made: {
          body: filled({ estimatedDeparture: isoOf(departure), estimatedArrival: isoOf(arrival) }),
        },
        draw: (
          <div class="form-columns">
            <MaybeTime label={aid.estimatedDeparture} value={departure} onChange={setDeparture} />
            {estimate(aid.estimatedArrival)}
          </div>
        ),
      };
    case 'depart':
      return {
        made: { body: filled({ estimatedArrival: isoOf(arrival) }) },
        draw: estimate(aid.estimatedArrival),
      };
    case 'start-return':
      return {
        made: { body: filled({ estimatedArrival: isoOf(arrival) }) },
        draw: estimate(aid.estimatedHome),
      };
    case 'arrive':
      return { made: { body: {} }, draw: null };
    case 'release':
      return { made: { body: filled({ reason: text.trim() }) }, draw: lines(aid.reasonOptional) };
    case 'end-return':
      return { made: { body: filled({ condition: text.trim() }) }, draw: lines(aid.condition) };
    case 'back-in-service':
      return { made: { body: filled({ note: text.trim() }) }, draw: lines(aid.note) };
    case 'cancel':
    case 'take-out-of-service':
      return {
        made: madeOf(() => ({ reason: text.trim() }), !longEnough(text) && aid.fillThis(aid.reason)),
        draw: lines(aid.reason, true),
      };
  }
};

/** Where it is: on its way a report of the deployment, at home a move. */
const PositionDialog = ({ item, onClose }: { item: ResourceItem; onClose: () => void }) => {
  const aid = useAidText();
  const [point, setPoint] = useState('');
  const [note, setNote] = useState('');
  const [earlier, setEarlier] = useState('');
  const { deployment } = item;
  const path = deployment
    ? `/api/v1/deployments/${deployment.id}/report-position`
    : `/api/v1/resources/${item.id}/move`;
  const made = madeOf(
    () => ({ point: readPoint(point), ...filled({ note: note.trim(), occurredAt: isoOf(earlier) }) }),
    readPoint(point) === undefined && (isBadPoint(point) ? aid.pointBad : aid.fillThis(aid.point)),
    earlier !== '' && isoOf(earlier) === undefined && aid.fillThis(aid.happenedAt),
  );
  const title = deployment ? aid.resourceVerb['report-position'] : aid.resourceVerb.move;
  return (
    <Command
      title={title}
      about={item.name}
      path={path}
      made={made}
      submit={title}
      onClose={onClose}
      // Somebody else's step in the meantime makes a position no less true: no revision is asked for.
    >
      <PointField label={aid.point} typed={point} onChange={setPoint} />
      <Lines label={aid.note} value={note} onChange={setNote} />
      <Earlier value={earlier} onChange={setEarlier} />
    </Command>
  );
};

const ExtendDialog = ({ item, onClose }: { item: ResourceItem; onClose: () => void }) => {
  const aid = useAidText();
  const language = useLanguage();
  const [until, setUntil] = useState(() => fieldAt(item.deployment?.until ?? ''));
  const { deployment } = item;
  if (!deployment) return null;
  const { task } = deployment;
  const made = madeOf(() => ({ until: isoOf(until) }), isoOf(until) === undefined && aid.fillThis(aid.until));
  return (
    <Command
      title={aid.resourceVerb.extend}
      about={item.name}
      path={`/api/v1/deployments/${deployment.id}/extend`}
      made={made}
      revision={item.revision}
      submit={aid.resourceVerb.extend}
      onClose={onClose}
    >
      {task.for === 'neighbour' && (
        <p class="hint">{aid.extendNeighbour(fullTime(language, Date.parse(task.latest)))}</p>
      )}
      <TimeField label={aid.extendUntil} value={until} onChange={setUntil} />
    </Command>
  );
};
