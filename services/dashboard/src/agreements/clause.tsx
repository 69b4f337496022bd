import { type Clause, type ClauseView, type ProposalView, TERMS } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AgreementItem } from '../api/contract.ts';
import { later } from '../app/later.tsx';
import { useRegencyNames } from '../app/names.ts';
import { openForm } from '../app/view.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { Words } from './difference.tsx';
import { Moment } from './parts.tsx';
import { type Step, newestOf } from './rules.ts';
import { useSteps } from './steps.tsx';

const ProposeDialog = later(
  async () => (await import('./step-dialogs.tsx')).ProposeDialog,
  () => undefined,
);
const CommentDialog = later(
  async () => (await import('./step-dialogs.tsx')).CommentDialog,
  () => undefined,
);
const DeclineDialog = later(
  async () => (await import('./step-dialogs.tsx')).DeclineDialog,
  () => undefined,
);

interface SectionProps {
  item: AgreementItem;
  number: number;
  clause: Clause;
  known: ClauseView | undefined;
  steps: ReadonlySet<Step>;
}

/** One article (pasal) with what was said about it and how it came to read so. */
export const ClauseSection = ({ item, number, clause, known, steps }: SectionProps) => {
  const words = useAgreementsText();
  const proposals = known?.proposals ?? [];
  const comments = known?.comments ?? [];
  const open = proposals.filter(({ answer }) => answer.state === 'open').length;
  const history = known?.history ?? [];
  return (
    <section class="clause" id={`clause-${clause.id}`}>
      <h3>
        <span class="clause-number">{words.clause(number)}</span> {clause.heading}
      </h3>
      <p class="clause-text">{clause.text}</p>
      <SayButtons item={item} clause={clause.id} steps={steps} label={words.clause(number)} />
      {proposals.length + comments.length > 0 && (
        <TalkFold open={open > 0} summary={words.talk(proposals.length, open, comments.length)}>
          {known && <Talk item={item} clause={known} bare />}
        </TalkFold>
      )}
      {history.length > 1 && (
        <details class="talk">
          <summary>{words.history(history.length)}</summary>
          <ol class="history">
            {history.map((entry, index) => (
              <li key={entry.version}>
                <p class="quiet">
                  {words.versionShort(
                    entry.version,
                    !entry.clause
                      ? words.historyRemoved
                      : history[index - 1]?.clause
                        ? words.historyChanged
                        : words.historyAdded,
                  )}
                  , {words.event(entry.sequence)}, <Moment at={entry.recordedAt} />
                </p>
                {entry.clause && (
                  <p class="clause-text">
                    <Words
                      was={history[index - 1]?.clause?.text ?? entry.clause.text}
                      is={entry.clause.text}
                    />
                  </p>
                )}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
};

/** Opens when there is something to answer, and does not fold up under the eyes of who has just answered it. */
export const TalkFold = (props: { open: boolean; summary: string; children: ComponentChildren }) => {
  const [open, setOpen] = useState(props.open);
  if (props.open && !open) setOpen(true);
  return (
    <details class="talk" open={open}>
      <summary>{props.summary}</summary>
      {props.children}
    </details>
  );
};

/** Propose a change of, or comment on, an article or the terms. */
export const SayButtons = (props: {
  item: AgreementItem;
  clause: string;
  steps: ReadonlySet<Step>;
  label: string;
}) => {
  const { item, clause, steps, label } = props;
  const words = useAgreementsText();
  if (!steps.has('propose') && !steps.has('comment')) return null;
  return (
    <p class="say">
      {steps.has('propose') && (
        <button
          type="button"
          class="plain"
          aria-label={`${words.step.propose}: ${label}`}
          onClick={() => openForm((close) => <ProposeDialog item={item} clause={clause} onClose={close} />)}
        >
          {words.step.propose}
        </button>
      )}
      {steps.has('comment') && (
        <button
          type="button"
          class="plain"
          aria-label={`${words.step.comment}: ${label}`}
          onClick={() => openForm((close) => <CommentDialog item={item} clause={clause} onClose={close} />)}
        >
          {words.step.comment}
        </button>
      )}
    </p>
  );
};

/** Everything that was said about an article, or the terms. `bare`: under an article that stands right above. */
export const Talk = ({ item, clause, bare }: { item: AgreementItem; clause: ClauseView; bare?: boolean }) => {
  const words = useAgreementsText();
  const name = useRegencyNames();
  const { steps } = useSteps(item);
  const title = clause.history.findLast((entry) => entry.clause)?.clause?.heading;
  return (
    <div class="talk-list">
      {!bare && clause.id !== TERMS && title !== undefined && <h4>{title}</h4>}
      <ul>
        {clause.proposals.map((proposal) => (
          <li key={proposal.proposal} data-proposal={proposal.answer.state}>
            <p>
              <b>{name(proposal.regency)}</b>: {words.proposalChange[proposal.change]}{' '}
              {proposal.change === 'add' && <b>{proposal.heading}</b>}{' '}
              <span class="status" data-status={proposalColours[proposal.answer.state]}>
                {words.proposalState[proposal.answer.state]}
              </span>
            </p>
            <ProposedText proposal={proposal} item={item} />
            <p>{words.because(proposal.reason)}</p>
            <p class="quiet">
              {words.forVersion(proposal.version)}, {words.event(proposal.sequence)},{' '}
              <Moment at={proposal.recordedAt} />
              {proposal.answer.state === 'adopted' && `; ${words.adoptedIn(proposal.answer.version)}`}
            </p>
            {proposal.answer.state === 'declined' && <p>{words.declinedBecause(proposal.answer.reason)}</p>}
            {proposal.answer.state === 'open' && steps.has('decline') && (
              <button
                type="button"
                onClick={() =>
                  openForm((close) => <DeclineDialog item={item} proposal={proposal} onClose={close} />)
                }
              >
                {words.step.decline}
              </button>
            )}
          </li>
        ))}
        {clause.comments.map((comment) => (
          <li key={`${comment.regency}-${comment.sequence}`}>
            <p class="clause-text">
              <b>{name(comment.regency)}</b>: {comment.text}
            </p>
            <p class="quiet">
              {words.forVersion(comment.version)}, {words.event(comment.sequence)},{' '}
              <Moment at={comment.recordedAt} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
};

const proposalColours = { open: 'reported', adopted: 'contained', declined: 'closed' };

/** The proposed words, against those of the version that they are for. */
const ProposedText = ({ proposal, item }: { proposal: ProposalView; item: AgreementItem }) => {
  if (proposal.change === 'remove') return null;
  const version = item.versions.find((one) => one.version === proposal.version) ?? newestOf(item);
  const standing = version?.document.clauses.find(({ id }) => id === proposal.clause)?.text;
  return (
    <p class="clause-text proposed">
      {proposal.change === 'reword' && standing !== undefined ? (
        <Words was={standing} is={proposal.text} />
      ) : (
        proposal.text
      )}
    </p>
  );
};
