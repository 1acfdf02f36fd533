import { SubgraphError } from '../../errors/SubgraphError.ts';
import { abortable } from '../../net/abortable.ts';
import type { EndSignal } from '../../net/endSignal.ts';

export interface FairGateLimits {
  /** Concurrent calls in all. */
  readonly places: number;
  /** Concurrent calls of one caller. */
  readonly placesPerCaller: number;
  /** Waiting calls of one caller. */
  readonly queuePerCaller: number;
}

interface CallerState {
  active: number;
  /** Waiting calls, the oldest first. Calling an entry hands it a place. */
  readonly waiting: Set<() => void>;
}

/** Limits concurrent calls. Waiting callers take turns (round robin), so that the many calls of one delay others by one call per turn. */
export class FairGate {
  readonly #limits: FairGateLimits;
  #active = 0;
  /** In the order of their turns: a caller that got a place goes to the end. */
  readonly #callers = new Map<string, CallerState>();

  constructor(limits: FairGateLimits) {
    this.#limits = limits;
  }

  get isIdle(): boolean {
    return this.#callers.size === 0;
  }

  /** Takes a place: at once (undefined), or when it is this call's turn. Rejects when the signal aborts, or too many calls wait. */
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
      // Take the place before the waiting call continues, so that no new call takes it first.
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
    return abortable<void>(signal, (resolve) => {
      const enter = () => {
        caller.waiting.delete(enter);
        resolve();
      };
      caller.waiting.add(enter);
      return () => {
        caller.waiting.delete(enter);
        this.#forget(callerKey, caller);
      };
    });
  }

  #forget(callerKey: string, { active, waiting }: CallerState): void {
    if (active === 0 && waiting.size === 0) this.#callers.delete(callerKey);
  }
}
