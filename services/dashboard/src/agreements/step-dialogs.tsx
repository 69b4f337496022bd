import { type AgreementVersionView, type ProposalView, TERMS, personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { AgreementItem } from '../api/contract.ts';
import { useRegencyNames } from '../app/names.ts';
import { Command } from '../forms/command.tsx';
import type { Made } from '../forms/fields.ts';
import { DayField, TextArea, TextField, isReason } from '../forms/inputs.tsx';
import { TimeField } from '../forms/time-field.tsx';
import { serverNow } from '../picture/clock.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useWorkText } from '../text/work.ts';
import { dayOf, fromWibField, toWibField } from '../time.ts';
import { freshClauseId } from './document-form.ts';
import { FromTo } from './parts.tsx';
import { newestOf, signedOf } from './rules.ts';
import { Hash } from './signing.tsx';

const verbPath = (item: AgreementItem, verb: string) => `/api/v1/agreements/${item.id}/${verb}`;

/** Keeps personal numbers from being sent, as the site would refuse them. */
const usePersonalCheck = (): ((texts: string[], made: Made) => Made) => {
  const work = useWorkText();
  return (texts, made) => {
    const personal = texts.map(personalNumberIn).find((found) => found !== undefined);
    if (!personal) return made;
    return { missing: personal === 'nik' ? work.personalNik : work.personalPhone };
  };
};

/** Which text it is: title, parties, version, days and hash. */
const TextNamed = ({ item, text }: { item: AgreementItem; text: AgreementVersionView | undefined }) => {
  const words = useAgreementsText();
  const name = useRegencyNames();
  if (!text) return null;
  const { document, version, kind, hash } = text;
  return (
    <div class="named">
      <p>
        <b>{document.title}</b>
      </p>
      <p>{words.between(name(item.owner), name(item.counterpart))}</p>
      <p>
        {words.versionShort(version, words.kind[kind])}, <FromTo {...document.terms} />
      </p>
      <Hash hash={hash} />
    </div>
  );
};

/** Finalise, record DPRD's approval, sign: each names exactly the text that was read. */
export const AssentDialog = (props: {
  step: 'finalise' | 'approve-dprd' | 'sign';
  item: AgreementItem;
  onClose: () => void;
}) => {
  const { step, item, onClose } = props;
  const words = useAgreementsText();
  const work = useWorkText();
  const personal = usePersonalCheck();
  // `item` is as it was when the dialog opened: a newer text that comes in is not signed unread.
  const newest = newestOf(item);
  const [today] = useState(() => dayOf(serverNow()));
  const [day, setDay] = useState(today);
  const [decision, setDecision] = useState('');
  const text = { version: newest?.version, hash: newest?.hash };
  const made = (): Made => {
    if (step === 'finalise') return { body: text };
    if (day === '') return { missing: work.fillThis(step === 'sign' ? words.signedOn : words.decidedOn) };
    if (step === 'sign') return { body: { ...text, signedOn: day } };
    if (decision.trim().length < 3) return { missing: work.fillThis(words.decisionField) };
    return personal([decision], { body: { ...text, decision: decision.trim(), decidedOn: day } });
  };
  return (
    <Command
      title={words.step[step]}
      path={verbPath(item, step)}
      made={made()}
      submit={words.step[step]}
      {...(step === 'sign'
        ? {
            confirm: (
              <>
                <p>{words.signNote}</p>
                <TextNamed item={item} text={newest} />
                <p class="warning-note">{words.signWarning}</p>
              </>
            ),
          }
        : {})}
      onClose={onClose}
    >
      {step === 'finalise' && <p>{words.finaliseNote}</p>}
      <TextNamed item={item} text={newest} />
      {step === 'approve-dprd' && (
        <>
          <TextField label={words.decisionField} value={decision} onChange={setDecision} />
          <DayField label={words.decidedOn} value={day} max={today} onChange={setDay} />
        </>
      )}
      {step === 'sign' && <DayField label={words.signedOn} value={day} max={today} onChange={setDay} />}
    </Command>
  );
};

export const TerminateDialog = ({ item, onClose }: { item: AgreementItem; onClose: () => void }) => {
  const words = useAgreementsText();
  const work = useWorkText();
  const personal = usePersonalCheck();
  const [reason, setReason] = useState('');
  const [atOnce, setAtOnce] = useState(true);
  const [at, setAt] = useState(() => toWibField(serverNow() + 86_400_000));
  const effectiveAt = fromWibField(at);
  const made = (): Made => {
    if (!isReason(reason)) return { missing: work.fillThis(work.reason) };
    const said = { reason: reason.trim() };
    if (atOnce) return personal([reason], { body: said });
    if (effectiveAt === undefined) return { missing: work.fillThis(words.effectiveAt) };
    return personal([reason], { body: { ...said, effectiveAt: new Date(effectiveAt).toISOString() } });
  };
  return (
    <Command
      title={words.step.terminate}
      path={verbPath(item, 'terminate')}
      made={made()}
      submit={words.step.terminate}
      confirm={
        <>
          <p>{words.terminateNote}</p>
          <TextNamed item={item} text={signedOf(item) ?? newestOf(item)} />
          <p>{words.because(reason.trim())}</p>
          <p class="warning-note">{words.terminateWarning}</p>
        </>
      }
      onClose={onClose}
    >
      <p class="about-incident">{item.title}</p>
      <TextArea label={words.reasonField} value={reason} onChange={setReason} />
      <label class="check">
        <input
          type="checkbox"
          checked={atOnce}
          onChange={(event) => setAtOnce(event.currentTarget.checked)}
        />
        {words.effectiveNow}
      </label>
      {!atOnce && <TimeField label={words.effectiveAt} value={at} onChange={setAt} />}
    </Command>
  );
};

/** A change of one article, or of the terms. */
export const ProposeDialog = (props: { item: AgreementItem; clause: string; onClose: () => void }) => {
  const { item, clause, onClose } = props;
  const words = useAgreementsText();
  const work = useWorkText();
  const personal = usePersonalCheck();
  const newest = newestOf(item);
  const version = newest?.version;
  const index = newest?.document.clauses.findIndex(({ id }) => id === clause) ?? -1;
  const standing = newest?.document.clauses[index];
  const [change, setChange] = useState<'reword' | 'remove'>('reword');
  const [text, setText] = useState(standing?.text ?? '');
  const [reason, setReason] = useState('');
  const made = (): Made => {
    if (change === 'reword') {
      if (text.trim() === '') return { missing: work.fillThis(words.textField) };
      if (text.trim() === standing?.text) return { missing: words.nothingProposed };
    }
    if (!isReason(reason)) return { missing: work.fillThis(work.reason) };
    const said = { change, version, clause, reason: reason.trim() };
    return change === 'remove'
      ? personal([reason], { body: said })
      : personal([text, reason], { body: { ...said, text: text.trim() } });
  };
  return (
    <Command
      title={words.step.propose}
      wide
      about={standing ? `${words.clause(index + 1)} · ${standing.heading}` : words.terms}
      path={verbPath(item, 'propose')}
      made={made()}
      submit={words.step.propose}
      onClose={onClose}
    >
      {clause !== TERMS && (
        <label>
          {words.changeField}
          <select
            value={change}
            onChange={(event) => setChange(event.currentTarget.value as 'reword' | 'remove')}
          >
            <option value="reword">{words.changeReword}</option>
            <option value="remove">{words.changeRemove}</option>
          </select>
        </label>
      )}
      {change === 'reword' && (
        <TextArea
          label={clause === TERMS ? words.termsTextField : words.textField}
          value={text}
          rows={7}
          max={8000}
          onChange={setText}
        />
      )}
      <TextArea label={words.reasonField} value={reason} rows={2} onChange={setReason} />
    </Command>
  );
};

export const ProposeAddDialog = ({ item, onClose }: { item: AgreementItem; onClose: () => void }) => {
  const words = useAgreementsText();
  const work = useWorkText();
  const personal = usePersonalCheck();
  const newest = newestOf(item);
  const [clause] = useState(() => freshClauseId(item.clauses.map(({ id }) => id)));
  const [heading, setHeading] = useState('');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const made = (): Made => {
    if (heading.trim() === '') return { missing: work.fillThis(words.headingField) };
    if (text.trim() === '') return { missing: work.fillThis(words.textField) };
    if (!isReason(reason)) return { missing: work.fillThis(work.reason) };
    const body = {
      change: 'add',
      version: newest?.version,
      clause,
      heading: heading.trim(),
      text: text.trim(),
      reason: reason.trim(),
    };
    return personal([heading, text, reason], { body });
  };
  return (
    <Command
      title={words.proposeAdd}
      wide
      about={item.title}
      path={verbPath(item, 'propose')}
      made={made()}
      submit={words.proposeAdd}
      onClose={onClose}
    >
      <TextField label={words.headingField} value={heading} onChange={setHeading} />
      <TextArea label={words.textField} value={text} rows={6} max={8000} onChange={setText} />
      <TextArea label={words.reasonField} value={reason} rows={2} onChange={setReason} />
    </Command>
  );
};

export const CommentDialog = (props: { item: AgreementItem; clause: string; onClose: () => void }) => {
  const { item, clause, onClose } = props;
  const words = useAgreementsText();
  const work = useWorkText();
  const personal = usePersonalCheck();
  const newest = newestOf(item);
  const index = newest?.document.clauses.findIndex(({ id }) => id === clause) ?? -1;
  const standing = newest?.document.clauses[index];
  const [text, setText] = useState('');
  const made: Made =
    text.trim() === ''
      ? { missing: work.fillThis(words.commentField) }
      : personal([text], { body: { version: newest?.version, clause, text: text.trim() } });
  return (
    <Command
      title={words.step.comment}
      about={standing ? `${words.clause(index + 1)} · ${standing.heading}` : words.terms}
      path={verbPath(item, 'comment')}
      made={made}
      submit={words.step.comment}
      onClose={onClose}
    >
      <TextArea label={words.commentField} value={text} rows={4} max={4000} onChange={setText} />
    </Command>
  );
};

export const DeclineDialog = (props: {
  item: AgreementItem;
  proposal: ProposalView;
  onClose: () => void;
}) => {
  const { item, proposal, onClose } = props;
  const words = useAgreementsText();
  const work = useWorkText();
  const name = useRegencyNames();
  const personal = usePersonalCheck();
  const [reason, setReason] = useState('');
  const made: Made = isReason(reason)
    ? personal([reason], { body: { proposal: proposal.proposal, reason: reason.trim() } })
    : { missing: work.fillThis(work.reason) };
  return (
    <Command
      title={words.step.decline}
      about={`${name(proposal.regency)}: ${words.proposalChange[proposal.change]}`}
      path={verbPath(item, 'decline')}
      made={made}
      submit={words.step.decline}
      onClose={onClose}
    >
      {proposal.change !== 'remove' && <p class="clause-text proposed">{proposal.text}</p>}
      <p>{words.because(proposal.reason)}</p>
      <TextArea label={words.reasonField} value={reason} rows={2} onChange={setReason} />
    </Command>
  );
};
