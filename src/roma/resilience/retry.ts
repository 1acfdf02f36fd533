import { RefusedTokenError } from '../../auth/RefusedTokenError.ts';
import type { Operation } from '../../certificates/operation.ts';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { EndSignal } from '../../net/endSignal.ts';
import type { Call, Placed } from '../Endpoint.ts';
import type { RestMeter } from '../meter.ts';
import type { Pacing } from './pacing.ts';
import type { RetryBudget } from './retryBudget.ts';
import { isRepeatable, MAX_ATTEMPTS, toDelayMs } from './retryPolicy.ts';
import { sleep as sleepFor } from './sleep.ts';

export interface RetryDeps {
  readonly budget: RetryBudget;
  readonly pacing: Pick<Pacing, 'isProgressing'>;
  readonly meter: RestMeter;
  /** Retries after a failure of the upstream. Even with 0, a call may be retried once with a new token. */
  readonly maxRepeats?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** 0 to 1. */
  readonly random?: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: EndSignal) => Promise<void>;
}

/**
 * Retries a call that may succeed a little later. Calls only read, so each retry is safe. When all attempts fail, the error is that of the
 * last one.
 */
export function retrying<Query extends Placed, Answer>(call: Call<Query, Answer>, deps: RetryDeps): Call<Query, Answer> {
  const { budget, pacing, meter, maxRepeats = MAX_ATTEMPTS - 1, now = Date.now, random = Math.random, sleep = sleepFor } = deps;

  return async (query, operation) => {
    let repeats = 0;
    let replayed = false;
    for (let attempts = 1; ; attempts++) {
      try {
        const answer = await call(query, operation);
        if (attempts === 1) budget.deposit(query.place);
        return answer;
      } catch (error) {
        if (attempts === 1 && wasAsked(error)) budget.deposit(query.place);
        if (!mayRepeat(error, attempts, operation)) throw error;
        if (error instanceof RefusedTokenError) {
          if (replayed) throw error;
          replayed = true;
        } else {
          if (repeats === maxRepeats || !isRepeatable(error)) throw error;
          repeats++;
          const delayMs = toDelayMs(repeats, error.extensions.retryAfterMs, random());
          // The retry would come after the deadline: report the failure now.
          if (now() + delayMs >= operation.deadlineMs) throw error;
          if (!isThrottledOnly(error, operation.caller.key) && !budget.withdraw(query.place)) throw error;
          await sleep(delayMs, operation.signal);
        }
        meter.retry();
      }
    }
  };

  /** The budget is for failures. A throttled call whose neighbours are answered is retried at the pace of the instance instead. */
  function isThrottledOnly({ code, place }: SubgraphError, callerKey: string): boolean {
    return code === 'UPSTREAM_RATE_LIMITED' && place !== undefined && pacing.isProgressing(callerKey, place);
  }
}

/** Only calls that reach ROMA Connect add to the budget. Calls that were refused here do not. */
function wasAsked(error: unknown): boolean {
  return error instanceof SubgraphError && error.place !== undefined;
}

function mayRepeat(error: unknown, attempts: number, { signal, budget, isBackground }: Operation): error is SubgraphError {
  if (isBackground === true && !(error instanceof RefusedTokenError)) return false;
  // The call budget of the operation is used up: report the failure, which says more.
  return error instanceof SubgraphError && attempts < MAX_ATTEMPTS && !signal.aborted && budget.remaining > 0;
}
