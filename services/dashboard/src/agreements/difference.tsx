import { type AgreementVersionView, differenceBetween } from '@siaga/domain';
import { useAgreementsText } from '../text/agreements.ts';
import { useTermWords } from './terms-table.tsx';
import { wordDifference } from './words.ts';

/** What makes one version another text than an earlier (or later) one, word by word. */
export const Difference = ({ was, is }: { was: AgreementVersionView; is: AgreementVersionView }) => {
  const words = useAgreementsText();
  const value = useTermWords();
  const difference = differenceBetween(was.document, is.document);
  const { title, clauses, order, terms } = difference;
  const nothing = !title && !order && clauses.length === 0 && terms.length === 0;
  const numberIn = ({ document }: AgreementVersionView, id: string) =>
    words.clause(document.clauses.findIndex((clause) => clause.id === id) + 1);
  return (
    <section class="block difference" aria-labelledby="difference-title">
      <h3 id="difference-title">{words.differenceTitle(was.version, is.version)}</h3>
      {nothing && <p>{words.noDifference}</p>}
      {title && (
        <p>
          <b>{words.titleChanged}:</b> <Words was={title.was} is={title.is} />
        </p>
      )}
      {terms.map(({ term }) => (
        <p key={term}>
          <b>{words.term[term]}:</b>{' '}
          <Words was={value(term, was.document.terms)} is={value(term, is.document.terms)} />
        </p>
      ))}
      {clauses.map((clause) => (
        <div key={clause.id} class="difference-clause">
          <h4>
            {numberIn(clause.change === 'removed' ? was : is, clause.id)} ·{' '}
            {clause.change === 'removed' ? (
              clause.was.heading
            ) : clause.change === 'added' ? (
              clause.is.heading
            ) : (
              <Words was={clause.was.heading} is={clause.is.heading} />
            )}{' '}
            <span class="quiet">({words[clause.change]})</span>
          </h4>
          <p class="clause-text">
            <Words
              was={clause.change === 'added' ? '' : clause.was.text}
              is={clause.change === 'removed' ? '' : clause.is.text}
            />
          </p>
        </div>
      ))}
      {order && <p>{words.orderChanged}.</p>}
    </section>
  );
};

/** A text with what was struck and what was put in. Said to screen readers too. */
export const Words = ({ was, is }: { was: string; is: string }) => {
  const words = useAgreementsText();
  return (
    <>
      {wordDifference(was, is).map((piece, index) =>
        piece.is === 'same' ? (
          piece.text
        ) : piece.is === 'removed' ? (
          <del key={index}>
            <span class="unseen">{words.was}: </span>
            {piece.text}
          </del>
        ) : (
          <ins key={index}>
            <span class="unseen">{words.becomes}: </span>
            {piece.text}
          </ins>
        ),
      )}
    </>
  );
};
