/**
 * Asking a regency for events of its shared journal that were missed. A request and its answer cross the hub as plain
 * messages. Both sides are in either subject, so that the hub can hold each site to its own.
 */
import { type RegencyCode, regencyToken } from '@siaga/domain';

/** The subject on which one site asks another for what it has published: `ask.<owner>.<who asks>`. */
export const askOf = (owner: RegencyCode, asker: RegencyCode): string =>
  `ask.${regencyToken(owner)}.${regencyToken(asker)}`;

/** Every subject on which an owner answers who asked: `answer.<who asked>.<owner>.<number>`. */
export const answersTo = (asker: RegencyCode, owner: RegencyCode): string =>
  `answer.${regencyToken(asker)}.${regencyToken(owner)}.*`;
