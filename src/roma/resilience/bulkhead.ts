import type { Call, Placed } from '../Endpoint.ts';
import { FairGate, type FairGateLimits } from './fairGate.ts';

export interface BulkheadLimits {
  /** Concurrent calls to one place: an instance's list, or the details of its certificates. */
  readonly instance: FairGateLimits;
  /** Concurrent calls in all. */
  readonly all: FairGateLimits;
}

/**
 * 16 calls at once are enough for the pages of a busy list. How many ROMA Connect accepts is not published. The limits are such that one
 * caller can't fill an instance, that one instance that hangs can't fill the whole, and that a caller who makes up instances can't either.
 * There are at most as many open connections as calls in flight.
 */
const LIMITS: BulkheadLimits = {
  instance: { places: 48, placesPerCaller: 16, queuePerCaller: 1_000 },
  all: { places: 512, placesPerCaller: 256, queuePerCaller: 2_000 },
};

/** Limits concurrent calls, so that instances that hang and callers with many calls do not delay others. A waiting call leaves when its operation ends. */
export function bulkheaded<Query extends Placed, Answer>(
  call: Call<Query, Answer>,
  { instance, all }: BulkheadLimits = LIMITS,
): Call<Query, Answer> {
  const gates = new Map<string, FairGate>();
  const whole = new FairGate(all);

  return async (query, operation) => {
    const { place } = query;
    const { caller, signal } = operation;
    let gate = gates.get(place);
    if (gate === undefined) {
      gate = new FairGate(instance);
      gates.set(place, gate);
    }
    const ownPlace = gate.enter(caller.key, signal);
    if (ownPlace !== undefined) await ownPlace;
    try {
      const sharedPlace = whole.enter(caller.key, signal);
      if (sharedPlace !== undefined) await sharedPlace;
      try {
        return await call(query, operation);
      } finally {
        whole.leave(caller.key);
      }
    } finally {
      gate.leave(caller.key);
      // Bounded, because callers can make up IDs.
      if (gate.isIdle && gates.get(place) === gate) gates.delete(place);
    }
  };
}
