import { SubgraphError } from '../errors/SubgraphError.ts';

const FIRST_OUTAGE_PAUSE_MS = 250;
const MAX_OUTAGE_PAUSE_MS = 10_000;

/**
 * A refused login is not tried often: IAM locks a user after 3 to 10 failed logins ("Modifying the Login Authentication Policy",
 * `login_failed_times`).
 */
const FIRST_REFUSAL_PAUSE_MS = 1_000;
const MAX_REFUSAL_PAUSE_MS = 300_000;

/** Keeps a failing IAM from being asked again too soon: until then, everybody gets the failure that is known. */
export interface Pause {
  /** The failure to tell, while the pause lasts. */
  failure(): SubgraphError | undefined;
  /** Begins a pause, longer each time. Returns the failure with the time to wait. */
  begin(failure: SubgraphError): SubgraphError;
  /** It works again. */
  end(): void;
}

export function createPause(now: () => number): Pause {
  let failures = 0;
  let untilMs = 0;
  let known: SubgraphError | undefined;

  return {
    failure: () => (known === undefined || now() >= untilMs ? undefined : withWait(known, untilMs - now())),
    begin(failure) {
      const { retryable, retryAfterMs = 0 } = failure.extensions;
      const first = retryable ? FIRST_OUTAGE_PAUSE_MS : FIRST_REFUSAL_PAUSE_MS;
      const most = retryable ? MAX_OUTAGE_PAUSE_MS : MAX_REFUSAL_PAUSE_MS;
      const pauseMs = Math.max(Math.min(first * 2 ** failures, most), retryAfterMs);
      failures++;
      untilMs = now() + pauseMs;
      known = failure;
      return withWait(failure, pauseMs);
    },
    end() {
      failures = 0;
      known = undefined;
    },
  };
}

function withWait({ code, message, extensions, cause }: SubgraphError, retryAfterMs: number): SubgraphError {
  return new SubgraphError(code, message, {
    ...extensions,
    cause,
    ...(extensions.retryable ? { retryAfterMs: Math.ceil(retryAfterMs) } : {}),
  });
}
