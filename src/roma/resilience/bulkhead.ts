import type { ListCertificates } from '../../certificates/lists.ts';
import { endOfOperation } from '../../net/endOfOperation.ts';
import type { EndSignal } from '../../net/endSignal.ts';

/**
 * Enough for the pages of a busy instance, few enough that a hanging one holds little memory. Nothing is published about how many calls
 * at once ROMA Connect takes.
 */
const MAX_CONCURRENT = 16;

/** Callers can make up IDs, so that not all can be remembered; making one anew for each call would be waste. */
const MAX_IDLE = 1_000;

interface Compartment {
  active: number;
  /** Those who wait, the longest first; each entry hands over a place. */
  readonly waiting: Set<() => void>;
}

/**
 * Limits the calls under way per instance, so that a hanging instance holds up nobody but those who ask for it. Who waits for a place
 * leaves when the operation ends.
 */
export function bulkheaded(list: ListCertificates, maxConcurrent = MAX_CONCURRENT): ListCertificates {
  const compartments = new Map<string, Compartment>();

  function enter(instanceId: string): Compartment {
    let compartment = compartments.get(instanceId);
    if (compartment === undefined) {
      compartment = { active: 0, waiting: new Set() };
      compartments.set(instanceId, compartment);
    }
    return compartment;
  }

  return async (query, operation) => {
    const { instanceId } = query;
    const compartment = enter(instanceId);
    if (compartment.active < maxConcurrent) compartment.active++;
    else await place(compartment, operation.signal);
    try {
      return await list(query, operation);
    } finally {
      const next = compartment.waiting.values().next();
      // A place goes straight to the next one in line: counting down first would let a newcomer in between.
      if (!next.done) next.value();
      else if (--compartment.active === 0 && compartments.size > MAX_IDLE) compartments.delete(instanceId);
    }
  };
}

function place({ waiting }: Compartment, signal: EndSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(endOfOperation(signal));
      return;
    }
    const enter = () => {
      waiting.delete(enter);
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.delete(enter);
      reject(endOfOperation(signal));
    };
    waiting.add(enter);
    signal.addEventListener('abort', leave);
  });
}
