/** Facts of a refusal as words of a sentence. */
export type Facts = Record<string, unknown>;

export const text = (fact: unknown): string =>
  typeof fact === 'string' ? fact : (JSON.stringify(fact) ?? 'nothing');
export const list = (fact: unknown): string => (Array.isArray(fact) ? fact.map(text).join(', ') : text(fact));
/** A command as its route calls it: `takeOutOfService` is `take-out-of-service`. */
export const verb = (fact: unknown): string =>
  text(fact).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
