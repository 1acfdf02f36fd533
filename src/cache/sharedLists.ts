import { createHash } from 'node:crypto';
import type { ListPage } from '../certificates/lists.ts';
import type { Reading } from '../roma/Endpoint.ts';
import { ANSWER_FORMAT, decodeAnswer, encodeAnswer } from './answerCodec.ts';
import { decodeList, encodeList, LIST_FORMAT } from './listCodec.ts';
import { createSealedStore, type SealedStoreDeps } from './sealedStore.ts';

/** What replicas share of one kind, under the keys that the cache of each process has. */
export interface SharedReadings<Value extends Reading> {
  /** `waitMs`: how long it is waited for. Default: as long as the store has patience. */
  get(key: string, waitMs?: number): Promise<Value | undefined>;
  /** What may be shown only because ROMA Connect fails. */
  getStale(key: string): Promise<Value | undefined>;
  keep(key: string, value: Value): void;
}

/** Pages and whole lists, which have a format of their own for they are long, and all else. */
export interface SharedLists extends SharedReadings<ListPage> {
  readonly others: SharedReadings<Reading>;
  /** When any replica saw the token of a caller refused, in milliseconds since the epoch; 0: never, or too long ago to matter. */
  refusedAtMs(callerKey: string): Promise<number>;
  noteRefusal(callerKey: string): void;
}

export interface SharedListsDeps extends SealedStoreDeps {
  /** How long an answer may be reused, from its reading on. */
  readonly ttlMs: number;
  /** How much longer it may be shown while ROMA Connect fails, in milliseconds. Default: not at all. */
  readonly staleIfErrorMs?: number;
}

/** Another replica's clock may be ahead by this much. */
const MAX_CLOCK_GAP_MS = 1_000;

export function createSharedLists(deps: SharedListsDeps): SharedLists {
  const { ttlMs, staleIfErrorMs = 0, ...stored } = deps;
  const refusals = createSealedStore(stored, 'refused');
  return {
    ...createSharedReadings(deps, { format: LIST_FORMAT, encode: encodeList, decode: decodeList }),
    others: createSharedReadings(deps, { format: ANSWER_FORMAT, encode: encodeAnswer, decode: decodeAnswer }),
    refusedAtMs: async (callerKey) => (await refusals.get(callerKey, async (text) => Number(text.toString()))) ?? 0,
    noteRefusal(callerKey) {
      const nowMs = Date.now();
      // Nothing that was read before is shown for longer.
      refusals.set(callerKey, async () => Buffer.from(String(nowMs)), ttlMs + staleIfErrorMs + MAX_CLOCK_GAP_MS);
    },
  };
}

interface Codec<Value> {
  readonly format: string;
  encode(value: Value): Promise<Buffer>;
  /** Undefined, or a rejection, for anything that `encode` would not have written. */
  decode(bytes: Buffer): Promise<Value | undefined>;
}

function createSharedReadings<Value extends Reading>(
  { ttlMs, staleIfErrorMs = 0, ...deps }: SharedListsDeps,
  codec: Codec<Value>,
): SharedReadings<Value> {
  const store = createSealedStore(deps, createHash('sha256').update(codec.format).digest('base64url').slice(0, 8));

  /** A whole list may be long, and many pages at once may ask for it. */
  const underWay = new Map<string, Promise<Value | undefined>>();

  const decode =
    (maxAgeMs: number) =>
    async (payload: Buffer): Promise<Value | undefined> => {
      const value = await codec.decode(payload);
      const nowMs = Date.now();
      if (value === undefined || value.readAtMs + maxAgeMs <= nowMs || value.readAtMs > nowMs + MAX_CLOCK_GAP_MS)
        return undefined;
      return { ...value, readAtMs: Math.min(value.readAtMs, nowMs) };
    };
  const decodeFresh = decode(ttlMs);
  const decodeStale = decode(ttlMs + staleIfErrorMs);

  return {
    get(key, waitMs) {
      const joined = underWay.get(key);
      if (joined !== undefined) return joined;
      const read = store.get(key, decodeFresh, waitMs).finally(() => underWay.delete(key));
      underWay.set(key, read);
      return read;
    },
    getStale: (key) => store.get(key, decodeStale),
    keep(key, value) {
      const leftMs = value.readAtMs + ttlMs + staleIfErrorMs - Date.now();
      if (leftMs >= 1) store.set(key, () => codec.encode(value), leftMs);
    },
  };
}
