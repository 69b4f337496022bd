import type { AgreementVersionView, NamedKey, ProposalView, RegencyCode } from '@siaga/domain';
import type { AgreementItem, SigningKeysAnswer, SiteAnswer } from '../api/contract.ts';
import { request } from '../api/http.ts';
import { useEffect, useState } from 'preact/hooks';
import { useRegencyNames } from '../app/names.ts';
import { regencyName, site } from '../app/site.ts';
import { Command } from '../forms/command.tsx';
import { Dialog } from '../forms/dialog.tsx';
import type { Made } from '../forms/fields.ts';
import { DayField } from '../forms/inputs.tsx';
import { useKept } from '../forms/kept.ts';
import { serverNow } from '../picture/clock.ts';
import { useStore } from '../store.ts';
import { useAgreementsText } from '../text/agreements.ts';
import type { AgreementsText } from '../text/agreements-id.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import type { WorkText } from '../text/work-id.ts';
import { dayOf, dayText } from '../time.ts';
import { type DocumentFields, documentOf, fieldsOf, withProposal } from './document-form.ts';
import { DocumentFieldset } from './document-fields.tsx';
import { modelText } from './model-text.ts';
import { newestOf, openProposals, ownRevision, signedOf } from './rules.ts';
import { useAgreement } from './use-agreement.ts';

/** The body that the fields make, or the sentence for the first thing that is not in order. */
const madeOf = (
  fields: DocumentFields,
  words: AgreementsText,
  work: WorkText,
  more: Record<string, unknown>,
): Made => {
  const made = documentOf(fields);
  if (made.ok) return { body: { ...more, document: made.document } };
  if ('personal' in made) return { missing: made.personal === 'nik' ? work.personalNik : work.personalPhone };
  return { missing: made.wrong === 'clause' ? words.clauseMissing(made.number) : words.wrong[made.wrong] };
};

export const DraftDialog = (props: { onClose: () => void; onSent: (id: string) => void }) => {
  const here = useStore(site, (now) => now);
  const words = useAgreementsText();
  const text = useText();
  const [keys, setKeys] = useState<NamedKey[]>();
  useEffect(() => {
    // Without an answer the text names no keys; a revision can.
    request<SigningKeysAnswer>('/api/v1/signing-keys').then(
      ({ items }) =>
        setKeys(items.filter(({ counts }) => counts).map(({ regency, key }) => ({ regency, key }))),
      () => setKeys([]),
    );
  }, []);
  return here && keys ? (
    <DraftForm here={here} keys={keys} {...props} />
  ) : (
    <Dialog title={words.draftTitle} onClose={props.onClose}>
      <p class="waiting">{text.connecting}</p>
    </Dialog>
  );
};

const DraftForm = ({
  here,
  keys,
  onClose,
  onSent,
}: {
  here: SiteAnswer;
  keys: readonly NamedKey[];
  onClose: () => void;
  onSent: (id: string) => void;
}) => {
  const words = useAgreementsText();
  const work = useWorkText();
  const name = useRegencyNames();
  const own = here.regency.code;
  const fresh = () => {
    const counterpart = here.neighbours[0]?.code ?? '';
    const from = dayOf(serverNow());
    // A year, both ends counted.
    const to = dayOf(Date.parse(from) + 364 * 86_400_000);
    const party = (code: RegencyCode) => ({ code, name: regencyName(code) });
    const signingKeys = keys.filter(({ regency }) => regency === own || regency === counterpart);
    return {
      counterpart,
      ...modelText(party(own), party(counterpart), from, to),
      ...(signingKeys.length > 0 ? { signingKeys } : {}),
    };
  };
  const { key, fields, change, forget } = useKept('agreement-draft', fresh);
  const { counterpart, ...document } = fields;
  const startAnew = () => {
    forget();
    onClose();
  };
  return (
    <Command<{ id: string }>
      title={words.draftTitle}
      wide
      path="/api/v1/agreements"
      made={madeOf(document, words, work, { counterpart })}
      submit={words.send.draft}
      sendKey={key}
      beside={
        <>
          <button type="button" class="plain" onClick={startAnew}>
            {work.discard}
          </button>
          <span class="hint">{work.draftKept}</span>
        </>
      }
      onClose={onClose}
      onSent={({ id }) => {
        forget();
        onSent(id);
      }}
    >
      <p class="hint">{words.draftHint}</p>
      {here.neighbours.length > 1 && (
        <label>
          {words.counterpart}
          <select
            value={counterpart}
            onChange={(event) => change({ counterpart: event.currentTarget.value })}
          >
            {here.neighbours.map(({ code }) => (
              <option key={code} value={code}>
                {name(code)}
              </option>
            ))}
          </select>
        </label>
      )}
      <DocumentFieldset fields={document} parties={[own, counterpart]} takenIds={[]} change={change} />
    </Command>
  );
};

/**
 * The owner's revision to name. It moves with what is said about the text, but not with a newer text: that one is
 * looked at before it is written over. `item` is as it was when the dialog opened.
 */
const useRevision = (item: AgreementItem): number => {
  const { answer } = useAgreement(item.id);
  const now = answer && newestOf(answer.item)?.version === newestOf(item)?.version ? answer.item : item;
  return ownRevision(now, item.owner);
};

/** A revision before both have signed, an addendum after; both start from the newest text. */
export const ReviseDialog = (props: {
  step: 'revise' | 'addendum';
  item: AgreementItem;
  newest: AgreementVersionView;
  onClose: () => void;
}) => {
  const { step, item, newest, onClose } = props;
  const words = useAgreementsText();
  const work = useWorkText();
  const { key, fields, change, forget } = useKept(`agreement-${step}-${item.id}-${newest.version}`, () =>
    fieldsOf(newest.document),
  );
  const revision = useRevision(item);
  const discard = () => {
    forget();
    onClose();
  };
  const adopt = (proposal: ProposalView, taken: boolean) =>
    change({
      adopts: taken
        ? [...fields.adopts, proposal.proposal]
        : fields.adopts.filter((one) => one !== proposal.proposal),
      ...(taken ? { clauses: withProposal(fields.clauses, proposal) } : {}),
    });
  const kind = step === 'revise' ? 'revision' : 'addendum';
  return (
    <Command
      title={step === 'revise' ? words.reviseTitle : words.addendumTitle}
      wide
      about={item.title}
      path={`/api/v1/agreements/${item.id}/revise`}
      made={madeOf(fields, words, work, { kind, adopts: fields.adopts })}
      revision={revision}
      submit={words.send[step]}
      sendKey={key}
      beside={
        <>
          <button type="button" class="plain" onClick={discard}>
            {work.discard}
          </button>
          <span class="hint">{work.draftKept}</span>
        </>
      }
      onClose={onClose}
      onSent={forget}
    >
      {step === 'addendum' && <p class="hint">{words.addendumHint}</p>}
      <Adoptions item={item} adopts={fields.adopts} onAdopt={adopt} />
      <DocumentFieldset
        fields={fields}
        parties={[item.owner, item.counterpart]}
        takenIds={item.clauses.map(({ id }) => id)}
        change={change}
      />
    </Command>
  );
};

const Adoptions = (props: {
  item: AgreementItem;
  adopts: readonly string[];
  onAdopt: (proposal: ProposalView, taken: boolean) => void;
}) => {
  const { item, adopts, onAdopt } = props;
  const words = useAgreementsText();
  const name = useRegencyNames();
  const open = openProposals(item);
  if (open.length === 0) return null;
  const headingOf = (id: string) =>
    newestOf(item)?.document.clauses.find((clause) => clause.id === id)?.heading ?? words.terms;
  return (
    <fieldset class="group">
      <legend>{words.adopt}</legend>
      <p class="hint">{words.adoptHint}</p>
      {open.map((proposal) => (
        <label key={proposal.proposal} class="check">
          <input
            type="checkbox"
            checked={adopts.includes(proposal.proposal)}
            onChange={(event) => onAdopt(proposal, event.currentTarget.checked)}
          />
          <span>
            {name(proposal.regency)}: {words.proposalChange[proposal.change]}{' '}
            <b>{proposal.change === 'add' ? proposal.heading : headingOf(proposal.clause)}</b>
            <span class="quiet">
              {' '}
              {words.because(proposal.reason)} {proposal.clause === 'terms' && words.adoptTermsHint}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
};

/** Only the last day changes, from the newest text that both have signed. */
export const ExtendDialog = ({ item, onClose }: { item: AgreementItem; onClose: () => void }) => {
  const words = useAgreementsText();
  const language = useLanguage();
  const signed = signedOf(item);
  const standing = signed?.document.terms.to ?? '';
  const [to, setTo] = useState('');
  const revision = useRevision(item);
  const made: Made =
    signed && to > standing
      ? {
          body: {
            kind: 'extension',
            document: { ...signed.document, terms: { ...signed.document.terms, to } },
            adopts: [],
          },
        }
      : { missing: words.extensionLater(dayText(language, standing)) };
  return (
    <Command
      title={words.extensionTitle}
      about={item.title}
      path={`/api/v1/agreements/${item.id}/revise`}
      made={made}
      revision={revision}
      submit={words.send.extension}
      onClose={onClose}
    >
      <p class="hint">{words.extensionHint}</p>
      <DayField label={words.toField} value={to} min={standing} onChange={setTo} />
    </Command>
  );
};
