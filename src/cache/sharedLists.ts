import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ListPage } from '../certificates/lists.ts';
import type { GuardedStore } from './guardedStore.ts';
import { decodeList, encodeList, LIST_FORMAT } from './listCodec.ts';

/** Pages and whole lists that replicas share, under the keys that the cache of each process has. */
export interface SharedLists {
  get(key: string): Promise<ListPage | undefined>;
  keep(key: string, list: ListPage): void;
}

export interface SharedListsDeps {
  readonly store: GuardedStore;
  /** The same in all replicas, and not in the store. */
  readonly secret: Buffer;
  /** What all the keys are about: where, and in which project. */
  readonly scope: readonly string[];
  /** How long a list may be reused, from its reading on. */
  readonly ttlMs: number;
}

const FORMAT = createHash('sha256').update(LIST_FORMAT).digest('base64url').slice(0, 8);
const TAG_BYTES = 16;

/** Another replica's clock may be ahead by this much. */
const MAX_CLOCK_GAP_MS = 1_000;

/**
 * Keys are hashes with a secret, so that the store tells nothing of who asked for what. A value is bound to its key by a tag that needs
 * the secret too: what anybody else wrote, or moved to another caller's key, is none.
 */
export function createSharedLists({ store, secret, scope, ttlMs }: SharedListsDeps): SharedLists {
  const toStoreKey = (key: string): string => {
    const hash = createHmac('sha256', secret)
      .update(JSON.stringify([...scope, key]))
      .digest('base64url');
    return `roma-certificates:${FORMAT}:${hash}`;
  };
  const tag = (storeKey: string, payload: Buffer): Buffer =>
    createHmac('sha256', secret).update(`${storeKey}\n`).update(payload).digest().subarray(0, TAG_BYTES);

  /** A whole list may be long, and many pages at once may ask for it. */
  const underWay = new Map<string, Promise<ListPage | undefined>>();

  async function open(storeKey: string, bytes: Buffer): Promise<ListPage | undefined> {
    const payload = bytes.subarray(TAG_BYTES);
    if (bytes.length < TAG_BYTES || !timingSafeEqual(bytes.subarray(0, TAG_BYTES), tag(storeKey, payload))) return undefined;
    const list = await decodeList(payload);
    const nowMs = Date.now();
    if (list === undefined || list.readAtMs + ttlMs <= nowMs || list.readAtMs > nowMs + MAX_CLOCK_GAP_MS) return undefined;
    return { ...list, readAtMs: Math.min(list.readAtMs, nowMs) };
  }

  return {
    get(key) {
      const joined = underWay.get(key);
      if (joined !== undefined) return joined;
      const storeKey = toStoreKey(key);
      const read = store.get(storeKey, (bytes) => open(storeKey, bytes)).finally(() => underWay.delete(key));
      underWay.set(key, read);
      return read;
    },
    keep(key, list) {
      const leftMs = list.readAtMs + ttlMs - Date.now();
      if (leftMs < 1) return;
      const storeKey = toStoreKey(key);
      const seal = async (): Promise<Buffer> => {
        const payload = await encodeList(list);
        return Buffer.concat([tag(storeKey, payload), payload]);
      };
      store.set(storeKey, seal, leftMs);
    },
  };
}
