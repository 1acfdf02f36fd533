import type { Operation } from '../../certificates/operation.ts';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Call, Placed } from '../Endpoint.ts';
import type { Circuits, Outcome } from './circuits.ts';

export interface CircuitBreakerDeps<Query extends Placed, Answer> {
  /** Asks in order to find out whether what failed is back; should ask only once. */
  readonly probe: Call<Query, Answer>;
  readonly circuits: Circuits;
  /** A call that its operation's deadline cut off after this long was not answered in time. */
  readonly overdueMs: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Leaves what keeps failing, an instance for one, alone for a while.
 *
 * It goes around the repeats: a call counts as failed when they did not help either, and a short disturbance that they overcome never
 * opens a circuit.
 */
export function circuitBroken<Query extends Placed, Answer>(
  call: Call<Query, Answer>,
  deps: CircuitBreakerDeps<Query, Answer>,
): Call<Query, Answer> {
  const { probe, circuits, overdueMs, now = Date.now } = deps;

  return async (query, operation) => {
    const { place, instanceId } = query;
    const entry = circuits.enter(place, operation.caller.key);
    if (entry.kind === 'open') {
      throw new SubgraphError(
        'UPSTREAM_UNAVAILABLE',
        `${place === instanceId ? 'This instance' : 'What is asked for'} has been failing and is left alone for a moment (circuit open).`,
        {
          retryAfterMs: entry.retryAfterMs,
          ...(instanceId !== null && { upstream: { instanceId } }),
        },
      );
    }
    const beganMs = now();
    try {
      const answer = await (entry.kind === 'probe' ? probe : call)(query, operation);
      entry.leave('answered');
      return answer;
    } catch (error) {
      entry.leave(operation.signal.aborted ? toOutcomeOfEnd(error, operation, beganMs) : toOutcome(error));
      throw error;
    }
  };

  /** Callers who leave early must not be able to open a circuit; an instance that hangs beyond every deadline must. */
  function toOutcomeOfEnd(error: unknown, { deadlineMs }: Operation, beganMs: number): Outcome {
    const dueMs = now();
    return dueMs >= deadlineMs - TIMER_SLACK_MS && dueMs - beganMs >= overdueMs ? toOutcome(error) : 'unknown';
  }
}

/**
 * Lets each attempt that gets no answer in time count, even if its caller has no time left for another one: an instance that hangs would
 * open no circuit before its callers lose patience.
 */
export function countingTimeouts<Query extends Placed, Answer>(
  call: Call<Query, Answer>,
  circuits: Circuits,
): Call<Query, Answer> {
  return async (query, operation) => {
    try {
      return await call(query, operation);
    } catch (error) {
      const isTimeout = error instanceof SubgraphError && error.code === 'UPSTREAM_TIMEOUT' && toOutcome(error) === 'failed';
      if (isTimeout && !operation.signal.aborted) circuits.timedOut(query.place, operation.caller.key);
      throw error;
    }
  };
}

/** A timer may fire a little early by the clock. */
const TIMER_SLACK_MS = 5;

function toOutcome(error: unknown): Outcome {
  if (!(error instanceof SubgraphError)) return 'unknown';
  // IAM's failures have none, nor has what ended while still in a queue here.
  if (error.place === undefined) return 'unknown';
  const { code, retryable, upstream: { status = 0 } = {} } = error.extensions;
  if (status >= 400 && status < 500) return 'answered';
  // Failures that say nothing of the caller: nobody answered, not in time, or with a 5xx.
  // A wrong setting is told as such each time: no pause mends it.
  if (code === 'UPSTREAM_UNAVAILABLE' && !retryable) return 'unknown';
  if (code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT') return 'failed';
  return code === 'UPSTREAM_ERROR' && status >= 500 ? 'failed' : 'answered';
}
