/** A document as it is being typed, and the body that it makes. Pure. */
import {
  type AgreementDocument,
  type AidKind,
  type Clause,
  type GrantedClass,
  type ProposalView,
  type RegencyCode,
  type Terms,
  personalNumberIn,
} from '@siaga/domain';

export interface DocumentFields {
  title: string;
  clauses: Clause[];
  dataClasses: GrantedClass[];
  resourceKinds: AidKind[];
  longestDeploymentDays: string;
  whoPays: Terms['whoPays'];
  contacts: { regency: RegencyCode; office: string; channel: string }[];
  responseMinutes: string;
  from: string;
  to: string;
  burdensBudget: boolean;
  /** As the sites sign; nobody types them. */
  signingKeys?: Terms['signingKeys'];
  /** Proposals that this text takes up. */
  adopts: string[];
}

export const fieldsOf = ({ title, clauses, terms }: AgreementDocument): DocumentFields => ({
  title,
  clauses: clauses.map((clause) => ({ ...clause })),
  dataClasses: terms.dataClasses,
  resourceKinds: terms.resourceKinds,
  longestDeploymentDays: String(terms.longestDeploymentDays),
  whoPays: terms.whoPays,
  contacts: terms.contacts.map((contact) => ({ ...contact })),
  responseMinutes: String(terms.responseMinutes),
  from: terms.from,
  to: terms.to,
  burdensBudget: terms.burdensBudget,
  ...(terms.signingKeys ? { signingKeys: terms.signingKeys } : {}),
  adopts: [],
});

/** What is not in order: a field that is missing or wrong, or a personal number in a text. */
export type DocumentProblem =
  | {
      wrong:
        | 'title'
        | 'dataClasses'
        | 'longestDeploymentDays'
        | 'responseMinutes'
        | 'contacts'
        | 'from'
        | 'to';
    }
  | { wrong: 'clause'; number: number }
  | { wrong: 'order' }
  | { wrong: 'noClauses' }
  | { personal: 'nik' | 'phone' };

const wholeNumber = (text: string, most: number): number | undefined => {
  const value = Number(text.trim());
  return Number.isInteger(value) && value >= 1 && value <= most ? value : undefined;
};
/** The limits that the site has, so that the form can say which field is meant. */
const LONGEST_DEPLOYMENT_DAYS = 365;
const LONGEST_RESPONSE_MINUTES = 7 * 24 * 60;

/** The document that the fields make, or the first thing that is not in order. */
export const documentOf = (
  fields: DocumentFields,
): { ok: true; document: AgreementDocument } | ({ ok: false } & DocumentProblem) => {
  const title = fields.title.trim();
  const clauses = fields.clauses.map(({ id, heading, text }) => ({
    id,
    heading: heading.trim(),
    text: text.trim(),
  }));
  const contacts = fields.contacts.map(({ regency, office, channel }) => ({
    regency,
    office: office.trim(),
    channel: channel.trim(),
  }));
  const longestDeploymentDays = wholeNumber(fields.longestDeploymentDays, LONGEST_DEPLOYMENT_DAYS);
  const responseMinutes = wholeNumber(fields.responseMinutes, LONGEST_RESPONSE_MINUTES);
  if (title.length < 3) return { ok: false, wrong: 'title' };
  if (fields.dataClasses.length === 0) return { ok: false, wrong: 'dataClasses' };
  if (longestDeploymentDays === undefined) return { ok: false, wrong: 'longestDeploymentDays' };
  if (responseMinutes === undefined) return { ok: false, wrong: 'responseMinutes' };
  if (contacts.length === 0 || contacts.some(({ office, channel }) => !office || !channel))
    return { ok: false, wrong: 'contacts' };
  if (!isDay(fields.from)) return { ok: false, wrong: 'from' };
  if (!isDay(fields.to)) return { ok: false, wrong: 'to' };
  if (fields.to < fields.from) return { ok: false, wrong: 'order' };
  if (clauses.length === 0) return { ok: false, wrong: 'noClauses' };
  const empty = clauses.findIndex(({ heading, text }) => !heading || !text);
  if (empty >= 0) return { ok: false, wrong: 'clause', number: empty + 1 };
  const texts = [
    title,
    ...clauses.flatMap(({ heading, text }) => [heading, text]),
    ...contacts.flatMap(({ office, channel }) => [office, channel]),
  ];
  const personal = texts.map(personalNumberIn).find((found) => found !== undefined);
  if (personal) return { ok: false, personal };
  return {
    ok: true,
    document: {
      title,
      clauses,
      terms: {
        dataClasses: fields.dataClasses.toSorted(),
        resourceKinds: fields.resourceKinds.toSorted(),
        longestDeploymentDays,
        whoPays: fields.whoPays,
        contacts,
        responseMinutes,
        from: fields.from,
        to: fields.to,
        burdensBudget: fields.burdensBudget,
        ...(fields.signingKeys ? { signingKeys: fields.signingKeys } : {}),
      },
    },
  };
};
const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** An id for a clause that no clause has or had: `pasal-7`. */
export const freshClauseId = (taken: Iterable<string>): string => {
  const used = new Set(taken);
  let number = used.size + 1;
  while (used.has(`pasal-${number}`)) number += 1;
  return `pasal-${number}`;
};

/** The clauses with a proposal taken up as it stands. One about the terms changes no clause: its words are for a person. */
export const withProposal = (clauses: readonly Clause[], proposal: ProposalView): Clause[] => {
  switch (proposal.change) {
    case 'reword':
      return clauses.map((clause) =>
        clause.id === proposal.clause ? { ...clause, text: proposal.text } : clause,
      );
    case 'add':
      return clauses.some(({ id }) => id === proposal.clause)
        ? [...clauses]
        : [...clauses, { id: proposal.clause, heading: proposal.heading, text: proposal.text }];
    case 'remove':
      return clauses.filter(({ id }) => id !== proposal.clause);
  }
};

/** The clauses with the one at `at` moved by one place. */
export const moved = (clauses: readonly Clause[], at: number, by: 1 | -1): Clause[] => {
  const next = [...clauses];
  const [clause] = next.splice(at, 1);
  if (clause) next.splice(Math.min(next.length, Math.max(0, at + by)), 0, clause);
  return next;
};
