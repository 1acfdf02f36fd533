/** The pause after a refusal without `Retry-After`: API Connect's limits are per second, minute, hour or day (request throttling). */
const PAUSE_MS = 1_000;

/** A smaller gap between two calls needs no pace; a larger one than the maximum is not set. */
const MIN_GAP_MS = 10;
const MAX_GAP_MS = 8_000;

/**
 * The pace starts slightly slower than the rate that was answered. Each answer speeds it up a little, and a refusal slows it down at once.
 * Tested with token buckets, fixed windows and sliding windows: walks that need 70 % of the allowed rate succeed.
 */
const MARGIN = 1.15;
const SPEED_UP = 0.998;
const SLOW_DOWN = 1.3;

/** Calls per second, when there were too few answers around the refusal to measure a rate. */
const MIN_RATE = 5;

/** After this long without a refusal the pace ends, because the limit may have changed. Longer than an operation takes. */
const FORGET_MS = 15_000;

/** The window in which answers are counted, and the most that are: a faster rate needs no pace. */
const WINDOW_MS = 1_000;
const MAX_COUNTED = WINDOW_MS / MIN_GAP_MS;

/** Answers older than this do not count. */
const PROGRESS_MS = 10_000;

/**
 * How fast calls may be sent to an instance that throttles. After a refusal there is a pause. Then calls are sent at the rate that was
 * answered in the second around the refusal. All times are in milliseconds on a monotonic clock.
 */
export class Pace {
  /** The times of answers, the latest last. */
  readonly #answeredAtMs: number[] = [];
  /** The gap between two calls. 0 without throttling; undefined until the pause after the first refusal is over. */
  #gapMs: number | undefined = 0;
  #firstRefusedAtMs = 0;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #nextAtMs = 0;

  /** When the next call may be sent: now, or at the end of the pause, or of the gap after the last call. */
  nextAtMs(nowMs: number): number {
    if (this.#gapMs !== 0 && nowMs > Math.max(this.#refusedAtMs + FORGET_MS, this.#nextAtMs)) this.#gapMs = 0;
    return this.#gapMs === 0 ? nowMs : Math.max(nowMs, this.#nextAtMs);
  }

  /** The earliest time for a call with this many calls before it. */
  turnAtMs(before: number, nowMs: number): number {
    return this.nextAtMs(nowMs) + before * (this.#gapMs ?? 0);
  }

  /** A call is being sent. */
  take(nowMs: number): void {
    if (this.#gapMs === 0) return;
    if (this.#gapMs === undefined) {
      const answered = this.#answeredAtMs.filter((at) => at > this.#firstRefusedAtMs - WINDOW_MS).length;
      this.#gapMs = (MARGIN * WINDOW_MS) / Math.max(MIN_RATE, answered);
    }
    this.#nextAtMs = nowMs + this.#gapMs;
  }

  answered(nowMs: number): void {
    this.#answeredAtMs.push(nowMs);
    if (this.#answeredAtMs.length > MAX_COUNTED) this.#answeredAtMs.shift();
    if (this.#gapMs === undefined) return;
    this.#gapMs *= SPEED_UP;
    if (this.#gapMs < MIN_GAP_MS) this.#gapMs = 0;
  }

  /** A call that was sent at `sentAtMs` was refused. */
  refused(sentAtMs: number, nowMs: number, retryAfterMs = PAUSE_MS): void {
    // Concurrent calls are refused together: that counts as one refusal.
    if (sentAtMs >= this.#refusedAtMs) {
      this.#refusedAtMs = nowMs;
      if (this.#gapMs === 0) {
        this.#gapMs = undefined;
        this.#firstRefusedAtMs = nowMs;
        this.#nextAtMs = 0;
      } else if (this.#gapMs !== undefined) {
        this.#gapMs = Math.min(this.#gapMs * SLOW_DOWN, MAX_GAP_MS);
      }
    }
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs + retryAfterMs);
  }

  /** Whether calls are answered between the refusals. */
  isProgressing(nowMs: number): boolean {
    return (this.#answeredAtMs.at(-1) ?? Number.NEGATIVE_INFINITY) > nowMs - PROGRESS_MS;
  }
}
