import { LRUCache } from 'lru-cache';
import type { Caller } from '../certificates/operation.ts';
import { Room } from './room.ts';

/** Something that was read, for as long as it may be shown again. Times are in milliseconds since the epoch. */
export interface Held {
  /** The key says of which type. */
  readonly value: object;
  readonly bytes: number;
  readonly readAtMs: number;
  /** Until then it is shown without a call. */
  readonly expiresAtMs: number;
  /** From then on it is worth reading again, so that nobody has to wait for that. */
  readonly dueAtMs: number;
  /** Whether it is being read again, or was in vain. */
  isClaimed: boolean;
}

export interface NewReading extends Pick<Held, 'value' | 'bytes' | 'readAtMs'> {
  /** How long it may be shown, from its reading on, in milliseconds. */
  readonly reuseMs: number;
  /** How long the reading took, in milliseconds. Default: too short to matter. */
  readonly tookMs?: number;
}

export interface HeldReadingsOptions {
  /** For what is held, and for the lists that are being read. */
  readonly maxBytes: number;
  /** How much longer than its reuse time something may be shown while ROMA Connect fails, in milliseconds. */
  readonly staleIfErrorMs: number;
}

const MAX_REFUSALS = 10_000;

/** What was read, bounded in bytes together with what is being read. Each key begins with its caller's. */
export class HeldReadings {
  readonly #held: LRUCache<string, Held>;
  readonly #maxBytes: number;
  readonly #staleIfErrorMs: number;
  /** For lists that are being read: what is held makes place for them. */
  readonly room: Room;
  /** When a caller's token was refused last: no stale answer is older. `#endedAtMs`: nothing that is held may be older. */
  readonly #refusedAtMs = new LRUCache<string, number>({ max: MAX_REFUSALS });
  readonly #endedAtMs = new LRUCache<string, number>({ max: MAX_REFUSALS });

  constructor({ maxBytes, staleIfErrorMs }: HeldReadingsOptions) {
    this.#maxBytes = maxBytes;
    this.#staleIfErrorMs = staleIfErrorMs;
    this.room = new Room(maxBytes, () => this.#makePlace());
    this.#held = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ bytes }, key) => key.length + bytes });
  }

  /** What may be shown without a call, and was not read before `notBeforeMs`. */
  get(key: string, caller: Caller, notBeforeMs: number): Held | undefined {
    if (this.#held.size === 0) return undefined;
    const held = this.#held.get(key);
    if (held === undefined || held.expiresAtMs <= Date.now()) return undefined;
    return held.readAtMs >= Math.max(notBeforeMs, this.usableSinceMs(caller.key)) ? held : undefined;
  }

  /** What was read last, however long ago. */
  peek(key: string): Held | undefined {
    return this.#held.peek(key);
  }

  /** What may be shown as long as ROMA Connect fails. */
  getStale(key: string, notBeforeMs: number): Held | undefined {
    const held = this.#held.get(key);
    if (held === undefined || held.readAtMs < notBeforeMs) return undefined;
    return held.expiresAtMs + this.#staleIfErrorMs > Date.now() ? held : undefined;
  }

  /** What was asked for earlier may come later: it does not replace what is newer. */
  put(key: string, { value, bytes, readAtMs, reuseMs, tookMs = 0 }: NewReading): void {
    const expiresAtMs = readAtMs + reuseMs;
    if (expiresAtMs <= Date.now() || (this.#held.peek(key)?.readAtMs ?? 0) > readAtMs) return;
    const dueAtMs = expiresAtMs - Math.min(Math.max(reuseMs / 4, 3 * tookMs), reuseMs / 2);
    this.#held.set(key, { value, bytes, readAtMs, expiresAtMs, dueAtMs, isClaimed: false });
    this.#makePlace();
  }

  #makePlace(): void {
    while (this.#held.calculatedSize + this.room.taken > this.#maxBytes && this.#held.size > 0) this.#held.pop();
  }

  /** The caller's token was refused: what it was shown before is not shown instead of a call that fails. */
  noteRefusal(caller: Caller): void {
    this.#refusedAtMs.set(caller.key, Date.now());
  }

  /** 0: it was not, as far as is known. */
  refusedAtMs(callerKey: string): number {
    return this.#refusedAtMs.get(callerKey) ?? 0;
  }

  /** The caller's token was refused, and nobody was told: what it was shown before is not shown again. */
  end(caller: Caller): void {
    this.#endedAtMs.set(caller.key, Date.now());
  }

  /** Nothing that the caller was shown before may be shown again. */
  usableSinceMs(callerKey: string): number {
    return this.#endedAtMs.size === 0 ? 0 : (this.#endedAtMs.get(callerKey) ?? -1) + 1;
  }
}
