import type { StockItem } from '../aid/contract.ts';
import { kindFacts, mayRole, type Permission } from '@siaga/domain';
import { NounNote } from '../app/noun-note.tsx';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import type { Mover } from './board.ts';
import { Icon } from '../icon.tsx';
import { kindIcons } from './kind-icons.ts';
import { PlaceName, SharingMark, useMover, useShort, useStocks } from './parts.tsx';
import { type StockVerb, openStock, openStockRegister } from './stock-dialogs.tsx';

const permissionFor: Record<StockVerb, Permission> = {
  receive: 'stock.count',
  count: 'stock.count',
  allot: 'stock.issue',
  issue: 'stock.issue',
  cancel: 'stock.issue',
};

/** Consumables of both regencies: what is there, promised and free, and when it was last counted. */
export const Stocks = () => {
  const aid = useAidText();
  const state = useStocks();
  const mover = useMover();
  const items = state.answer?.items.toSorted(
    (a, b) =>
      Number(b.regency === mover.here) - Number(a.regency === mover.here) ||
      a.kind.localeCompare(b.kind) ||
      a.id.localeCompare(b.id),
  );
  const mayRegister = mover.role !== undefined && mayRole(mover.role, 'stock.register');
  const acts = items?.some((item) => verbsFor(item, mover).length > 0) ?? false;
  return (
    <section class="stocks" tabIndex={-1} aria-label={aid.stockTitle}>
      <div class="stocks-head">
        <h2>{aid.stockTitle}</h2>
        {mayRegister && (
          <button type="button" disabled={mover.past} onClick={openStockRegister}>
            {aid.stockRegister}
          </button>
        )}
      </div>
      <NounNote of={state} />
      {items?.length === 0 && <p class="waiting">{aid.stockEmpty}</p>}
      {items && items.length > 0 && (
        <table class="stock-table">
          <thead>
            <tr>
              <th scope="col">{aid.stockKind}</th>
              <th scope="col">{aid.stockHome}</th>
              <th scope="col" class="number">
                {aid.onHand}
              </th>
              <th scope="col" class="number">
                {aid.promised}
              </th>
              <th scope="col" class="number">
                {aid.free}
              </th>
              <th scope="col">{aid.counted}</th>
              {acts && <th scope="col">{aid.stockActions}</th>}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <Row key={item.id} item={item} mover={mover} acts={acts} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

/** What this person can do with a stock; `past` only switches the buttons off. */
const verbsFor = (item: StockItem, { here, role }: Mover): StockVerb[] => {
  if (item.regency !== here || role === undefined) return [];
  const open = item.commitments.some(({ status }) => status === 'open');
  return (Object.keys(permissionFor) as StockVerb[]).filter((verb) => {
    if (!mayRole(role, permissionFor[verb])) return false;
    if (verb === 'allot') return item.free > 0;
    return verb === 'issue' || verb === 'cancel' ? open : true;
  });
};

const Row = ({ item, mover, acts }: { item: StockItem; mover: Mover; acts: boolean }) => {
  const aid = useAidText();
  const name = useKindName();
  const language = useLanguage();
  const short = useShort();
  const unit = aid.unit[kindFacts[item.kind].unit];
  const amount = (count: number) => `${formatNumber(language, count)} ${unit}`;
  const open = item.commitments.filter(({ status }) => status === 'open').length;
  return (
    <tr data-stock={item.id} data-sharing={item.sharing.state}>
      <th scope="row">
        <Icon of={kindIcons[item.kind]} /> {name(item.kind)}
      </th>
      <td data-label={aid.stockHome}>
        {item.home.name && `${item.home.name}, `}
        <PlaceName code={item.home.place} /> <SharingMark sharing={item.sharing} regency={item.regency} />
      </td>
      <td class="number" data-label={aid.onHand}>
        {amount(item.onHand)}
      </td>
      <td class="number" data-label={aid.promised}>
        {amount(item.promised)}
        {open > 0 && <span class="figure-note">{aid.stockPromises(open)}</span>}
      </td>
      <td class="number" data-label={aid.free}>
        <b>{amount(item.free)}</b>
        {item.promised > item.onHand && <span class="figure-note overdue">{aid.stockShort}</span>}
      </td>
      <td data-label={aid.counted}>
        {item.counted ? short(item.counted.at) : <span class="quiet">{aid.neverCounted}</span>}
      </td>
      {acts && (
        <td>
          <span class="stock-acts">
            {verbsFor(item, mover).map((verb) => (
              <button
                key={verb}
                type="button"
                data-verb={verb}
                disabled={mover.past}
                onClick={() => openStock(item, verb)}
              >
                {aid.stockVerb[verb]}
              </button>
            ))}
          </span>
        </td>
      )}
    </tr>
  );
};
