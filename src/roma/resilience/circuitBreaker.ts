import type { Operation } from '../../certificates/operation.ts';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Call, Placed } from '../Endpoint.ts';
import type { Circuits, Outcome } from './circuits.ts';

export interface CircuitBreakerDeps<Query extends Placed, Answer> {
  /** A probe of whether the instance is back. It should make one attempt only. */
  readonly probe: Call<Query, Answer>;
  readonly circuits: Circuits;
  /** A call that is aborted by the operation's deadline after this long counts as a failure. */
  readonly overdueMs: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * A circuit breaker: after calls to an instance have failed in a row, makes no call to it for a while.
 *
 * It wraps the retries: only a call whose retries failed, too, counts as failed.
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

  /** Clients that leave early must not open a circuit. An instance that hangs beyond the deadlines must. */
  function toOutcomeOfEnd(error: unknown, { deadlineMs }: Operation, beganMs: number): Outcome {
    const dueMs = now();
    return dueMs >= deadlineMs - TIMER_SLACK_MS && dueMs - beganMs >= overdueMs ? toOutcome(error) : 'unknown';
  }
}

/**
 * Counts each attempt that times out, also when its operation has no time for another. Otherwise an instance that hangs would not open a
 * circuit before clients leave.
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

/** A timer may fire a little early. */
const TIMER_SLACK_MS = 5;

function toOutcome(error: unknown): Outcome {
  if (!(error instanceof SubgraphError)) return 'unknown';
  // Failures of IAM have no instance, nor do calls that ended while they waited here.
  if (error.place === undefined) return 'unknown';
  const { code, retryable, upstream: { status = 0 } = {} } = error.extensions;
  if (status >= 400 && status < 500) return 'answered';
  // A wrong setting is reported for each call: a pause does not help.
  if (code === 'UPSTREAM_UNAVAILABLE' && !retryable) return 'unknown';
  return error.isOutage ? 'failed' : 'answered';
}
