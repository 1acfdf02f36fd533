import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Refusal, SharedRefusals } from './refusals.ts';

const FIRST_OUTAGE_PAUSE_MS = 250;
const MAX_OUTAGE_PAUSE_MS = 10_000;

/** A longer `Retry-After` of IAM is cut to this: one of years would stop the service. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * IAM locks a user after 3 to 10 failed logins within 15 to 60 minutes ("Modifying the Login Authentication Policy",
 * `login_failed_times`, `period_with_login_failures`). The next one waits 5 minutes, then 15, 45, and then an hour.
 */
const FIRST_REFUSAL_PAUSE_MS = 300_000;
const MAX_REFUSAL_PAUSE_MS = 3_600_000;
const REFUSAL_FACTOR = 3;

/** Keeps the service from asking a failing IAM again too soon. During the pause, operations get the last failure. */
export interface Pause {
  /** The last failure, while the pause lasts. */
  failure(): SubgraphError | undefined;
  /** As {@link failure}, including refusals of other replicas, and of this one before a restart. */
  recall(): Promise<SubgraphError | undefined>;
  /** Begins a pause, longer each time. Returns the failure with the time to wait. */
  begin(failure: SubgraphError): SubgraphError;
  /** IAM works again: ends the pause. */
  end(): void;
}

export function createPause(now: () => number, shared?: SharedRefusals): Pause {
  let outages = 0;
  let refusals = 0;
  let untilMs = 0;
  let known: SubgraphError | undefined;

  const failure = (): SubgraphError | undefined =>
    known === undefined || now() >= untilMs ? undefined : withWait(known, untilMs - now());

  function adopt(refusal: Refusal): void {
    refusals = refusal.refusals;
    // The clock of another replica may be wrong: its pause is bounded, too.
    untilMs = Math.min(refusal.untilMs, now() + MAX_REFUSAL_PAUSE_MS);
    known = refusal.failure;
  }

  return {
    failure,
    async recall() {
      const refusal = await shared?.recall();
      if (refusal !== undefined && refusal.refusals > refusals) adopt(refusal);
      return failure();
    },
    begin(failure) {
      const { retryable, retryAfterMs = 0 } = failure.extensions;
      let pauseMs: number;
      if (retryable) {
        pauseMs = Math.min(FIRST_OUTAGE_PAUSE_MS * 2 ** outages++, MAX_OUTAGE_PAUSE_MS);
        pauseMs = Math.max(pauseMs, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
      } else {
        pauseMs = Math.min(FIRST_REFUSAL_PAUSE_MS * REFUSAL_FACTOR ** refusals++, MAX_REFUSAL_PAUSE_MS);
      }
      untilMs = now() + pauseMs;
      known = failure;
      if (!retryable) shared?.keep({ refusals, untilMs, failure });
      return withWait(failure, pauseMs);
    },
    end() {
      if (refusals > 0) shared?.forget();
      outages = 0;
      refusals = 0;
      known = undefined;
    },
  };
}

/** `cause`: the original failure. It is logged once, for all operations that get this error. */
function withWait(failure: SubgraphError, retryAfterMs: number): SubgraphError {
  const { code, message, extensions } = failure;
  return new SubgraphError(code, message, {
    ...extensions,
    cause: failure,
    ...(extensions.retryable ? { retryAfterMs: Math.ceil(retryAfterMs) } : {}),
  });
}
