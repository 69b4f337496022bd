/** What the board, the drawer, the dialogs and the pages of aid have in common. */
import type { AidKind, Point, RegencyCode, ResourceState, Sharing } from '@siaga/domain';
import { kindFacts } from '@siaga/domain';
import { useEffect } from 'preact/hooks';
import type { ListAnswer } from '../api/contract.ts';
import type { ConversationItem, ResourceItem, StockItem } from '../aid/contract.ts';
import { useIncidentPlace, usePlaceName, useRegencyName } from '../app/names.ts';
import { type NounState, useNoun } from '../app/nouns.ts';
import { askPlace, places, session, site } from '../app/site.ts';
import { incidentHref } from '../app/route.ts';
import { live, replay, shown, shownNow } from '../picture/picture.ts';
import { listed, noFilter, openStatuses } from '../picture/list.ts';
import { combine, useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage, useText } from '../text/text.ts';
import { formatNumber, shortTime, spanOf } from '../time.ts';
import type { IncidentItem } from '../api/contract.ts';
import type { Mover } from './board.ts';
import { isStock } from './kinds.ts';
import { kindIcons } from './kind-icons.ts';
import type { PointOf } from './near.ts';

export const useResources = (): NounState<ListAnswer<ResourceItem>> =>
  useNoun<ListAnswer<ResourceItem>>('/api/v1/picture/resources', ['resources']);
export const useStocks = (): NounState<ListAnswer<StockItem>> =>
  useNoun<ListAnswer<StockItem>>('/api/v1/picture/stocks', ['stocks']);
export const useConversations = (): NounState<ListAnswer<ConversationItem>> =>
  useNoun<ListAnswer<ConversationItem>>('/api/v1/picture/mutual-aid/conversations', ['conversations']);

/** Who looks, from where, at which time. */
export const useMover = (): Mover => {
  const here = useStore(site, (now) => now?.regency.code);
  const role = useStore(session, (now) => now?.account.role);
  const past = useStore(replay, (back) => back !== undefined);
  return { here, role, past };
};

/** Points of places by their code, as far as they are known; `asks` are asked for. */
export const usePointOf = (asks: readonly string[]): PointOf => {
  const known = useStore(places, (all) => all);
  const said = [...new Set(asks.flatMap((code) => [code, code.slice(0, 8)]))].sort().join();
  useEffect(() => {
    for (const code of said.split(',')) if (code !== '') askPlace(code);
  }, [said]);
  return (code) => known.get(code)?.point ?? known.get(code.slice(0, 8))?.point;
};

/** A resource's square: the glyph says which kind, colour and sign which state (a word stands beside). */
export const ResourceMark = ({ kind, state }: { kind: AidKind; state: ResourceState }) => {
  const { width, height, path } = kindIcons[kind];
  const size = 18;
  const scale = size / Math.max(width, height);
  const move = `translate(${20 - (width * scale) / 2} ${20 - (height * scale) / 2}) scale(${scale})`;
  return (
    <svg class="mark-resource" data-state={state} viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <rect class="square" x="4" y="4" width="32" height="32" rx="3" />
      <path class="glyph" d={path} transform={move} />
      {state === 'out-of-service' && <path class="strike" d="M6 34 34 6" />}
    </svg>
  );
};

export const StateWord = ({ state }: { state: ResourceState }) => {
  const aid = useAidText();
  return (
    <span class="state" data-state={state}>
      {aid.state[state]}
    </span>
  );
};

export const PlaceName = ({ code }: { code: string }) => <>{usePlaceName(code)}</>;

/** `8 orang` in the unit of the kind; undefined where no capacity is known or the unit says nothing. */
export const useCapacity = (): ((kind: AidKind, capacity: number | undefined) => string | undefined) => {
  const aid = useAidText();
  const language = useLanguage();
  return (kind, capacity) =>
    capacity === undefined
      ? undefined
      : `${formatNumber(language, capacity)} ${aid.unit[kindFacts[kind].unit]}`;
};

/** `3 × Perahu karet`, for consumables `Beras 200 kg`. */
export const useQuantity = (): ((kind: AidKind, quantity: number) => string) => {
  const aid = useAidText();
  const language = useLanguage();
  const name = useKindName();
  return (kind, quantity) =>
    aid.quantityOf(
      formatNumber(language, quantity),
      name(kind),
      isStock(kind) ? aid.unit[kindFacts[kind].unit] : undefined,
    );
};

/** An instant as it is written beside other text, in the screen's time. */
export const useShort = (): ((instant: string) => string) => {
  const language = useLanguage();
  const day = useStore(shownNow, (now) => Math.floor(now / 60_000));
  return (instant) => shortTime(language, Date.parse(instant), day * 60_000);
};

/** Until when, and how long that is past. */
export const Until = ({ until }: { until: string }) => {
  const aid = useAidText();
  const short = useShort();
  const late = useStore(shownNow, (now) => {
    const past = now - Date.parse(until);
    return past > 0 ? aid.overdue(spanOf(past)) : '';
  });
  return (
    <span class="until">
      {aid.untilShort(short(until))} {late !== '' && <b class="overdue">{late}</b>}
    </span>
  );
};

/** What stands behind what the neighbour shares, and whether it still does. */
export const SharingMark = ({ sharing, regency }: { sharing: Sharing; regency: RegencyCode }) => {
  const aid = useAidText();
  const name = useRegencyName(regency);
  const short = useShort();
  if (sharing.state === 'own') return null;
  if (sharing.state === 'ended') {
    return (
      <span class="sharing" data-sharing="ended" title={aid.sharedEndedLong(short(sharing.since))}>
        {aid.sharedEnded(short(sharing.since))}
      </span>
    );
  }
  return (
    <span class="sharing" data-sharing={sharing.state}>
      {aid.of(name)}
      {sharing.state === 'unknown' && `, ${aid.sharingUnknown}`}
    </span>
  );
};

/** `Banjir · Desa Bangkal` of an incident that the page holds; its short id otherwise. */
export const IncidentName = ({ id }: { id: string }) => {
  const item = useStore(shown, ({ incidents }) => incidents.get(id));
  return item ? <NamedIncident item={item} /> : <>{id.slice(0, 8)}</>;
};
export const NamedIncident = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const { place } = useIncidentPlace(item);
  return (
    <>
      {text.hazard[item.hazard]} · {place}
    </>
  );
};
export const IncidentLink = ({ id }: { id: string }) => (
  <a href={incidentHref(id)}>
    <IncidentName id={id} />
  </a>
);

/** Open incidents as now, in the order of the list. */
export const openIncidents = combine(live, site, (picture, here) => {
  const open = listed(picture.incidents.values(), { ...noFilter, status: 'all' }).filter(({ status }) =>
    openStatuses.includes(status),
  );
  return {
    own: open.filter(({ regency }) => regency === here?.regency.code),
    others: open.filter(({ regency }) => regency !== here?.regency.code),
  };
});

/** Latitude first, as people read coordinates aloud. */
export const pointText = ([longitude, latitude]: Readonly<Point>): string =>
  `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
