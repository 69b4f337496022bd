import bullhorn from '@fortawesome/fontawesome-free/svgs/solid/bullhorn.svg?icon';
import link from '@fortawesome/fontawesome-free/svgs/solid/link.svg?icon';
import type { Hazard } from '@siaga/domain';
import type { IncidentItem } from '../api/contract.ts';
import { useAgo, useIncidentPlace, useRegencyName } from '../app/names.ts';
import { incidentHref, route } from '../app/route.ts';
import { setFilter, setView, view } from '../app/view.ts';
import { Icon } from '../icon.tsx';
import { hazardIcons } from '../hazard-icons.ts';
import { type StatusFilter, listed, noFilter, openStatuses, statusOrder } from '../picture/list.ts';
import { partners } from '../picture/partners.ts';
import { live, replay, shown } from '../picture/picture.ts';
import { combine, useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { StatusMark, StatusWord } from './status-mark.tsx';

/** Made anew only when what they are made of changed. */
const rows = combine(shown, view, (picture, { filter }) => listed(picture.incidents.values(), filter));

export const ListPanel = () => {
  const text = useText();
  const past = useStore(replay, (back) => back !== undefined);
  return (
    <section class="list" id="list" aria-label={text.incidents} tabIndex={-1}>
      <div class="list-head">
        <h2>{text.incidents}</h2>
        <Count />
        <button
          type="button"
          class="primary report-here"
          disabled={past}
          onClick={() => setView({ dialog: { kind: 'report' } })}
        >
          <Icon of={bullhorn} /> {text.report}
        </button>
      </div>
      <Filters />
      <Rows />
    </section>
  );
};

const Count = () => {
  const text = useText();
  const count = useStore(rows, (all) => all.length);
  const of = useStore(shown, (picture) => picture.incidents.size);
  return <p class="list-count">{of > 0 && text.shownCount(count, of)}</p>;
};

const Filters = () => {
  const text = useText();
  const filter = useStore(view, (now) => now.filter);
  const sources = useStore(live, (picture) => picture.sources);
  return (
    <search class="filters">
      <input
        id="search"
        type="search"
        placeholder={text.searchShort}
        aria-label={text.search}
        aria-keyshortcuts="/"
        value={filter.text}
        onInput={(event) => setFilter({ text: event.currentTarget.value })}
      />
      <select
        aria-label={text.filterRegency}
        value={filter.regency}
        onChange={(event) => setFilter({ regency: event.currentTarget.value })}
      >
        <option value="">{text.bothRegencies}</option>
        {sources.map(({ regency }) => (
          <RegencyOption key={regency} code={regency} />
        ))}
      </select>
      <select
        aria-label={text.filterStatus}
        value={filter.status}
        onChange={(event) => setFilter({ status: event.currentTarget.value as StatusFilter })}
      >
        <option value="open">{text.open}</option>
        <option value="all">{text.allStatuses}</option>
        {statusOrder.map((status) => (
          <option key={status} value={status}>
            {text.status[status]}
          </option>
        ))}
      </select>
      <select
        aria-label={text.filterHazard}
        value={filter.hazard}
        onChange={(event) => setFilter({ hazard: event.currentTarget.value as Hazard | '' })}
      >
        <option value="">{text.allHazards}</option>
        {(Object.keys(hazardIcons) as Hazard[]).map((hazard) => (
          <option key={hazard} value={hazard}>
            {text.hazard[hazard]}
          </option>
        ))}
      </select>
    </search>
  );
};

const RegencyOption = ({ code }: { code: string }) => <option value={code}>{useRegencyName(code)}</option>;

const Rows = () => {
  const text = useText();
  const items = useStore(rows, (all) => all);
  const loaded = useStore(shown, (picture) => picture.loaded);
  const truncated = useStore(shown, (picture) => picture.truncated);
  const filtered = useStore(view, (now) => now.filter !== noFilter);
  const showsClosed = useStore(view, ({ filter }) => !['open', ...openStatuses].includes(filter.status));
  if (!loaded) return <p class="waiting">{text.listLoading}</p>;
  if (items.length === 0) {
    return (
      <p class="waiting">
        {filtered ? text.listNone : text.listEmpty}{' '}
        {filtered && (
          <button type="button" onClick={() => setView({ filter: noFilter })}>
            {text.clearFilter}
          </button>
        )}
      </p>
    );
  }
  return (
    <div class="rows">
      {statusOrder.map((status) => {
        const ofStatus = items.filter((item) => item.status === status);
        if (ofStatus.length === 0) return null;
        return (
          <section key={status}>
            <h3 class="rows-head">
              {text.statusGroup[status]} <span class="rows-count">{ofStatus.length}</span>
            </h3>
            <ul>
              {ofStatus.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </ul>
          </section>
        );
      })}
      {truncated && showsClosed && <p class="waiting">{text.listTruncated}</p>}
    </div>
  );
};

const Row = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const { place, district } = useIncidentPlace(item);
  const owner = useRegencyName(item.regency);
  const ago = useAgo(item.updatedAt);
  const open = useStore(route, ({ incident }) => incident === item.id);
  const others = useStore(partners, (all) => all.get(item.id));
  return (
    <li>
      <a class="row" href={incidentHref(item.id)} data-row={item.id} aria-current={open ? 'true' : undefined}>
        <StatusMark hazard={item.hazard} status={item.status} />
        <span class="row-text">
          <span class="row-title">
            {text.hazard[item.hazard]} · {place}
          </span>
          <span class="row-where">
            {district ? `${district}, ` : ''}
            {owner}
          </span>
          <span class="row-facts">
            <StatusWord status={item.status} />
            <span>{text.updated(ago)}</span>
          </span>
          {others && <Partners others={others} />}
        </span>
      </a>
    </li>
  );
};

const Partners = ({ others }: { others: readonly IncidentItem[] }) => {
  const text = useText();
  return (
    <span class="row-same">
      <Icon of={link} />
      {others.map((other) => (
        <SameWith key={other.id} regency={other.regency} label={text.sameWith} />
      ))}
    </span>
  );
};
const SameWith = ({ regency, label }: { regency: string; label: (name: string) => string }) => (
  <span>{label(useRegencyName(regency))}</span>
);
