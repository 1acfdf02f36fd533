import type { Call, Placed } from '../Endpoint.ts';
import { FairGate, type FairGateLimits } from './fairGate.ts';

export interface BulkheadLimits {
  /** Calls to one place: an instance's list, or the details of its certificates. */
  readonly instance: FairGateLimits;
  /** All calls. */
  readonly all: FairGateLimits;
}

/**
 * 16 places are enough for the pages of a busy list; nothing is published about how many calls at once ROMA Connect takes. One caller can't
 * fill an instance, nor one hanging instance the whole, nor one caller who makes up instances. As many connections are open at most as
 * calls are under way.
 */
const LIMITS: BulkheadLimits = {
  instance: { places: 48, placesPerCaller: 16, queuePerCaller: 1_000 },
  all: { places: 512, placesPerCaller: 256, queuePerCaller: 2_000 },
};

/** Limits the calls under way, so that hanging instances and flooding callers hold up nobody else. Who waits leaves when its operation ends. */
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
      // Callers can make up IDs.
      if (gate.isIdle && gates.get(place) === gate) gates.delete(place);
    }
  };
}
