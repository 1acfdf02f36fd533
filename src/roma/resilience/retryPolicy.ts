import type { SubgraphError } from '../../errors/SubgraphError.ts';

/** Attempts of one call, the first included. */
export const MAX_ATTEMPTS = 3;

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/** The 4xx statuses after which a retry can succeed (ROMA Connect API reference, "Status Codes": 408 may be repeated). */
const REPEATABLE_4XX: ReadonlySet<number> = new Set([408, 429]);

/** Whether the call may succeed a little later. */
export function isRepeatable({ extensions }: SubgraphError): boolean {
  const status = extensions.upstream?.status;
  if (status !== undefined && status >= 400 && status < 500 && !REPEATABLE_4XX.has(status)) return false;
  return extensions.retryable;
}

/**
 * How long to wait before the next attempt: exponential back-off with full jitter (`random` is 0 to 1), which spreads the retries of calls
 * that failed together. With `Retry-After`, that long plus the jitter.
 */
export function toDelayMs(attemptsMade: number, retryAfterMs: number | undefined, random: number): number {
  const jitter = random * Math.min(FIRST_DELAY_MS * 2 ** (attemptsMade - 1), MAX_DELAY_MS);
  // One millisecond more, because timers may fire early.
  return retryAfterMs === undefined ? jitter : retryAfterMs + 1 + jitter;
}
