import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The latest request on a connection. */
interface Use {
  /** Whether the connection had served an earlier request. */
  reused: boolean;
  /** How long the connection was idle before this request. */
  idleMs: number;
  sentAtMs: number;
}

const uses = new WeakMap<Socket, Use>();

/** The request of each error. Undici rejects a request with the error of its connection. */
const ends = new WeakMap<Error, Use>();

/** Reset, closed by the other side, or written to after that: undici's code is for an orderly end where more was due. */
const END_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

// undici documents this channel ("Diagnostics Channel Support"). It is the only way to know the connection of a request.
subscribe('undici:client:sendHeaders', (message) => {
  const { socket } = message as { readonly socket: Socket };
  const nowMs = performance.now();
  const before = uses.get(socket);
  if (before === undefined) {
    const use: Use = { reused: false, idleMs: 0, sentAtMs: nowMs };
    uses.set(socket, use);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (END_CODES.has(error.code ?? '')) ends.set(error, use);
    });
    return;
  }
  before.reused = socket.bytesRead > 0;
  before.idleMs = nowMs - before.sentAtMs;
  before.sentAtMs = nowMs;
});

/**
 * How long the connection of a failed request had been idle, in milliseconds, if it had served others before. Undefined when it was new,
 * or when the failure is not one of a connection.
 */
export function idleBeforeEnd(error: unknown): number | undefined {
  const use = error instanceof Error ? ends.get(error) : undefined;
  return use?.reused === true ? use.idleMs : undefined;
}
