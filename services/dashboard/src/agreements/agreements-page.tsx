import '../styles/agreements.css';
import '../text/problems-accords.ts';
import { mayRole, versionStatus } from '@siaga/domain';
import type { AgreementItem, ListAnswer } from '../api/contract.ts';
import { useRegencyNames } from '../app/names.ts';
import { NounNote } from '../app/noun-note.tsx';
import { useNoun } from '../app/nouns.ts';
import { openPage, pageHref, route } from '../app/route.ts';
import { session } from '../app/site.ts';
import { openForm } from '../app/view.ts';
import { later } from '../app/later.tsx';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useText } from '../text/text.ts';
import { DocumentPage } from './document-page.tsx';
import { Overrides } from './overrides.tsx';
import { FromTo, Left, StatusChip, useStatus } from './parts.tsx';
import { newestOf } from './rules.ts';

const DraftDialog = later(
  async () => (await import('./document-dialogs.tsx')).DraftDialog,
  () => undefined,
);

/** All agreements, or the one that the address names. */
export const AgreementsPage = () => {
  const open = useStore(route, (now) => now.item);
  return open === undefined ? <AgreementList /> : <DocumentPage key={open} id={open} />;
};

const AgreementList = () => {
  const text = useText();
  const words = useAgreementsText();
  const state = useNoun<ListAnswer<AgreementItem>>('/api/v1/picture/agreements', ['agreements']);
  const role = useStore(session, (now) => now?.account.role);
  const past = useStore(replay, (back) => back !== undefined);
  const items = state.answer?.items.toSorted(byAttention);
  return (
    <div class="area-page agreements">
      <header class="area-head">
        <h2>{text.page.agreements}</h2>
        {role !== undefined && mayRole(role, 'agreement.draft') && (
          <button
            type="button"
            class="primary"
            disabled={past}
            onClick={() =>
              openForm((close) => <DraftDialog onClose={close} onSent={(id) => openPage('agreements', id)} />)
            }
          >
            {words.draftNew}
          </button>
        )}
      </header>
      <p class="quiet">{words.intro}</p>
      <NounNote of={state} />
      {items?.length === 0 && <p class="waiting">{words.none}</p>}
      <ul class="cards">
        {items?.map((item) => (
          <Card key={item.id} item={item} />
        ))}
      </ul>
      <Overrides />
    </div>
  );
};

/** What is in force first, then what is being made, then what is over; newest change first. */
const order: AgreementItem['status'][] = [
  'in-force',
  'half-signed',
  'finalised',
  'signed',
  'talks',
  'expired',
  'terminated',
];
const byAttention = (a: AgreementItem, b: AgreementItem) =>
  order.indexOf(a.status) - order.indexOf(b.status) || b.updatedAt.localeCompare(a.updatedAt);

const Card = ({ item }: { item: AgreementItem }) => {
  const words = useAgreementsText();
  const name = useRegencyNames();
  const { status, inForce } = useStatus(item);
  const newest = newestOf(item);
  const shown = item.versions.find(({ version }) => version === inForce?.version) ?? newest;
  const change = newest && inForce && newest.version > inForce.version ? newest : undefined;
  return (
    <li>
      <a class="card" href={pageHref('agreements', item.id)} data-row={item.id}>
        <span class="row-title">{item.title}</span>
        <span class="row-where">{words.draftedBy(name(item.owner), name(item.counterpart))}</span>
        <span class="row-facts">
          <StatusChip status={status} />
          {shown && (
            <span>
              <FromTo from={shown.document.terms.from} to={shown.document.terms.to} />
            </span>
          )}
          {inForce && <Left until={inForce.until} />}
          {change && (
            <span>
              {words.changeUnderWay(change.version, words.versionStatus[versionStatus(item, change)])}
            </span>
          )}
        </span>
      </a>
    </li>
  );
};
