import { createSealedStore, type SealedStoreDeps } from './sealedStore.ts';

/** Short texts that replicas share. */
export interface SharedNotes {
  /** Undefined: it is not there, or the store is in trouble. */
  get(key: string): Promise<string | undefined>;
  /** Nobody waits for it, and it may be left out. */
  set(key: string, text: string, ttlMs: number): void;
  /** False: another replica has added the key, and its time is not over. */
  add(key: string, ttlMs: number): Promise<boolean>;
}

/** Notes are few and matter: a store that is busy gets more time than with lists, which can be read elsewhere. */
const WAIT_MS = 1_000;

export function createSharedNotes(deps: SealedStoreDeps): SharedNotes {
  const store = createSealedStore(deps, 'note');
  return {
    get: (key) => store.get(key, async (payload) => payload.toString(), WAIT_MS),
    add: (key, ttlMs) => store.add(key, ttlMs, WAIT_MS),
    set: (key, text, ttlMs) => store.set(key, async () => Buffer.from(text), ttlMs),
  };
}
