import type { AgreementVersionView, Role } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import type { AgreementItem } from '../api/contract.ts';
import { useRegencyNames } from '../app/names.ts';
import { session, site } from '../app/site.ts';
import { later } from '../app/later.tsx';
import { openForm, setView } from '../app/view.ts';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { useTimeAt } from '../app/countdown.ts';
import { type Step, awaitedOf, instantsOf, stepsFor } from './rules.ts';

const ReviseDialog = later(
  async () => (await import('./document-dialogs.tsx')).ReviseDialog,
  () => undefined,
);
const ExtendDialog = later(
  async () => (await import('./document-dialogs.tsx')).ExtendDialog,
  () => undefined,
);
const AssentDialog = later(
  async () => (await import('./step-dialogs.tsx')).AssentDialog,
  () => undefined,
);
const TerminateDialog = later(
  async () => (await import('./step-dialogs.tsx')).TerminateDialog,
  () => undefined,
);
const ProposeAddDialog = later(
  async () => (await import('./step-dialogs.tsx')).ProposeAddDialog,
  () => undefined,
);

/** What may be sent now by who has signed in; none while the clock is turned back. */
export const useSteps = (item: AgreementItem): { steps: ReadonlySet<Step>; role: Role | undefined } => {
  const here = useStore(site, (now) => now?.regency.code);
  const role = useStore(session, (now) => now?.account.role);
  const past = useStore(replay, (back) => back !== undefined);
  const now = useTimeAt(instantsOf(item));
  const steps =
    here === undefined || role === undefined || past ? new Set<Step>() : stepsFor(item, here, role, now);
  return { steps, role };
};

/** What the agreement waits for, and the steps that this person can take. */
export const Steps = (props: {
  item: AgreementItem;
  newest: AgreementVersionView;
  /** Where another text than the newest is shown: goes to that, for what is assented to is to be read first. */
  onNewest?: () => void;
}) => {
  const { item, newest, onNewest } = props;
  const text = useText();
  const words = useAgreementsText();
  const work = useWorkText();
  const name = useRegencyNames();
  const here = useStore(site, (now) => now?.regency.code);
  const past = useStore(replay, (back) => back !== undefined);
  const now = useTimeAt(instantsOf(item));
  const { steps, role } = useSteps(item);
  const awaited = awaitedOf(item, now);
  const party = here === item.owner || here === item.counterpart;
  const next = (awaited && here !== undefined && awaited.by.includes(here) && awaited.stage) || undefined;
  const button = (step: Step, draw: (close: () => void) => ComponentChildren) =>
    steps.has(step) &&
    (step === 'terminate' || !onNewest) && (
      <button
        key={step}
        type="button"
        class={step === next ? 'primary' : ''}
        data-step={step}
        onClick={() => openForm(draw)}
      >
        {words.step[step]}
      </button>
    );
  return (
    <section class="block steps" aria-label={words.steps}>
      <h3>{words.steps}</h3>
      {awaited && <p>{words.awaits[awaited.stage](newest.version, awaited.by.map(name).join(words.and))}</p>}
      {past && <p class="actions-note">{work.noneInReplay}</p>}
      {here !== undefined && !party && <p class="quiet">{words.onlyParties}</p>}
      {party && !past && role === undefined && (
        <p>
          {work.signInFirst}{' '}
          <button type="button" onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
            {text.signIn}
          </button>
        </p>
      )}
      {party && !past && role !== undefined && steps.size === 0 && <p class="quiet">{words.noStep}</p>}
      <div class="step-buttons">
        {onNewest && steps.size > 0 && (
          <>
            <p class="quiet">{words.stepsOnNewest(newest.version)}</p>
            <button type="button" onClick={onNewest}>
              {words.readVersion(newest.version)}
            </button>
          </>
        )}
        {(['finalise', 'approve-dprd', 'sign'] as const).map((step) =>
          button(step, (close) => <AssentDialog step={step} item={item} onClose={close} />),
        )}
        {(['revise', 'addendum'] as const).map((step) =>
          button(step, (close) => <ReviseDialog step={step} item={item} newest={newest} onClose={close} />),
        )}
        {button('extension', (close) => (
          <ExtendDialog item={item} onClose={close} />
        ))}
        {!onNewest && steps.has('propose') && (
          <button
            type="button"
            onClick={() => openForm((close) => <ProposeAddDialog item={item} onClose={close} />)}
          >
            {words.proposeAdd}
          </button>
        )}
        {button('terminate', (close) => (
          <TerminateDialog item={item} onClose={close} />
        ))}
      </div>
    </section>
  );
};
