/** Repeats that are allowed out of nothing. */
const RESERVE = 30;

/** What each first attempt adds: when everything fails, ROMA Connect sees at most 1.2 calls for each one asked for. */
const REPEATS_PER_CALL = 0.2;

/** How many repeats the upstream can be troubled with; shared by all operations. */
export interface RetryBudget {
  /** A call reached the upstream. */
  deposit(): void;
  /** Takes one repeat, if there is one. */
  withdraw(): boolean;
}

export function createRetryBudget(): RetryBudget {
  // Counted in fifths, because 0.2 is no binary fraction.
  const perRepeat = Math.round(1 / REPEATS_PER_CALL);
  const full = RESERVE * perRepeat;
  let fifths = full;
  return {
    deposit() {
      fifths = Math.min(fifths + 1, full);
    },
    withdraw() {
      if (fifths < perRepeat) return false;
      fifths -= perRepeat;
      return true;
    },
  };
}
