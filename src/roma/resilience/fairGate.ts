import { SubgraphError } from '../../errors/SubgraphError.ts';
import { endOfOperation } from '../../net/endOfOperation.ts';
import type { EndSignal } from '../../net/endSignal.ts';

export interface FairGateLimits {
  /** Calls under way, all in all. */
  readonly places: number;
  /** Of them for one caller. */
  readonly placesPerCaller: number;
  /** Calls of one caller that may wait for a place. */
  readonly queuePerCaller: number;
}

interface CallerState {
  active: number;
  /** Those who wait, the longest first; each entry hands over a place. */
  readonly waiting: Set<() => void>;
}

/** Limits how many calls are under way at once. Callers who wait take turns, so that the flood of one delays the others by one call each. */
export class FairGate {
  readonly #limits: FairGateLimits;
  #active = 0;
  /** Whose turn it is comes first: a caller who was served goes to the end. */
  readonly #callers = new Map<string, CallerState>();

  constructor(limits: FairGateLimits) {
    this.#limits = limits;
  }

  get isIdle(): boolean {
    return this.#callers.size === 0;
  }

  /** Takes a place, at once (undefined) or when it is this call's turn. Rejects when the signal aborts, or too many wait. */
  enter(callerKey: string, signal: EndSignal): Promise<void> | undefined {
    let caller = this.#callers.get(callerKey);
    if (caller === undefined) {
      caller = { active: 0, waiting: new Set() };
      this.#callers.set(callerKey, caller);
    }
    if (this.#hasPlaceFor(caller)) {
      this.#active++;
      caller.active++;
      return undefined;
    }
    if (caller.waiting.size < this.#limits.queuePerCaller) return this.#turnOf(callerKey, caller, signal);
    return Promise.reject(
      new SubgraphError(
        'UPSTREAM_UNAVAILABLE',
        'Too many calls to ROMA Connect are waiting. Ask for less at once, or again later.',
      ),
    );
  }

  leave(callerKey: string): void {
    const caller = this.#callers.get(callerKey);
    if (caller === undefined) return;
    this.#active--;
    caller.active--;
    this.#forget(callerKey, caller);
    for (const [key, next] of this.#callers) {
      const handOver = next.waiting.values().next().value;
      if (handOver === undefined || !this.#hasPlaceFor(next)) continue;
      // The place is taken before the one in line runs: a newcomer can't come in between.
      this.#active++;
      next.active++;
      this.#callers.delete(key);
      this.#callers.set(key, next);
      handOver();
      return;
    }
  }

  #hasPlaceFor({ active }: CallerState): boolean {
    return this.#active < this.#limits.places && active < this.#limits.placesPerCaller;
  }

  #turnOf(callerKey: string, caller: CallerState, signal: EndSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(endOfOperation(signal));
        return;
      }
      const enter = () => {
        caller.waiting.delete(enter);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        caller.waiting.delete(enter);
        this.#forget(callerKey, caller);
        reject(endOfOperation(signal));
      };
      caller.waiting.add(enter);
      signal.addEventListener('abort', leave);
    });
  }

  #forget(callerKey: string, { active, waiting }: CallerState): void {
    if (active === 0 && waiting.size === 0) this.#callers.delete(callerKey);
  }
}
