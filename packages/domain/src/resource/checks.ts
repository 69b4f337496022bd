/** Checks that commands of resources, stock and mutual aid have in common. */
import { type RegencyCode, regencyOf } from '../codes.ts';
import { reject } from '../decision.ts';
import { personalNumberIn } from '../personal-data.ts';

/** Clocks of neighbouring machines differ a little; what happened "now" must not fail for it. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What everything that is done may be refused for. */
export type CommonRejection = 'time_in_future' | 'personal_data_in_text';

/** Why a command is refused before its state is looked at; undefined when nothing speaks against it. */
export const commonRefusal = (
  at: string,
  occurredAt: string,
  texts: Record<string, string | undefined>,
): ReturnType<typeof reject<CommonRejection>> | undefined => {
  if (Date.parse(occurredAt) > Date.parse(at) + CLOCK_TOLERANCE_MS) {
    return reject('time_in_future', { occurredAt, now: at });
  }
  for (const [field, text] of Object.entries(texts)) {
    const found = text === undefined ? undefined : personalNumberIn(text);
    if (found) return reject('personal_data_in_text', { field, found });
  }
  return undefined;
};

/** Why `place` can be no place of `by`: a home of what it owns, or where it asks help to. */
export const placeRefusal = (place: string, by: RegencyCode) =>
  regencyOf(place) === by
    ? undefined
    : reject('place_not_ours', { place, owner: regencyOf(place), ours: by });
