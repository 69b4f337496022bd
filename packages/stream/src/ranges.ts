/** Sets of sequences, as the ranges that they make. Pure. */

/** From one sequence to another, both of them in it. */
export interface Range {
  from: number;
  to: number;
}

/** Which sequences were seen. Costs little where they come in order. */
export class Sequences {
  /** In order, none touching the next. */
  readonly #ranges: Range[] = [];

  add(sequence: number): void {
    const at = this.#after(sequence);
    const before = this.#ranges[at - 1];
    const after = this.#ranges[at];
    if (before && before.to >= sequence) return;
    const joinsBefore = before?.to === sequence - 1;
    const joinsAfter = after?.from === sequence + 1;
    if (joinsBefore && joinsAfter) {
      before.to = after.to;
      this.#ranges.splice(at, 1);
    } else if (joinsBefore) before.to = sequence;
    else if (joinsAfter) after.from = sequence;
    else this.#ranges.splice(at, 0, { from: sequence, to: sequence });
  }

  /** The highest of all; 0 for none. */
  get highest(): number {
    return this.#ranges.at(-1)?.to ?? 0;
  }

  /** What is missing below the highest, in order. */
  missing(): Range[] {
    let next = 1;
    const holes: Range[] = [];
    for (const { from, to } of this.#ranges) {
      if (from > next) holes.push({ from: next, to: from - 1 });
      next = to + 1;
    }
    return holes;
  }

  /** The index of the first range that begins after a sequence. */
  #after(sequence: number): number {
    const last = this.#ranges.at(-1);
    if (!last || last.from <= sequence) return this.#ranges.length;
    let [low, high] = [0, this.#ranges.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.from ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What is left of `ranges` without one. */
export const without = (ranges: readonly Range[], taken: Range): Range[] =>
  ranges.flatMap(({ from, to }) => {
    if (taken.to < from || taken.from > to) return [{ from, to }];
    return [
      ...(from < taken.from ? [{ from, to: taken.from - 1 }] : []),
      ...(to > taken.to ? [{ from: taken.to + 1, to }] : []),
    ];
  });
