import type { ListCertificates } from '../../certificates/lists.ts';
import { FairGate, type FairGateLimits } from './fairGate.ts';

export interface BulkheadLimits {
  /** Calls to one instance. */
  readonly instance: FairGateLimits;
  /** Calls to all instances. */
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
export function bulkheaded(list: ListCertificates, { instance, all }: BulkheadLimits = LIMITS): ListCertificates {
  const gates = new Map<string, FairGate>();
  const whole = new FairGate(all);

  return async (query, operation) => {
    const { instanceId } = query;
    const { caller, signal } = operation;
    let gate = gates.get(instanceId);
    if (gate === undefined) {
      gate = new FairGate(instance);
      gates.set(instanceId, gate);
    }
    const ownPlace = gate.enter(caller.key, signal);
    if (ownPlace !== undefined) await ownPlace;
    try {
      const place = whole.enter(caller.key, signal);
      if (place !== undefined) await place;
      try {
        return await list(query, operation);
      } finally {
        whole.leave(caller.key);
      }
    } finally {
      gate.leave(caller.key);
      // Callers can make up IDs.
      if (gate.isIdle && gates.get(instanceId) === gate) gates.delete(instanceId);
    }
  };
}
