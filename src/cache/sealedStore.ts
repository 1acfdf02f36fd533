import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Decode, GuardedStore } from './guardedStore.ts';

/** A shared store whose keys tell nothing, and whose values only who has the secret could have written. */
export interface SealedStore {
  /** `waitMs`: as {@link GuardedStore.get}. */
  get<Value>(key: string, decode: Decode<Value>, waitMs?: number): Promise<Value | undefined>;
  set(key: string, encode: () => Promise<Buffer>, ttlMs: number): void;
  /** False: another replica has added the key, and its time is not over. */
  add(key: string, ttlMs: number, waitMs?: number): Promise<boolean>;
}

export interface SealedStoreDeps {
  readonly store: GuardedStore;
  /** The same in all replicas, and not in the store. */
  readonly secret: Buffer;
  /** What all the keys are about: where, and in which project. */
  readonly scope: readonly string[];
}

const TAG_BYTES = 16;

/**
 * Keys are hashes with a secret, so that the store tells nothing of who asked for what. A value is bound to its key by a tag that needs
 * the secret too, so what others wrote, or moved to another caller's key, is not taken. `format` separates versions of this service.
 */
export function createSealedStore({ store, secret, scope }: SealedStoreDeps, format: string): SealedStore {
  const toStoreKey = (key: string): string => {
    const hash = createHmac('sha256', secret)
      .update(JSON.stringify([...scope, key]))
      .digest('base64url');
    return `roma-certificates:${format}:${hash}`;
  };
  const tag = (storeKey: string, payload: Buffer): Buffer =>
    createHmac('sha256', secret).update(`${storeKey}\n`).update(payload).digest().subarray(0, TAG_BYTES);

  return {
    get(key, decode, waitMs) {
      const storeKey = toStoreKey(key);
      const open = async (bytes: Buffer) => {
        const payload = bytes.subarray(TAG_BYTES);
        const isOurs = bytes.length >= TAG_BYTES && timingSafeEqual(bytes.subarray(0, TAG_BYTES), tag(storeKey, payload));
        return isOurs ? decode(payload) : undefined;
      };
      return store.get(storeKey, open, waitMs);
    },
    add: (key, ttlMs, waitMs) => store.add(toStoreKey(key), ttlMs, waitMs),
    set(key, encode, ttlMs) {
      const storeKey = toStoreKey(key);
      const seal = async (): Promise<Buffer> => {
        const payload = await encode();
        return Buffer.concat([tag(storeKey, payload), payload]);
      };
      store.set(storeKey, seal, ttlMs);
    },
  };
}
