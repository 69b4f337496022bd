/** Every refusal of the domain as a problem, with a sentence that says what would be allowed. */
import type {
  AgreementRejection,
  AskingRejection,
  EmergencyStatusRejection,
  IncidentRejection,
  LendingRejection,
  OverrideRejection,
  Rejection,
  ResourceRejection,
  SigningKeyRejection,
  StockRejection,
} from '@siaga/domain';
import { Problem, type ProblemCode } from '@siaga/web';
import { agreementSentences } from './sentences/agreements.ts';
import { aidSentences } from './sentences/aid.ts';
import { emergencySentences } from './sentences/emergency.ts';
import { incidentSentences } from './sentences/incidents.ts';
import { resourceSentences } from './sentences/resources.ts';
import { signingSentences } from './sentences/signing.ts';
import type { Facts } from './sentences/words.ts';

/** Every code that the domain refuses with. */
export type Refusal =
  | IncidentRejection
  | ResourceRejection
  | StockRejection
  | AskingRejection
  | LendingRejection
  | AgreementRejection
  | OverrideRejection
  | EmergencyStatusRejection
  | SigningKeyRejection;

/** The same code says the same, whichever aggregate refuses. */
const sentences: Record<Refusal, (facts: Facts) => string> = {
  ...incidentSentences,
  ...resourceSentences,
  ...aidSentences,
  ...agreementSentences,
  ...emergencySentences,
  ...signingSentences,
};

/** The codes are the same words; a code that the table of problems lacks would not compile here. */
export const problemOfRejection = ({ code, facts }: Rejection<Refusal>): Problem =>
  new Problem(code satisfies ProblemCode, sentences[code](facts), facts);
