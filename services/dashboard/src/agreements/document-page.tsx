import printer from '@fortawesome/fontawesome-free/svgs/solid/print.svg?icon';
import { type AgreementVersionView, type ClauseView, TERMS, versionStatus } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { AgreementItem } from '../api/contract.ts';
import { useRegencyNames } from '../app/names.ts';
import { NounNote } from '../app/noun-note.tsx';
import { pageHref } from '../app/route.ts';
import { Icon } from '../icon.tsx';
import { useAgreementsText } from '../text/agreements.ts';
import { useLanguage } from '../text/text.ts';
import { dayOf, dayText, fullTime } from '../time.ts';
import { ClauseSection, SayButtons, Talk, TalkFold } from './clause.tsx';
import { Difference } from './difference.tsx';
import { FromTo, Left, StatusChip, useStatus } from './parts.tsx';
import { type Step, newestOf } from './rules.ts';
import { Signing } from './signing.tsx';
import { Steps, useSteps } from './steps.tsx';
import { TermsTable } from './terms-table.tsx';
import { useAgreement } from './use-agreement.ts';

/** One agreement as a document to read: whose, what it grants, its articles, and where its assent stands. */
export const DocumentPage = ({ id }: { id: string }) => {
  const words = useAgreementsText();
  const state = useAgreement(id);
  return (
    <div class="area-page document">
      <p class="document-nav">
        <a href={pageHref('agreements')}>← {words.back}</a>
      </p>
      <NounNote of={state} />
      {state.answer && <Document item={state.answer.item} asOf={state.answer.asOf} />}
    </div>
  );
};

/** The texts that there are, and those that are looked at: what is in force, unless another is chosen. */
const useVersions = (item: AgreementItem) => {
  const { inForce } = useStatus(item);
  const [chosen, setChosen] = useState<number>();
  const [against, setAgainst] = useState<number | 'none'>();
  const find = (number: number | 'none' | undefined) => item.versions.find((one) => one.version === number);
  const newest = newestOf(item);
  const valid = find(inForce?.version);
  const version = find(chosen) ?? valid ?? newest;
  // A change under way is read against what it changes.
  const before = against === undefined && version !== valid ? valid : find(against);
  return { newest, valid, version, before: before === version ? undefined : before, setChosen, setAgainst };
};
type Versions = ReturnType<typeof useVersions>;

const Document = ({ item, asOf }: { item: AgreementItem; asOf: string }) => {
  const words = useAgreementsText();
  const versions = useVersions(item);
  const { newest, version, before } = versions;
  const { steps } = useSteps(item);
  if (!newest || !version) return null;
  const { document } = version;
  const isNewest = version.version === newest.version;
  const talked = clausesBeside(item.clauses, version);
  const terms = item.clauses.find((clause) => clause.id === TERMS);
  // What is said, is said of the newest text.
  const open: ReadonlySet<Step> = isNewest ? steps : new Set();
  return (
    <>
      <Head item={item} version={version} versions={versions} />
      <aside class="document-side">
        <Steps
          item={item}
          newest={newest}
          {...(isNewest ? {} : { onNewest: () => versions.setChosen(newest.version) })}
        />
        <Signing item={item} version={version} />
        <Choose item={item} version={version} versions={versions} />
      </aside>
      <article class="paper">
        {before && <Difference was={before} is={version} />}
        <section class="block">
          <h3>{words.terms}</h3>
          <TermsTable terms={document.terms} />
          <SayButtons item={item} clause={TERMS} steps={open} label={words.terms} />
          {terms && (
            <TalkFold
              open={terms.proposals.some(({ answer }) => answer.state === 'open')}
              summary={words.termsTalk}
            >
              <Talk item={item} clause={terms} />
            </TalkFold>
          )}
        </section>
        {document.clauses.map((clause, index) => (
          <ClauseSection
            key={clause.id}
            item={item}
            number={index + 1}
            clause={clause}
            known={item.clauses.find((one) => one.id === clause.id)}
            steps={open}
          />
        ))}
        {talked.length > 0 && (
          <section class="block talk">
            <h3>{words.clauseGone}</h3>
            {talked.map((clause) => (
              <Talk key={clause.id} item={item} clause={clause} />
            ))}
          </section>
        )}
        <PrintedStamp version={version} asOf={asOf} />
      </article>
    </>
  );
};

interface PartProps {
  item: AgreementItem;
  version: AgreementVersionView;
  versions: Versions;
}

/** Whose agreement, where it stands, and which of its texts this is. */
const Head = ({ item, version, versions }: PartProps) => {
  const words = useAgreementsText();
  const language = useLanguage();
  const name = useRegencyNames();
  const { status, inForce } = useStatus(item);
  const { newest, valid, setChosen } = versions;
  const { terms, title } = version.document;
  const isValid = valid?.version === version.version;
  const other = isValid ? newest : valid;
  return (
    <header class="document-head">
      <h2>{title}</h2>
      <p>{words.between(name(item.owner), name(item.counterpart))}</p>
      <p class="row-facts">
        <StatusChip status={status} />
        <span>
          <FromTo from={terms.from} to={terms.to} />
        </span>
        {isValid && inForce && <Left until={inForce.until} />}
      </p>
      <p class="document-version">
        <b>{words.versionShort(version.version, words.kind[version.kind])}</b>:{' '}
        {isValid ? words.inForceNow : words.versionStatus[versionStatus(item, version)]}
        {valid && !isValid && `, ${words.notInForce}`}
      </p>
      {other && other.version !== version.version && (
        <p class="stale">
          {isValid
            ? words.changeUnderWay(other.version, words.versionStatus[versionStatus(item, other)])
            : words.validIs(other.version)}
          {'. '}
          <button type="button" onClick={() => setChosen(other.version)}>
            {words.readVersion(other.version)}
          </button>
        </p>
      )}
      {item.terminations.map((one) => (
        <p key={one.sequence} class="stale">
          {words.terminatedBy(name(one.regency), fullTime(language, Date.parse(one.effectiveAt)), one.reason)}
        </p>
      ))}
    </header>
  );
};

const Choose = ({ item, version, versions }: PartProps) => {
  const words = useAgreementsText();
  const language = useLanguage();
  const { valid, before, setChosen, setAgainst } = versions;
  return (
    <section class="block versions">
      <h3>{words.texts}</h3>
      <label>
        {words.versionLabel}
        <select value={version.version} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
          {item.versions.toReversed().map((one) => (
            <option key={one.version} value={one.version}>
              {words.version(
                one.version,
                words.kind[one.kind],
                dayText(language, dayOf(Date.parse(one.occurredAt))),
              )}
              {one.version === valid?.version ? `, ${words.inForceNow}` : ''}
            </option>
          ))}
        </select>
      </label>
      {item.versions.length > 1 && (
        <label>
          {words.compareWith}
          <select
            value={before?.version ?? 'none'}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setAgainst(value === 'none' ? value : Number(value));
            }}
          >
            <option value="none">{words.compareNone}</option>
            {item.versions
              .filter((one) => one.version !== version.version)
              .map((one) => (
                <option key={one.version} value={one.version}>
                  {words.versionShort(one.version, words.kind[one.kind])}
                </option>
              ))}
          </select>
        </label>
      )}
      <button type="button" onClick={() => print()}>
        <Icon of={printer} /> {words.print}
      </button>
    </section>
  );
};

/** Articles that this version does not have, but of which something was said: gone, or only proposed. */
const clausesBeside = (clauses: readonly ClauseView[], { document }: AgreementVersionView): ClauseView[] =>
  clauses.filter(
    ({ id, proposals, comments }) =>
      id !== TERMS &&
      proposals.length + comments.length > 0 &&
      !document.clauses.some((clause) => clause.id === id),
  );

/** On paper only: which text this is, and as of when. */
const PrintedStamp = ({ version, asOf }: { version: AgreementVersionView; asOf: string }) => {
  const words = useAgreementsText();
  const language = useLanguage();
  return (
    <p class="printed">
      {words.versionShort(version.version, words.kind[version.kind])} · SHA-256 {version.hash} ·{' '}
      {fullTime(language, Date.parse(asOf))}
    </p>
  );
};
