import type { ServerResponse } from 'node:http';

/** A bound on the memory that all requests, or all answers, hold together until they end. */
export interface HeldBytes {
  /** Adds bytes that the request of this response holds until it ends. False: there is no room, and nothing was added. */
  add(response: ServerResponse, bytes: number): boolean;
  has(response: ServerResponse): boolean;
}

export interface HeldBytesOptions {
  readonly maxBytes: number;
  /** Whether a request that has been held for `heldMs` may be dropped to make room for another. The oldest goes first. */
  mayEnd(response: ServerResponse, heldMs: number): boolean;
  /** A request whose connection is idle for this long is dropped. Default: none is. */
  readonly idleMs?: number;
}

/** Too small to be counted: the socket, headers and promises of a request take as much. */
export function isLittle(bytes: number): boolean {
  return bytes <= 16 * 1024;
}

export function createHeldBytes({ maxBytes, mayEnd, idleMs }: HeldBytesOptions): HeldBytes {
  const held = new Map<ServerResponse, { bytes: number; readonly sinceMs: number }>();
  let total = 0;

  function release(response: ServerResponse): void {
    total -= held.get(response)?.bytes ?? 0;
    held.delete(response);
  }

  function makeRoom(bytes: number, asker: ServerResponse): boolean {
    for (const [response, { sinceMs }] of held) {
      if (total + bytes <= maxBytes) break;
      if (response === asker || !mayEnd(response, performance.now() - sinceMs)) continue;
      release(response);
      response.destroy();
    }
    return total + bytes <= maxBytes;
  }

  return {
    add(response, bytes) {
      if (response.closed) return true;
      if (!makeRoom(bytes, response)) return false;
      const entry = held.get(response) ?? { bytes: 0, sinceMs: performance.now() };
      if (!held.has(response)) {
        response.once('close', () => release(response));
        if (idleMs !== undefined) response.setTimeout(idleMs, () => response.destroy());
      }
      held.set(response, entry);
      entry.bytes += bytes;
      total += bytes;
      return true;
    },
    has: (response) => held.has(response),
  };
}
