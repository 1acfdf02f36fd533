/** The age of an operation's answer. */
export class Freshness {
  #oldestMs: number | null = null;

  /** When the oldest part of the answer was read; null while nothing was. */
  get oldestMs(): number | null {
    return this.#oldestMs;
  }

  /** Something that was read at this time, in milliseconds since the epoch, goes into the answer. */
  note(readAtMs: number): void {
    if (this.#oldestMs === null || readAtMs < this.#oldestMs) this.#oldestMs = readAtMs;
  }
}
