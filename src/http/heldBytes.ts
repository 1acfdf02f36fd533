import type { ServerResponse } from 'node:http';

/** What requests, or their answers, hold of memory until they end, bounded together. */
export interface HeldBytes {
  /** Adds to what the request of this response holds, until it ends. False: there is no room, and nothing was added. */
  add(response: ServerResponse, bytes: number): boolean;
  has(response: ServerResponse): boolean;
}

export interface HeldBytesOptions {
  readonly maxBytes: number;
  /** Whether a request that is held for so long, in milliseconds, may be ended to make room for another one. The oldest goes first. */
  mayEnd(response: ServerResponse, heldMs: number): boolean;
  /** A request on whose connection nothing moves for so long, in milliseconds, is ended. Default: it is waited for. */
  readonly idleMs?: number;
}

/** Not worth being counted: there are a socket, headers and promises for each request, too. */
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
