/** Counts each caller's calls in windows of one second. Refused calls count too, as field notes on other services have it [A]. */
export class RateLimit {
  #windowStartMs = 0;
  readonly #calls = new Map<string, number>();

  clear(): void {
    this.#windowStartMs = 0;
    this.#calls.clear();
  }

  /** Whether this call is still within the limit. */
  admits(caller: string, perSecond: number, nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= 1000 || nowMs < this.#windowStartMs) {
      this.#windowStartMs = nowMs;
      this.#calls.clear();
    }
    const calls = (this.#calls.get(caller) ?? 0) + 1;
    this.#calls.set(caller, calls);
    return calls <= perSecond;
  }
}
