import type { Terms } from '@siaga/domain';
import { useRegencyNames } from '../app/names.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage } from '../text/text.ts';
import { dayText } from '../time.ts';
import { Row } from './parts.tsx';

/** What an agreement grants, in words. */
export const TermsTable = ({ terms }: { terms: Terms }) => {
  const words = useAgreementsText();
  const value = useTermWords();
  return (
    <table class="terms">
      <tbody>
        <Row name={words.period}>
          {value('from', terms)} – {value('to', terms)}
        </Row>
        {inOrder
          .filter((term) => terms[term] !== undefined)
          .map((term) => (
            <Row key={term} name={words.term[term]}>
              {value(term, terms)}
            </Row>
          ))}
      </tbody>
    </table>
  );
};

const inOrder = [
  'dataClasses',
  'resourceKinds',
  'longestDeploymentDays',
  'whoPays',
  'responseMinutes',
  'burdensBudget',
  'contacts',
  'signingKeys',
] as const satisfies (keyof Terms)[];

/** One term of a document in words. */
export const useTermWords = (): ((term: keyof Terms, terms: Terms) => string) => {
  const words = useAgreementsText();
  const language = useLanguage();
  const kindName = useKindName();
  const regency = useRegencyNames();
  return (term, terms) => {
    switch (term) {
      case 'dataClasses':
        return terms.dataClasses.map((one) => words.dataClass[one]).join('; ');
      case 'resourceKinds':
        return terms.resourceKinds.map(kindName).join(', ') || words.noKinds;
      case 'longestDeploymentDays':
        return words.days(terms.longestDeploymentDays);
      case 'whoPays':
        return words.whoPays[terms.whoPays];
      case 'responseMinutes':
        return words.minutes(terms.responseMinutes);
      case 'burdensBudget':
        return terms.burdensBudget ? words.yesBudget : words.noBudget;
      case 'contacts':
        return terms.contacts
          .map(({ regency: code, office, channel }) => `${regency(code)}: ${office}, ${channel}`)
          .join('\n');
      case 'signingKeys':
        return (terms.signingKeys ?? [])
          .map(({ regency: code, key }) => `${regency(code)}: ${key}`)
          .join('\n');
      case 'from':
      case 'to':
        return dayText(language, terms[term]);
    }
  };
};
