/** What the picture answers of agreements, emergency statuses, overrides, resources and mutual aid. */
import {
  type AgreementStatus,
  type AgreementView,
  type AidKind,
  type AidOfferView,
  type AidStatus,
  type AidThreadView,
  agreementStatusAt,
  agreementView,
  type BasisReference,
  conversationSharing,
  type DeploymentView,
  deploymentSharing,
  type EmergencyStatusView,
  type InForcePeriod,
  isAidOver,
  type KnownGrants,
  type OverrideView,
  type SigningKeysView,
  type PictureNoun,
  type RegencyCode,
  type ResourceState,
  type ResourceView,
  resourceSharing,
  type Sharing,
  type StandingStatus,
  type StockView,
  sharingOf,
  sharingUnder,
  statusAt,
} from '@siaga/domain';
import { edxlOf, toEdxl } from '@siaga/edxl';
import { Problem, type ProblemCode } from '@siaga/web';
import type { CurrentStore } from '../store/current.ts';
import type { ItemBodies } from '../store/items.ts';
import { placeNameOf } from '../store/places.ts';
import type { Moment } from '../store/reader.ts';

/** `periods`: which version is in force when; `inForce`: the one at the time asked for. */
export interface AgreementItem extends Omit<AgreementView, 'inForce'> {
  status: AgreementStatus;
  periods: InForcePeriod[];
  inForce?: InForcePeriod;
}
export interface EmergencyItem extends EmergencyStatusView {
  /** `decree`: its number. */
  standing?: Pick<StandingStatus, 'level' | 'begins' | 'ends' | 'daysLeft' | 'warn'> & { decree: string };
}
export interface OverrideItem extends OverrideView {
  inForce: boolean;
}
export interface ResourceItem extends ResourceView {
  placeName: string;
  sharing: Sharing;
}
export interface StockItem extends StockView {
  placeName: string;
  sharing: Sharing;
}
export interface DeploymentItem extends DeploymentView {
  resource: string;
  regency: RegencyCode;
  kind: ResourceView['kind'];
  name: string;
  sharing: Sharing;
}
export interface ConversationDetail extends Omit<AidThreadView, 'conversation'> {
  sharing: Sharing;
}
export type ConversationItem = Omit<ConversationDetail, 'messages'>;
export interface OfferItem extends AidOfferView {
  conversation: string;
  by?: RegencyCode;
  sharing: Sharing;
}

interface List<Item> {
  asOf: string;
  items: Item[];
}
interface One<Item> {
  asOf: string;
  item: Item;
}

type AsOf = { asOf?: string | undefined };
type Some<Value> = readonly Value[] | undefined;

/** Lists and single items as this site knew them at `asOf`, by default now. A single one that was not known throws a Problem. */
export interface AidQueries {
  /** Newest update first. */
  agreements(query: AsOf): List<AgreementItem>;
  agreement(id: string, query: AsOf): One<AgreementItem>;
  emergencyStatuses(
    query: AsOf & { regency?: RegencyCode | undefined; hazard?: string | undefined },
  ): List<EmergencyItem>;
  emergencyStatus(id: string, query: AsOf): One<EmergencyItem>;
  /** The latest declared first. */
  overrides(query: AsOf): List<OverrideItem>;
  /** What each regency has said of its keys. */
  signingKeys(query: AsOf): List<SigningKeysView>;
  /** By id, which is the order in which they were registered. */
  resources(
    query: AsOf & { regency?: RegencyCode | undefined; kind?: Some<AidKind>; state?: Some<ResourceState> },
  ): List<ResourceItem>;
  resource(id: string, query: AsOf): One<ResourceItem>;
  stocks(query: AsOf & { regency?: RegencyCode | undefined; kind?: Some<AidKind> }): List<StockItem>;
  stock(id: string, query: AsOf): One<StockItem>;
  /** The latest committed first. */
  deployments(
    query: AsOf & { regency?: RegencyCode | undefined; state: 'open' | 'all' },
  ): List<DeploymentItem>;
  deployment(id: string, query: AsOf): One<DeploymentItem>;
  /** Newest update first. */
  conversations(
    query: AsOf & { status?: Some<AidStatus>; kind?: AidThreadView['kind'] | undefined },
  ): List<ConversationItem>;
  conversation(
    id: string,
    query: AsOf & { kind?: AidThreadView['kind'] | undefined },
  ): One<ConversationDetail>;
  /** Those of the newest conversations first. */
  offers(query: AsOf): List<OfferItem>;
  offer(id: string, query: AsOf): One<OfferItem>;
  /** A message as EDXL-RM 1.0 has it. Throws `event_unknown` also where the standard has no message for it. */
  edxl(conversation: string, message: string, query: AsOf): string;
}

export function openAidQueries(current: CurrentStore, us: RegencyCode, now = Date.now): AidQueries {
  /** One moment of the picture, and what is asked of it. */
  const at = ({ asOf }: AsOf) => {
    const moment: Moment = {
      change: current.store.change(),
      ...(asOf === undefined ? {} : { at: Date.parse(asOf) }),
    };
    const instant = new Date(moment.at ?? now()).toISOString();
    const all = <Noun extends PictureNoun>(noun: Noun) => current.store.items(moment, noun);
    let known: KnownGrants | undefined;
    return {
      instant,
      all,
      list: <Item>(items: Item[]): List<Item> => ({ asOf: instant, items }),
      /** The item that was found, or the Problem that there is none. */
      one<Item>(item: Item | undefined, code: ProblemCode, what: string, id: string): One<Item> {
        if (item !== undefined) return { asOf: instant, item };
        const sentence =
          asOf === undefined
            ? `This site knows no ${what} ${id}.`
            : `This site knew no ${what} ${id} at ${asOf}.`;
        throw new Problem(code, sentence, { id, ...(asOf === undefined ? {} : { asOf }) });
      },
      find: <Noun extends PictureNoun>(noun: Noun, id: string): ItemBodies[Noun] | undefined =>
        current.store.item(moment, noun, id),
      grants: (): KnownGrants =>
        (known ??= {
          agreements: all('agreements').flatMap((row) => agreementView(row) ?? []),
          overrides: all('sharing-overrides'),
        }),
    };
  };
  type At = ReturnType<typeof at>;

  const agreementItem = ({ instant }: At, view: AgreementView): AgreementItem => {
    const { inForce: periods, ...rest } = view;
    return { ...rest, periods, ...agreementStatusAt(view, instant) };
  };
  const emergencyItem = ({ instant }: At, view: EmergencyStatusView): EmergencyItem => {
    const standing = statusAt(view, instant);
    if (!standing) return view;
    const { level, decree, begins, ends, daysLeft, warn } = standing;
    return { ...view, standing: { level, decree: decree.decree, begins, ends, daysLeft, warn } };
  };
  const resourceItem = ({ grants, instant }: At, view: ResourceView): ResourceItem => ({
    ...view,
    placeName: placeNameOf(view.home.place),
    sharing: resourceSharing(view, us, grants(), instant),
  });
  const stockItem = ({ grants, instant }: At, view: StockView): StockItem => ({
    ...view,
    placeName: placeNameOf(view.home.place),
    sharing: sharingOf({ from: view.regency, to: us, dataClass: 'resources' }, grants(), instant),
  });
  const deploymentItems = ({ grants, instant }: At, view: ResourceView): DeploymentItem[] => {
    const { id: resource, regency, kind, name, deployment, past } = view;
    return [...(deployment ? [deployment] : []), ...past].map((one) => ({
      ...one,
      resource,
      regency,
      kind,
      name,
      sharing: deploymentSharing(regency, one, us, grants(), instant),
    }));
  };
  const conversationDetail = ({ grants, instant }: At, view: AidThreadView): ConversationDetail => {
    const { conversation: _, ...rest } = view;
    return { ...rest, sharing: conversationSharing(view, grants(), instant) };
  };
  const offerItems = ({ grants, instant }: At, view: AidThreadView): OfferItem[] => {
    const { id: conversation, status, lender: by, offers } = view;
    const sharingBy = (basis: BasisReference): Sharing =>
      by === us ? { state: 'own' } : sharingUnder(basis, isAidOver(status), grants(), instant);
    return offers.map((offer) => ({
      ...offer,
      conversation,
      ...(by === undefined ? {} : { by }),
      sharing: sharingBy(offer.basis),
    }));
  };
  const conversationsOf = ({ all }: At) => all('conversations').sort(newestUpdate);

  return {
    agreements(query) {
      const then = at(query);
      const views = then.all('agreements').flatMap((row) => agreementView(row) ?? []);
      return then.list(views.sort(newestUpdate).map((view) => agreementItem(then, view)));
    },
    agreement(id, query) {
      const then = at(query);
      const row = then.find('agreements', id);
      const view = row && agreementView(row);
      return then.one(view && agreementItem(then, view), 'agreement_unknown', 'agreement', id);
    },
    emergencyStatuses({ regency, hazard, ...query }) {
      const then = at(query);
      const views = then
        .all('emergency-statuses')
        .filter((view) => isAmong(view.regency, one(regency)) && isAmong<string>(view.hazard, one(hazard)));
      return then.list(views.map((view) => emergencyItem(then, view)));
    },
    emergencyStatus(id, query) {
      const then = at(query);
      const view = then.find('emergency-statuses', id);
      const item = view && emergencyItem(then, view);
      return then.one(item, 'emergency_status_unknown', 'emergency status', id);
    },
    signingKeys(query) {
      const { all, list } = at(query);
      return list(all('signing-keys'));
    },
    overrides(query) {
      const then = at(query);
      const items = then
        .all('sharing-overrides')
        .sort((a, b) => compare(b.recordedAt, a.recordedAt) || compare(b.id, a.id))
        .map((view) => ({ ...view, inForce: view.from <= then.instant && then.instant < view.until }));
      return then.list(items);
    },
    resources({ regency, kind, state, ...query }) {
      const then = at(query);
      const views = then
        .all('resources')
        .filter(
          (view) =>
            isAmong(view.regency, one(regency)) && isAmong(view.kind, kind) && isAmong(view.state, state),
        );
      return then.list(views.map((view) => resourceItem(then, view)));
    },
    resource(id, query) {
      const then = at(query);
      const view = then.find('resources', id);
      return then.one(view && resourceItem(then, view), 'resource_unknown', 'resource', id);
    },
    stocks({ regency, kind, ...query }) {
      const then = at(query);
      const views = then
        .all('stocks')
        .filter((view) => isAmong(view.regency, one(regency)) && isAmong(view.kind, kind));
      return then.list(views.map((view) => stockItem(then, view)));
    },
    stock(id, query) {
      const then = at(query);
      const view = then.find('stocks', id);
      return then.one(view && stockItem(then, view), 'stock_unknown', 'stock', id);
    },
    deployments({ regency, state, ...query }) {
      const then = at(query);
      const items = then
        .all('resources')
        .filter((view) => isAmong(view.regency, one(regency)))
        .flatMap((view) => deploymentItems(then, view))
        .filter((item) => state === 'all' || (item.state !== 'returned' && item.state !== 'cancelled'))
        .sort((a, b) => compare(b.committedAt, a.committedAt) || compare(b.id, a.id));
      return then.list(items);
    },
    deployment(id, query) {
      const then = at(query);
      const items = then.all('resources').flatMap((view) => {
        const { deployment, past } = view;
        return [deployment, ...past].some((known) => known?.id === id) ? deploymentItems(then, view) : [];
      });
      const item = items.find((known) => known.id === id);
      return then.one(item, 'deployment_unknown', 'deployment', id);
    },
    conversations({ status, kind, ...query }) {
      const then = at(query);
      const views = conversationsOf(then).filter(
        (view) => isAmong(view.status, status) && isAmong(view.kind, one(kind)),
      );
      return then.list(
        views.map((view) => {
          const { messages: _, ...item } = conversationDetail(then, view);
          return item;
        }),
      );
    },
    conversation(id, { kind, ...query }) {
      const then = at(query);
      const view = then.find('conversations', id);
      const found = view && isAmong(view.kind, one(kind)) ? conversationDetail(then, view) : undefined;
      return then.one(found, 'request_unknown', kind ?? 'conversation', id);
    },
    offers(query) {
      const then = at(query);
      return then.list(conversationsOf(then).flatMap((view) => offerItems(then, view)));
    },
    offer(id, query) {
      const then = at(query);
      const view = then.all('conversations').find(({ offers }) => offers.some((known) => known.id === id));
      const item = view && offerItems(then, view).find((known) => known.id === id);
      return then.one(item, 'offer_unknown', 'offer', id);
    },
    edxl(conversation, id, query) {
      const then = at(query);
      const found = then.find('conversations', conversation);
      const { item: view } = then.one(found, 'request_unknown', 'conversation', conversation);
      const said = view.messages.find(({ messageId }) => messageId === id);
      const { item: message } = then.one(said, 'event_unknown', 'message', id);
      const written = edxlOf(view, message, (regency) => officeOf(regency, view, then.grants()));
      if (!written) {
        throw new Problem('event_unknown', `EDXL-RM 1.0 has no message for ${message.event.type}.`, {
          conversation,
          message: id,
        });
      }
      return toEdxl(written);
    },
  };
}

/** Whom to turn to: the office that the agreement behind the conversation names, else the operations centre. */
const officeOf = (regency: RegencyCode, view: AidThreadView, { agreements }: KnownGrants): string => {
  const { asking, lending } = view.conversation;
  const basis = asking.request?.basis ?? Object.values(lending.offers)[0]?.basis;
  const agreement =
    basis && 'agreement' in basis ? agreements.find(({ id }) => id === basis.agreement) : undefined;
  const contact = agreement?.versions
    .at(-1)
    ?.document.terms.contacts.find((known) => known.regency === regency);
  return contact ? `${contact.office}, ${contact.channel}` : `Pusdalops BPBD ${placeNameOf(regency)}`;
};

const one = <Value>(value: Value | undefined): Some<Value> => (value === undefined ? undefined : [value]);
/** Whether a value passes a filter, which all do where there is none. */
const isAmong = <Value>(value: Value, wanted: Some<Value>): boolean =>
  wanted === undefined || wanted.includes(value);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const newestUpdate = (a: { id: string; updatedAt: string }, b: { id: string; updatedAt: string }): number =>
  compare(b.updatedAt, a.updatedAt) || compare(b.id, a.id);
