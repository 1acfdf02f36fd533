/** After a refusal that doesn't say when to come again: API Connect's limits are per second, minute, hour or day (request throttling). */
const PAUSE_MS = 1_000;

/** A pace below this is none. */
const MIN_GAP_MS = 10;
const MAX_GAP_MS = 8_000;

/**
 * Slightly slower than what was answered before; each answer speeds up a little, a refusal slows down at once. Tried on limiters by token
 * bucket, fixed and sliding window: with these, walks that need 70 % of what is allowed succeed.
 */
const MARGIN = 1.15;
const SPEED_UP = 0.998;
const SLOW_DOWN = 1.3;

/** What is tried where too few answers came around the refusal to tell: nobody should crawl because of one that came by chance. */
const MIN_RATE = 5;

/** Longer than an operation takes. The limit may have been raised, or others may use less of it. */
const FORGET_MS = 15_000;

/** Answers are counted within this time, and no more than these: a faster pace is none. */
const WINDOW_MS = 1_000;
const MAX_COUNTED = WINDOW_MS / MIN_GAP_MS;

/** Answers older than this say nothing of how things are now. */
const PROGRESS_MS = 10_000;

/**
 * How fast an instance that throttles may be asked. After a refusal it gets a pause; then calls go out at the rate of what it answered in
 * the second around the refusal. All times are in milliseconds on one clock that never goes back.
 */
export class Pace {
  /** When calls were answered, the latest last. */
  readonly #answeredAtMs: number[] = [];
  /** Between two calls; 0 while nothing is throttled, undefined until the pause after the first refusal has passed. */
  #gapMs: number | undefined = 0;
  #firstRefusedAtMs = 0;
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #nextAtMs = 0;

  /** When the next call may go out: now, or when the pause or the gap after the last one ends. */
  nextAtMs(nowMs: number): number {
    if (this.#gapMs !== 0 && nowMs > Math.max(this.#refusedAtMs + FORGET_MS, this.#nextAtMs)) this.#gapMs = 0;
    return this.#gapMs === 0 ? nowMs : Math.max(nowMs, this.#nextAtMs);
  }

  /** When the call goes out that so many others go before; at the earliest. */
  turnAtMs(before: number, nowMs: number): number {
    return this.nextAtMs(nowMs) + before * (this.#gapMs ?? 0);
  }

  /** A call goes out. */
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

  /** A call that went out at `sentAtMs` was refused. */
  refused(sentAtMs: number, nowMs: number, retryAfterMs = PAUSE_MS): void {
    // Calls side by side are refused together, which is one piece of news.
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
