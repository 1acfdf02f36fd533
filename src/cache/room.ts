import { SubgraphError } from '../errors/SubgraphError.ts';
import { abortable } from '../net/abortable.ts';
import type { EndSignal } from '../net/endSignal.ts';

/** Gives back what was taken. */
export type Release = () => void;

interface Waiter {
  readonly bytes: number;
  go(): void;
}

/**
 * Memory for lists that are being read, in bytes. First come, first served; who finds no room waits for it until its operation ends. What
 * is taken is told at once, so that what is held for reuse can make place.
 */
export class Room {
  readonly #bytes: number;
  readonly #onTaken: () => void;
  readonly #waiting = new Set<Waiter>();
  #taken = 0;

  constructor(bytes: number, onTaken: () => void) {
    this.#bytes = bytes;
    this.#onTaken = onTaken;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Rejects with REQUEST_LIMIT_EXCEEDED what would not fit if nothing else were there, and with the end of the operation. */
  async take(bytes: number, signal: EndSignal): Promise<Release> {
    if (bytes > this.#bytes) throw tooLong(bytes, this.#bytes);
    if (this.#waiting.size > 0 || this.#taken + bytes > this.#bytes) await this.#wait(bytes, signal);
    else this.#add(bytes);
    return () => {
      this.#taken -= bytes;
      this.#serve();
    };
  }

  #add(bytes: number): void {
    this.#taken += bytes;
    this.#onTaken();
  }

  #wait(bytes: number, signal: EndSignal): Promise<void> {
    return abortable<void>(signal, (go) => {
      const waiter: Waiter = { bytes, go };
      this.#waiting.add(waiter);
      return () => {
        this.#waiting.delete(waiter);
        this.#serve();
      };
    });
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      if (this.#taken + waiter.bytes > this.#bytes) return;
      this.#waiting.delete(waiter);
      this.#add(waiter.bytes);
      waiter.go();
    }
  }
}

function tooLong(bytes: number, allowed: number): SubgraphError {
  const toMib = (size: number): number => Math.ceil(size / 1024 / 1024);
  return new SubgraphError(
    'REQUEST_LIMIT_EXCEEDED',
    `This list would take about ${toMib(bytes)} MiB here, and lists may take ${toMib(allowed)}. Page through it without "orderBy" and the ` +
      'filters that ROMA Connect cannot apply, or narrow "filter".',
  );
}
