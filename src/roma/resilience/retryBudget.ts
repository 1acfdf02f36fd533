import { LRUCache } from 'lru-cache';

/** The size of a full bucket: for all instances together, and for each one, so that one that fails leaves retries for the others. */
const FULL = 30;
const FULL_PER_INSTANCE = 10;

/** What each first attempt adds. When all calls fail, ROMA Connect gets at most 1.2 attempts per call. */
const RETRIES_PER_CALL = 0.2;

/** Bounded, because callers can make up IDs. An instance whose bucket was dropped gets a full one; the bucket for all still limits it. */
const MAX_INSTANCES = 1_000;

/** Limits retries, for all operations together, as in Finagle: a token bucket that calls fill and retries empty. */
export interface RetryBudget {
  /** A call reached the upstream. */
  deposit(place: string): void;
  /** Takes one retry. False: there is none. */
  withdraw(place: string): boolean;
}

export function createRetryBudget(): RetryBudget {
  const all = createTokenBucket(FULL);
  const parts = new LRUCache<string, TokenBucket>({ max: MAX_INSTANCES });
  const partOf = (place: string): TokenBucket => {
    let part = parts.get(place);
    if (part === undefined) {
      part = createTokenBucket(FULL_PER_INSTANCE);
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

function createTokenBucket(retries: number): TokenBucket {
  // Counted in fifths, because 0.2 is not exact in binary.
  const perRetry = Math.round(1 / RETRIES_PER_CALL);
  const full = retries * perRetry;
  let fifths = full;
  const holdsOne = (): boolean => fifths >= perRetry;
  return {
    deposit() {
      fifths = Math.min(fifths + 1, full);
    },
    holdsOne,
    withdraw() {
      if (!holdsOne()) return false;
      fifths -= perRetry;
      return true;
    },
  };
}
