import type { SharedStoreMeter } from './meter.ts';
import type { SharedStore } from './SharedStore.ts';
import { describeTrouble, type StoreTrouble } from './storeTrouble.ts';

/** A shared store that never fails an operation nor holds it up. */
export interface GuardedStore {
  /**
   * Undefined: it is not there, does not decode, or the store is in trouble. Never rejects. `waitMs`: how long it is waited for. Default:
   * 75 ms.
   */
  get<Value>(key: string, decode: Decode<Value>, waitMs?: number): Promise<Value | undefined>;
  /** Nobody waits for it, and it may be left out. */
  set(key: string, encode: () => Promise<Buffer>, ttlMs: number): void;
  /** False: somebody else has added the key, and its time is not over. True also when the store is in trouble. Never rejects. */
  add(key: string, ttlMs: number, waitMs?: number): Promise<boolean>;
  close(): void;
}

/** Undefined, or a rejection: that is no value of ours. */
export type Decode<Value> = (bytes: Buffer) => Promise<Value | undefined>;

export interface GuardedStoreDeps {
  readonly meter: SharedStoreMeter;
  readonly logger?: GuardedStoreLogger;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  /** How long a read is waited for. Default: 75 ms, many times what a store nearby takes, and less than ROMA Connect does. */
  readonly patienceMs?: number;
}

export interface GuardedStoreLogger {
  info(message: string): void;
  warn(fields: object, message: string): void;
}

/** For all that one call of an operation asks of the store. */
export const PATIENCE_MS = 75;

/** Reads that fail one after the other before the store is bypassed, and for how long. Then one read finds out whether it is back. */
const FAILURES_TO_BYPASS = 3;
const BYPASS_MS = 5_000;

/** Together no more than 16 MiB under way to a store that does not take them. */
const MAX_WRITES = 16;
const MAX_VALUE_BYTES = 1024 * 1024;

export function createGuardedStore(store: SharedStore, deps: GuardedStoreDeps): GuardedStore {
  const { meter, logger, now = () => performance.now(), patienceMs = PATIENCE_MS } = deps;
  let failures = 0;
  let probeAtMs = 0;
  let writes = 0;
  let reconnectAtMs = 0;
  let refusesWrites = false;
  let closed = false;
  let unusable = false;

  const reasonNow = store.trouble();
  if (reasonNow !== undefined) {
    logger?.warn(
      { reason: describeTrouble(reasonNow).reason },
      'There is no connection to the shared cache yet; it is tried again.',
    );
  }

  const isBypassed = (): boolean => failures >= FAILURES_TO_BYPASS;

  function mayRead(): boolean {
    if (closed || unusable || (isBypassed() && now() < probeAtMs)) return false;
    // All others go on bypassing it until this one has its answer.
    if (isBypassed()) probeAtMs = now() + BYPASS_MS;
    return true;
  }

  function readSucceeded(): void {
    if (isBypassed()) logger?.info('The shared cache answers again.');
    failures = 0;
  }

  /** A cluster has each key on one of its nodes, and says MOVED for the others. */
  function giveUp({ reason }: StoreTrouble): void {
    if (unusable) return;
    unusable = true;
    logger?.warn({ reason }, 'The shared cache can not be used.');
  }

  function readFailed(error: unknown, wasProbe: boolean): void {
    const trouble = describeTrouble(error);
    if (trouble.kind === 'cluster') {
      giveUp(trouble);
      return;
    }
    failures += 1;
    if (closed || (failures !== FAILURES_TO_BYPASS && !wasProbe)) return;
    probeAtMs = now() + BYPASS_MS;
    if (!wasProbe) {
      logger?.warn({ reason: trouble.reason }, 'The shared cache does not answer, and is bypassed for a while.');
    }
    store.reconnect();
  }

  function writeFailed(trouble: StoreTrouble): void {
    if (closed) return;
    if (trouble.kind === 'cluster') {
      giveUp(trouble);
      return;
    }
    if (trouble.kind === 'primary' && now() >= reconnectAtMs) {
      reconnectAtMs = now() + BYPASS_MS;
      store.reconnect();
    }
    if (refusesWrites || isBypassed()) return;
    refusesWrites = true;
    logger?.warn({ reason: trouble.reason }, 'The shared cache does not take new values.');
  }

  async function write(key: string, encode: () => Promise<Buffer>, ttlMs: number): Promise<void> {
    try {
      const value = await encode();
      if (value.length > MAX_VALUE_BYTES) return meter.write('dropped');
      await store.set(key, value, ttlMs);
    } catch (error) {
      meter.write('failed');
      writeFailed(describeTrouble(error));
      return;
    }
    meter.write('stored');
    if (refusesWrites) logger?.info('The shared cache takes new values again.');
    refusesWrites = false;
  }

  return {
    async get(key, decode, waitMs = patienceMs) {
      const wasProbe = isBypassed();
      if (!mayRead()) {
        meter.read('bypassed');
        return undefined;
      }
      let bytes: Buffer | null;
      try {
        bytes = await within(waitMs, () => store.get(key));
      } catch (error) {
        meter.read('failed');
        readFailed(error, wasProbe);
        return undefined;
      }
      readSucceeded();
      const value = bytes === null ? undefined : await decode(bytes).catch(() => undefined);
      meter.read(bytes === null ? 'miss' : value === undefined ? 'failed' : 'hit');
      return value;
    },

    set(key, encode, ttlMs) {
      if (closed || unusable || isBypassed() || writes >= MAX_WRITES) {
        meter.write('dropped');
        return;
      }
      // Not given back before the store has answered or the connection is given up: so much and no more is held for it.
      writes += 1;
      void write(key, encode, ttlMs).finally(() => {
        writes -= 1;
      });
    },

    async add(key, ttlMs, waitMs = patienceMs) {
      if (closed || unusable || isBypassed()) return true;
      // A store in trouble is found out by reads and writes, of which there are more.
      return within(waitMs, () => store.add(key, Buffer.of(1), ttlMs)).catch(() => true);
    },

    close() {
      closed = true;
      store.close();
    },
  };
}

class NoAnswerError extends Error {
  readonly code = 'ETIMEDOUT';
}

async function within<Value>(ms: number, begin: () => Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  // After a turn of the event loop that took long, timers come before the answers that wait in the socket: those get one turn more.
  const timer = setTimeout(() => setImmediate(reject, new NoAnswerError()), ms);
  try {
    return await Promise.race([begin(), late]);
  } finally {
    clearTimeout(timer);
  }
}
