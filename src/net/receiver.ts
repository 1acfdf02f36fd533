import type { Dispatcher } from 'undici';

/** Status and headers of an answer. */
export interface Head {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A whole answer, as received. */
export interface Received extends Head {
  readonly body: Uint8Array;
}

/** Collects one answer of undici. The stream that undici's `request` makes for a body would take longer than all the rest. */
export class Receiver implements Dispatcher.DispatchHandler {
  /** Rejects with undici's error, or with the reason of the abort. */
  readonly whole: Promise<Received>;
  /** Undefined until it was received. */
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

  /** Aborts the exchange and closes its connection. Before the exchange has begun: as soon as it begins. */
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
    // Informational responses (1xx) are not the answer.
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
