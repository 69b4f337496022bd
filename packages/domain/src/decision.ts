/** What a decider answers: events to append (none when it is already so), or why not. Never an HTTP status. */
export type Decision<Event, Code extends string> =
  | { accepted: true; events: Event[] }
  | { accepted: false; rejection: Rejection<Code> };

/** A refusal: a stable code and the facts that a sentence for a person can be made from. */
export interface Rejection<Code extends string = string> {
  code: Code;
  facts: Record<string, unknown>;
}

export const accept = <Event>(...events: Event[]): { accepted: true; events: Event[] } => ({
  accepted: true,
  events,
});

export const reject = <Code extends string>(
  code: Code,
  facts: Record<string, unknown> = {},
): { accepted: false; rejection: Rejection<Code> } => ({ accepted: false, rejection: { code, facts } });
