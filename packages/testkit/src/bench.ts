/**
 * One figure of a benchmark. `value` and `baseline` have the unit that the name says, `ratio` is value by baseline, and
 * `goal` is what the ratio should be: at least, or at most where the name says that less is better.
 */
export interface BenchRow {
  name: string;
  value: number;
  baseline: number;
  ratio: number;
  goal: number;
  met: boolean;
}
