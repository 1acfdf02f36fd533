/** Says when work is to end, and why: what of `AbortSignal` is used here, which is one, too. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** Called once, when the work is to end. */
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * An `AbortController` and its signal in one. Node's take ten microseconds and a finaliser each, which for an operation that makes one
 * call, and so needs three of them, was a fifth of its time.
 */
export class LightAbortController implements EndSignal {
  #aborted = false;
  #reason: unknown;
  #listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index !== -1) this.#listeners.splice(index, 1);
  }

  /** The first reason counts. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    // One may take others away.
    for (const listener of [...this.#listeners]) if (this.#listeners.includes(listener)) listener();
    this.#listeners = [];
  }
}
