import { createHash } from 'node:crypto';
import type { ListPage } from '../certificates/lists.ts';
import { decodeList, encodeList, LIST_FORMAT } from './listCodec.ts';
import { createSealedStore, type SealedStoreDeps } from './sealedStore.ts';

/** Pages and whole lists that replicas share, under the keys that the cache of each process has. */
export interface SharedLists {
  /** `waitMs`: how long it is waited for. Default: as long as the store has patience. */
  get(key: string, waitMs?: number): Promise<ListPage | undefined>;
  keep(key: string, list: ListPage): void;
}

export interface SharedListsDeps extends SealedStoreDeps {
  /** How long a list may be reused, from its reading on. */
  readonly ttlMs: number;
}

const FORMAT = createHash('sha256').update(LIST_FORMAT).digest('base64url').slice(0, 8);

/** Another replica's clock may be ahead by this much. */
const MAX_CLOCK_GAP_MS = 1_000;

export function createSharedLists({ ttlMs, ...deps }: SharedListsDeps): SharedLists {
  const store = createSealedStore(deps, FORMAT);

  /** A whole list may be long, and many pages at once may ask for it. */
  const underWay = new Map<string, Promise<ListPage | undefined>>();

  async function decode(payload: Buffer): Promise<ListPage | undefined> {
    const list = await decodeList(payload);
    const nowMs = Date.now();
    if (list === undefined || list.readAtMs + ttlMs <= nowMs || list.readAtMs > nowMs + MAX_CLOCK_GAP_MS) return undefined;
    return { ...list, readAtMs: Math.min(list.readAtMs, nowMs) };
  }

  return {
    get(key, waitMs) {
      const joined = underWay.get(key);
      if (joined !== undefined) return joined;
      const read = store.get(key, decode, waitMs).finally(() => underWay.delete(key));
      underWay.set(key, read);
      return read;
    },
    keep(key, list) {
      const leftMs = list.readAtMs + ttlMs - Date.now();
      if (leftMs >= 1) store.set(key, () => encodeList(list), leftMs);
    },
  };
}
