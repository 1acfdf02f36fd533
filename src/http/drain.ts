import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Drain {
  /** From the moment that `run` is called. */
  readonly draining: boolean;
  /** Whether answers are to end their connection. */
  readonly partsWithClients: boolean;
  /** Resolves when the listener is closed and no request is left; what still runs then has been given up. */
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
 * - `leaving`: everything is served, but each answer ends its connection, so that clients go to other replicas.
 * - `settling`: answers keep connections again. Node accepts one connection a turn, and the kernel resets those that it has not
 *   accepted when the listener closes; clients that come back faster than that would never let the queue get empty.
 * - `closed`: the listener is. What is connected is served once more.
 */
type Stage = 'serving' | 'leaving' | 'settling' | 'closed';

/** The time for answers to leave after operations were hurried. */
const LAST_ANSWERS_MS = 1_000;
/** Nothing came for so long: nobody is waiting to be accepted, and no client is about to send its next request. */
const QUIET_MS = 30;
const MAX_SETTLING_MS = 500;

/** Lets a server go out of service without losing a request. */
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
      // Not Node's own `close` of an HTTP server: it also cuts idle connections, on which a request may just be on its way.
      NetServer.prototype.close.call(server);
      await Promise.race([traffic.ended(), end]);
      clearTimeout(hurryTimer);
    },
  };
}

interface Traffic {
  /** Resolves when all requests that are in flight now are answered or abandoned. */
  answered(): Promise<void>;
  /** Resolves when no more connections come, or when they don't stop coming. */
  settled(): Promise<void>;
  /** Resolves when no request is in flight and none comes any more. */
  ended(): Promise<void>;
}

function watchTraffic(server: Server): Traffic {
  /** Of requests that came before and after the draining began, those that are in flight. */
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
