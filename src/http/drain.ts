import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Drain {
  /** From the moment that `run` is called. */
  readonly draining: boolean;
  /** Whether each answer closes its connection. */
  readonly partsWithClients: boolean;
  /** Resolves when the listener is closed and no request is in flight, or when `hurryAfterMs` and a second more are over. */
  run(options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  /** How long the listener stays open at least, so that load balancers see the service unready before connections are refused. */
  readonly graceMs: number;
  /** When operations that still run are told to answer with what they have. */
  readonly hurryAfterMs: number;
  hurry(): void;
}

/**
 * - `leaving`: requests are served, and each answer closes its connection, so that clients go to other replicas.
 * - `settling`: answers keep their connections again, so that clients stop connecting. When the listener closes, the kernel resets
 *   connections that Node has not accepted yet. Node accepts one per turn of the event loop.
 * - `closed`: the listener is closed. Connected clients get one more answer each.
 */
type Stage = 'serving' | 'leaving' | 'settling' | 'closed';

/** After operations were hurried, their answers have this long to be sent. */
const LAST_ANSWERS_MS = 1_000;
/** When nothing came for this long, no connection waits to be accepted, and no client is about to send its next request. */
const QUIET_MS = 30;
const MAX_SETTLING_MS = 500;

/** Takes a server out of service and answers the requests that clients have sent. */
export function createDrain(server: Server): Drain {
  let stage: Stage = 'serving';
  const traffic = watchTraffic(server);
  return {
    get draining() {
      return stage !== 'serving';
    },
    get partsWithClients() {
      return stage === 'leaving' || stage === 'closed';
    },
    async run({ graceMs, hurryAfterMs, hurry }) {
      const hurryTimer = setTimeout(hurry, hurryAfterMs);
      const end = sleep(hurryAfterMs + LAST_ANSWERS_MS, undefined, { ref: false });
      stage = 'leaving';
      await Promise.all([sleep(graceMs), Promise.race([traffic.answered(), end])]);
      stage = 'settling';
      await traffic.settled();
      stage = 'closed';
      // Not `close` of Node's HTTP server: that also cuts idle connections, on which a request may be on its way.
      NetServer.prototype.close.call(server);
      await Promise.race([traffic.ended(), end]);
      clearTimeout(hurryTimer);
    },
  };
}

interface Traffic {
  /** Resolves when each request that is in flight now is answered or abandoned. */
  answered(): Promise<void>;
  /** Resolves when no connection came for `QUIET_MS`, after `MAX_SETTLING_MS` at the latest. */
  settled(): Promise<void>;
  /** Resolves when no request is in flight and none came for `QUIET_MS`. */
  ended(): Promise<void>;
}

function watchTraffic(server: Server): Traffic {
  /** Requests in flight: those that came before the draining began, and those that came later. */
  const early = { inFlight: 0 };
  const late = { inFlight: 0 };
  let coming = early;
  let lastConnectionMs = 0;
  let lastRequestMs = 0;
  server.on('connection', () => {
    lastConnectionMs = performance.now();
  });
  server.on('request', (_request, response) => {
    lastRequestMs = performance.now();
    const group = coming;
    group.inFlight++;
    response.once('close', () => {
      group.inFlight--;
    });
  });
  const isQuietSince = (timeMs: number): boolean => performance.now() - timeMs > QUIET_MS;
  return {
    async answered() {
      coming = late;
      while (early.inFlight > 0) await sleep(5);
    },
    async settled() {
      const end = performance.now() + MAX_SETTLING_MS;
      while (!isQuietSince(lastConnectionMs) && performance.now() < end) await sleep(5);
    },
    async ended() {
      while (early.inFlight + late.inFlight > 0 || !isQuietSince(lastConnectionMs) || !isQuietSince(lastRequestMs))
        await sleep(5);
    },
  };
}
