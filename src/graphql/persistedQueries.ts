import { createHash } from 'node:crypto';
import type { ApolloServerOptions } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { Context } from '../operation/context.ts';

/** A store of bytes that replicas share. It does not reject, and may lose entries. */
export interface SharedBytes {
  get<Value>(key: string, decode: (bytes: Buffer) => Promise<Value | undefined>): Promise<Value | undefined>;
  set(key: string, encode: () => Promise<Buffer>, ttlMs: number): void;
}

type PersistedQueryCache = NonNullable<Exclude<ApolloServerOptions<Context>['persistedQueries'], false>>['cache'];

const MAX_CHARACTERS = 4_000_000;

/** When an entry has expired, clients register the query again. */
const TTL_MS = 24 * 3_600_000;

/**
 * Automatic persisted queries, shared by all replicas with the same store. The hash of a stored text is checked, so a damaged or forged entry
 * is ignored.
 */
export function createPersistedQueries(shared: SharedBytes | undefined): NonNullable<PersistedQueryCache> {
  const texts = new LRUCache<string, string>({ maxSize: MAX_CHARACTERS, sizeCalculation: (text) => text.length + 1 });
  return {
    async get(key) {
      const known = texts.get(key);
      if (known !== undefined) return known;
      const hash = toHash(key);
      if (hash === undefined || shared === undefined) return undefined;
      const text = await shared.get(toStoreKey(hash), async (bytes) => {
        const found = bytes.toString();
        return createHash('sha256').update(found).digest('hex') === hash ? found : undefined;
      });
      if (text !== undefined) texts.set(key, text);
      return text;
    },
    async set(key, text) {
      texts.set(key, text);
      const hash = toHash(key);
      if (hash !== undefined) shared?.set(toStoreKey(hash), async () => Buffer.from(text), TTL_MS);
    },
    async delete(key) {
      texts.delete(key);
    },
  };
}

/** Apollo Server's keys: a prefix, and the hash as the client sent it. */
function toHash(key: string): string | undefined {
  return /^apq:(?<hash>[0-9a-f]{64})$/.exec(key)?.groups?.['hash'];
}

function toStoreKey(hash: string): string {
  return `roma-certificates:query:${hash}`;
}
