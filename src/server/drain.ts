import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Drain {
  /** From the moment that `run` is called. */
  readonly draining: boolean;
  /** Resolves when no request is left and the listener is closed; what still runs then has been given up. */
  run(options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  /** How long the listener stays open at least, so that load balancers see it unready before connections are refused. */
  readonly graceMs: number;
  /** When operations that still run are told to answer with what they have. */
  readonly hurryAfterMs: number;
  hurry(): void;
}

/** The time for answers to leave after operations were hurried. */
const LAST_ANSWERS_MS = 1_000;

/** Lets a server go out of service without losing a request: it serves on, on open and new connections, until it is idle. */
export function createDrain(server: Server): Drain {
  let draining = false;
  let inFlight = 0;
  let onIdle = (): void => {};
  server.on('request', (_request, response) => {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) onIdle();
    });
  });
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      onIdle = resolve;
      if (inFlight === 0) resolve();
    });

  return {
    get draining() {
      return draining;
    },
    async run({ graceMs, hurryAfterMs, hurry }) {
      draining = true;
      const hurryTimer = setTimeout(hurry, hurryAfterMs);
      const end = sleep(hurryAfterMs + LAST_ANSWERS_MS, undefined, { ref: false });
      await sleep(graceMs);
      await Promise.race([idle(), end]);
      // In one turn of the loop: no request can come between. One that has begun to arrive is waited for.
      server.close();
      server.closeIdleConnections();
      await Promise.race([idle(), end]);
      clearTimeout(hurryTimer);
    },
  };
}
