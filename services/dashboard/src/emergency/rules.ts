/**
 * What stands, what is about to end, and which steps a decree is open to. The site decides; this keeps useless
 * buttons away. Pure; a test holds it against the domain's own decisions.
 */
import {
  type DecreePeriod,
  type EmergencyLevel,
  type EmergencyStatusView,
  type Hazard,
  type SaidIn,
  type StandingStatus,
  decreePeriods,
  slowOnset,
  statusAt,
} from '@siaga/domain';

export interface Standing {
  view: EmergencyStatusView;
  standing: StandingStatus<SaidIn>;
}

const levels: readonly EmergencyLevel[] = ['siaga', 'tanggap', 'transisi'];

/** What stands at `now` (ms): own first, then what ends first. Asked here, for time passes without an event. */
export const standingOf = (
  views: readonly EmergencyStatusView[],
  now: number,
  here: string | undefined,
): Standing[] => {
  const at = new Date(now).toISOString();
  return views
    .flatMap((view) => {
      const standing = statusAt(view, at);
      return standing ? [{ view, standing }] : [];
    })
    .sort(
      (a, b) =>
        Number(b.view.regency === here) - Number(a.view.regency === here) ||
        a.standing.ends.localeCompare(b.standing.ends),
    );
};

/** When time alone changes what stands, or whether to warn of its end. */
export const instantsOf = (views: readonly Pick<EmergencyStatusView, 'decrees'>[]): string[] =>
  views.flatMap((view) =>
    decreePeriods(view).flatMap(({ begins, ends }) => [
      begins,
      ends,
      new Date(Date.parse(ends) - WARNING_MS).toISOString(),
    ]),
  );
/** The domain warns from three days before the end on. */
const WARNING_MS = 3 * 86_400_000;

export interface DecreeSteps {
  extend: boolean;
  end: boolean;
}
/** What can still be done about one decree at `now` (ms). */
export const decreeSteps = (
  view: Pick<EmergencyStatusView, 'decrees'>,
  period: DecreePeriod<SaidIn>,
  now: number,
): DecreeSteps => {
  const at = new Date(now).toISOString();
  const { decree, begins, ends, calledOff, supersededBy } = period;
  const running = ends > at && !calledOff && !decree.ended;
  const last = decreePeriods(view).findLast((one) => !one.calledOff);
  return {
    extend: running && supersededBy === undefined,
    // What another builds on can't be called off before it begins.
    end: running && (begins <= at || last?.decree === decree),
  };
};

/** The levels that can be declared for a hazard at `now` (ms), given what was declared before. */
export const levelsFor = (
  hazard: Hazard,
  view: Pick<EmergencyStatusView, 'decrees'> | undefined,
  now: number,
): EmergencyLevel[] => {
  const at = new Date(now).toISOString();
  const last = view && decreePeriods(view).findLast(({ calledOff }) => !calledOff);
  return levels.filter((level) => {
    if (level === 'siaga' && !slowOnset.includes(hazard)) return false;
    if (level === 'transisi' && last?.decree.level !== 'tanggap') return false;
    return !last || last.ends <= at || levels.indexOf(level) > levels.indexOf(last.decree.level);
  });
};
