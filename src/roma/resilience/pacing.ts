import { LRUCache } from 'lru-cache';
import type { Operation } from '../../certificates/operation.ts';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import { abortable } from '../../net/abortable.ts';
import type { Call, Placed } from '../Endpoint.ts';
import { Pace } from './pace.ts';

/** Bounded, because callers can make up IDs. A pace that was dropped is measured again after the next refusal. */
const MAX_PACES = 10_000;

export interface Pacing {
  /** Lets a call wait for its turn when the place throttles its caller. Rejects at once when the turn would come too late. */
  paced<Query extends Placed, Answer>(call: Call<Query, Answer>): Call<Query, Answer>;
  /** Whether some of this caller's calls are answered between the refusals: then retries can succeed. */
  isProgressing(callerKey: string, place: string): boolean;
}

/**
 * One pace per caller and place: API Connect throttles by API, user, app and source address (user guide, "Configuring Request
 * Throttling"), so callers have separate quotas.
 */
export function createPacing(now: () => number = () => performance.now()): Pacing {
  const queues = new LRUCache<string, PacedQueue>({ max: MAX_PACES });
  const keyOf = (callerKey: string, place: string): string => `${callerKey} ${place}`;

  return {
    paced: (call) => async (query, operation) => {
      const key = keyOf(operation.caller.key, query.place);
      let queue = queues.get(key);
      if (queue === undefined) {
        queue = new PacedQueue(now);
        queues.set(key, queue);
      }
      const turn = queue.enter(operation);
      if (turn !== undefined) await turn;
      const sentAtMs = now();
      try {
        const answer = await call(query, operation);
        queue.pace.answered(now());
        return answer;
      } catch (error) {
        if (error instanceof SubgraphError && error.code === 'UPSTREAM_RATE_LIMITED') {
          queue.refused(sentAtMs, error.extensions.retryAfterMs);
        }
        throw error;
      }
    },

    isProgressing: (callerKey, place) => queues.get(keyOf(callerKey, place))?.pace.isProgressing(now()) ?? false,
  };
}

interface Waiter {
  readonly dueInMs: () => number;
  go(): void;
  giveUp(retryAfterMs: number): void;
}

/** A queue: first come, first served, as fast as the pace allows. */
class PacedQueue {
  readonly pace = new Pace();
  readonly #now: () => number;
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Waits for the turn of a call. Undefined: the call may be sent now. */
  enter(operation: Operation): Promise<void> | undefined {
    const now = this.#now();
    if (this.#waiting.size === 0 && this.pace.nextAtMs(now) <= now) {
      this.pace.take(now);
      return undefined;
    }
    const { signal, deadlineMs } = operation;
    return abortable<void>(signal, (resolve, reject) => {
      const waiter: Waiter = {
        dueInMs: () => deadlineMs - Date.now(),
        go: resolve,
        giveUp: (retryAfterMs) => reject(throttled(retryAfterMs)),
      };
      this.#waiting.add(waiter);
      this.#dismissLate();
      this.#arm();
      return () => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#disarm();
      };
    });
  }

  refused(sentAtMs: number, retryAfterMs: number | undefined): void {
    this.pace.refused(sentAtMs, this.#now(), retryAfterMs);
    this.#dismissLate();
  }

  /** Rejects the calls whose turn would come after their deadline. */
  #dismissLate(): void {
    const now = this.#now();
    let before = 0;
    for (const waiter of this.#waiting) {
      const inMs = this.pace.turnAtMs(before, now) - now;
      if (inMs < waiter.dueInMs()) {
        before++;
      } else {
        this.#waiting.delete(waiter);
        waiter.giveUp(Math.ceil(inMs));
      }
    }
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    const now = this.#now();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#serve();
      this.#arm();
    }, this.pace.nextAtMs(now) - now);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      const now = this.#now();
      if (this.pace.nextAtMs(now) > now) return;
      this.pace.take(now);
      this.#waiting.delete(waiter);
      waiter.go();
    }
  }
}

/** The error of a call that was not made: it has no `upstream`. */
function throttled(retryAfterMs: number): SubgraphError {
  return new SubgraphError('UPSTREAM_RATE_LIMITED', 'ROMA Connect throttles, and there is no time left to ask more slowly.', {
    retryAfterMs,
  });
}
