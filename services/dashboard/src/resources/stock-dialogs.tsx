/** The commands on the stock of one consumable, each as a dialog. */
import type { StockKind } from '@siaga/domain';
import { kindFacts } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import type { StockItem } from '../aid/contract.ts';
import { useRegencyName } from '../app/names.ts';
import { site } from '../app/site.ts';
import { openForm } from '../app/view.ts';
import { Command } from '../forms/command.tsx';
import { isBadPoint, readPoint } from '../forms/point-text.ts';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import {
  IncidentSelect,
  Line,
  Lines,
  OwnPlace,
  PointField,
  filled,
  isForeign,
  longEnough,
  madeOf,
  wholeNumber,
} from './fields.tsx';
import { stockKinds } from './kinds.ts';
import { IncidentName, openIncidents } from './parts.tsx';

export type StockVerb = 'receive' | 'count' | 'allot' | 'issue' | 'cancel';

export const openStockRegister = (): void => openForm((close) => <RegisterStock onClose={close} />);
export const openStock = (item: StockItem, verb: StockVerb): void =>
  openForm((close) => <StockDialog item={item} verb={verb} onClose={close} />);

const RegisterStock = ({ onClose }: { onClose: () => void }) => {
  const aid = useAidText();
  const name = useKindName();
  const here = useStore(site, (now) => now?.regency.code);
  const [kind, setKind] = useState<StockKind | ''>('');
  const [place, setPlace] = useState<Place>();
  const [homeName, setHomeName] = useState('');
  const [point, setPoint] = useState('');
  const made = madeOf(
    () => ({
      kind,
      home: { place: place?.code, ...filled({ point: readPoint(point), name: homeName.trim() }) },
    }),
    kind === '' && aid.fillThis(aid.stockKind),
    !place && aid.fillThis(`${aid.stockHome}, ${aid.place}`),
    isForeign(place, here) && aid.placeNotOurs,
    isBadPoint(point) && aid.pointBad,
  );
  return (
    <Command
      title={aid.stockRegister}
      path="/api/v1/stocks"
      made={made}
      submit={aid.stockRegister}
      onClose={onClose}
    >
      <label>
        {aid.stockKind}
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value as StockKind | '')}>
          <option value="">{aid.choose}</option>
          {stockKinds.map((one) => (
            <option key={one} value={one}>
              {name(one)}
            </option>
          ))}
        </select>
      </label>
      <OwnPlace label={`${aid.stockHome}: ${aid.place}`} here={here} chosen={place} onChoose={setPlace} />
      <Line label={aid.placeName} value={homeName} onChange={setHomeName} />
      <PointField label={aid.pointOptional} typed={point} onChange={setPoint} />
    </Command>
  );
};

const StockDialog = (props: { item: StockItem; verb: StockVerb; onClose: () => void }) => {
  const aid = useAidText();
  const name = useKindName();
  const language = useLanguage();
  const { item, verb, onClose } = props;
  const own = useStore(openIncidents, ({ own: ours }) => ours);
  const open = item.commitments.filter(({ status }) => status === 'open');
  const [quantity, setQuantity] = useState('');
  const [text, setText] = useState('');
  const [incident, setIncident] = useState('');
  const [commitment, setCommitment] = useState(open.length === 1 ? (open[0]?.id ?? '') : '');
  const unit = aid.unit[kindFacts[item.kind].unit];
  const count = wholeNumber(quantity);
  const ofCommitment = verb === 'issue' || verb === 'cancel';
  const label = verb === 'count' ? aid.countedField(unit) : aid.quantityField(unit);
  const made = madeOf(
    () => ({
      ...filled({ quantity: verb === 'cancel' ? undefined : count }),
      ...(verb === 'allot' ? { incident } : {}),
      ...(ofCommitment ? { commitment } : {}),
      ...(verb === 'cancel' ? { reason: text.trim() } : {}),
      ...(verb === 'receive' || verb === 'count' ? filled({ note: text.trim() }) : {}),
    }),
    ofCommitment && commitment === '' && aid.fillThis(aid.commitment),
    verb === 'allot' && incident === '' && aid.fillThis(aid.incident),
    verb !== 'cancel' && (count === undefined || (count < 1 && verb !== 'count')) && aid.fillThis(label),
    verb === 'cancel' && !longEnough(text) && aid.fillThis(aid.reason),
  );
  return (
    <Command
      title={aid.stockVerb[verb]}
      about={
        <>
          {name(item.kind)}, {item.home.name ?? item.placeName}
        </>
      }
      path={`/api/v1/stocks/${item.id}/${verb}`}
      made={made}
      revision={item.revision}
      submit={aid.stockVerb[verb]}
      onClose={onClose}
    >
      {verb === 'allot' && (
        <>
          <p class="hint">{aid.freeIs(`${formatNumber(language, item.free)} ${unit}`)}</p>
          <IncidentSelect label={aid.incident} items={own} value={incident} onChange={setIncident} />
        </>
      )}
      {ofCommitment && (
        <label>
          {aid.commitment}
          <select value={commitment} onChange={(event) => setCommitment(event.currentTarget.value)}>
            <option value="">{open.length === 0 ? aid.noOpenCommitment : aid.choose}</option>
            {open.map((one) => (
              <option key={one.id} value={one.id}>
                <CommitmentName commitment={one} />
              </option>
            ))}
          </select>
        </label>
      )}
      {verb !== 'cancel' && <Line label={label} value={quantity} mode="numeric" onChange={setQuantity} />}
      {verb === 'cancel' && <Lines label={aid.reason} value={text} required onChange={setText} />}
      {(verb === 'receive' || verb === 'count') && <Lines label={aid.note} value={text} onChange={setText} />}
    </Command>
  );
};

const CommitmentName = ({ commitment }: { commitment: StockItem['commitments'][number] }) => {
  const aid = useAidText();
  const language = useLanguage();
  const { task, quantity, issued } = commitment;
  const neighbour = useRegencyName(task.for === 'neighbour' ? task.regency : '');
  const numbers = aid.commitmentLine(
    formatNumber(language, quantity - issued),
    formatNumber(language, quantity),
    '',
  );
  return (
    <>
      {task.for === 'neighbour' ? neighbour : <IncidentName id={task.incident} />}
      {numbers}
    </>
  );
};
