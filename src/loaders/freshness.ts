/** The age of an operation's answer. */
export interface Freshness {
  /** Something that was read at this time, in milliseconds since the epoch, goes into the answer. */
  note(readAtMs: number): void;
  /** When the oldest part of the answer was read; null while nothing was. */
  readonly oldestMs: number | null;
}

export function createFreshness(): Freshness {
  let oldestMs: number | null = null;
  return {
    note(readAtMs) {
      oldestMs = Math.min(oldestMs ?? readAtMs, readAtMs);
    },
    get oldestMs() {
      return oldestMs;
    },
  };
}
