import type { Dispatcher } from 'undici';

/** The beginning of an answer. */
export interface Head {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A whole answer, as it came. */
export interface Received extends Head {
  readonly body: Uint8Array;
}

/** Collects one answer of undici's. A stream of its body, as `request` makes it, would take longer than the rest of the answer. */
export class Receiver implements Dispatcher.DispatchHandler {
  /** Rejects with what undici rejects with, or the reason for giving up. */
  readonly whole: Promise<Received>;
  /** Undefined until it has come. */
  head: Head | undefined;
  readonly #chunks: Buffer[] = [];
  readonly #resolve: (received: Received) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<Received>();
    this.whole = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Ends the exchange and its connection; before it has begun, as soon as it does. */
  giveUp(reason: Error): void {
    this.#givenUp = reason;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Head['headers']): void {
    // What precedes the answer (1xx) is none.
    if (status >= 200) this.head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    if (this.head !== undefined) this.#resolve({ ...this.head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
