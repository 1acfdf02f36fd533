import { LRUCache } from 'lru-cache';

/** Repeats that are allowed out of nothing, and those of them that one instance may use: its trouble must leave some to the others. */
const RESERVE = 30;
const RESERVE_PER_INSTANCE = 10;

/** What each first attempt adds: when everything fails, ROMA Connect sees at most 1.2 calls for each one asked for. */
const REPEATS_PER_CALL = 0.2;

/** Callers can make up IDs; an instance that is forgotten may use its part again, and no more than all together may. */
const MAX_INSTANCES = 1_000;

/** How many repeats the upstream can be troubled with; shared by all operations. */
export interface RetryBudget {
  /** A call reached the upstream. */
  deposit(place: string): void;
  /** Takes one repeat, if there is one. */
  withdraw(place: string): boolean;
}

export function createRetryBudget(): RetryBudget {
  const all = createTokenBucket(RESERVE);
  const parts = new LRUCache<string, TokenBucket>({ max: MAX_INSTANCES });
  const partOf = (place: string): TokenBucket => {
    let part = parts.get(place);
    if (part === undefined) {
      part = createTokenBucket(RESERVE_PER_INSTANCE);
      parts.set(place, part);
    }
    return part;
  };
  return {
    deposit(place) {
      all.deposit();
      partOf(place).deposit();
    },
    withdraw: (place) => all.holdsOne() && partOf(place).withdraw() && all.withdraw(),
  };
}

interface TokenBucket {
  deposit(): void;
  holdsOne(): boolean;
  withdraw(): boolean;
}

function createTokenBucket(repeats: number): TokenBucket {
  // Counted in fifths, because 0.2 is no binary fraction.
  const perRepeat = Math.round(1 / REPEATS_PER_CALL);
  const full = repeats * perRepeat;
  let fifths = full;
  const holdsOne = (): boolean => fifths >= perRepeat;
  return {
    deposit() {
      fifths = Math.min(fifths + 1, full);
    },
    holdsOne,
    withdraw() {
      if (!holdsOne()) return false;
      fifths -= perRepeat;
      return true;
    },
  };
}
