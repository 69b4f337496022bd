import { mayRole } from '@siaga/domain';
import type { OverrideItem } from '../api/contract.ts';
import { later } from '../app/later.tsx';
import { useRegencyNames } from '../app/names.ts';
import { NounNote } from '../app/noun-note.tsx';
import { session, site } from '../app/site.ts';
import { openForm } from '../app/view.ts';
import { useOverrides } from '../emergency/use-standing.ts';
import { replay, shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useLanguage } from '../text/text.ts';
import { shortTime } from '../time.ts';
import { Left, Moment } from './parts.tsx';

const DeclareOverrideDialog = later(
  async () => (await import('./override-dialogs.tsx')).DeclareOverrideDialog,
  () => undefined,
);
const EndOverrideDialog = later(
  async () => (await import('./override-dialogs.tsx')).EndOverrideDialog,
  () => undefined,
);

/** Sharing without an agreement, by the head of BPBD: what stands, what has been, and the buttons of who may. */
export const Overrides = () => {
  const words = useAgreementsText();
  const state = useOverrides();
  const here = useStore(site, (now) => now?.regency.code);
  const role = useStore(session, (now) => now?.account.role);
  const past = useStore(replay, (back) => back !== undefined);
  const items = state.answer?.items;
  const standing = items?.find((item) => item.regency === here && item.inForce);
  return (
    <section class="block overrides">
      <header class="area-head">
        <h3>{words.overrides}</h3>
        {role !== undefined && mayRole(role, 'override.declare') && !standing && (
          <button
            type="button"
            disabled={past}
            onClick={() => openForm((close) => <DeclareOverrideDialog onClose={close} />)}
          >
            {words.overrideDeclare}
          </button>
        )}
      </header>
      <p class="quiet">{words.overridesIntro}</p>
      <NounNote of={state} />
      {items?.length === 0 && <p class="quiet">{words.overrideNone}</p>}
      <ul class="cards">
        {items?.map((item) => (
          <Override
            key={item.id}
            item={item}
            mayEnd={!past && item.regency === here && role !== undefined && mayRole(role, 'override.end')}
          />
        ))}
      </ul>
    </section>
  );
};

const Override = ({ item, mayEnd }: { item: OverrideItem; mayEnd: boolean }) => {
  const words = useAgreementsText();
  const language = useLanguage();
  const name = useRegencyNames();
  const phase = useStore(shownNow, (now) =>
    now < Date.parse(item.from) ? 'later' : now < Date.parse(item.until) ? 'now' : 'over',
  );
  const ended = useStore(shownNow, (now) =>
    item.ended ? shortTime(language, Date.parse(item.ended.at), now) : '',
  );
  const state = {
    now: ['contained', words.overrideInForce],
    later: ['verified', words.overrideLater],
    over: ['closed', words.overrideOver],
  }[phase];
  return (
    <li class="card">
      <span class="row-title">{item.classes.map((one) => words.dataClass[one]).join('; ')}</span>
      <span class="row-where">{words.overrideBy(name(item.regency))}</span>
      <span>{words.because(item.reason)}</span>
      <span class="row-facts">
        <span class="status" data-status={state[0]}>
          {state[1]}
        </span>
        <span>
          <Moment at={item.from} /> – <Moment at={item.until} />
        </span>
        {phase === 'now' && <Left until={item.until} />}
        {item.ended && <span>{words.overrideEnded(ended, item.ended.reason)}</span>}
        {mayEnd && phase !== 'over' && (
          <button
            type="button"
            onClick={() => openForm((close) => <EndOverrideDialog item={item} onClose={close} />)}
          >
            {words.overrideEnd}
          </button>
        )}
      </span>
    </li>
  );
};
