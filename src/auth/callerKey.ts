import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Hashing 32 KB for each operation of a busy caller would be waste; so is holding the tokens of all who ever called. */
const MAX_REMEMBERED_TOKENS = 1_000;
const MAX_REMEMBERED_CHARACTERS = 8 * 1024 * 1024;

/**
 * Tells callers apart without holding their credentials: the same token gives the same key, and no key gives a token away. With the
 * default secret, which is random, keys mean something in this process only; replicas that share a cache need the same secret.
 */
export function createCallerKey(secret: Buffer = randomBytes(32)): (token: string) => string {
  const keys = new LRUCache<string, string>({
    max: MAX_REMEMBERED_TOKENS,
    maxSize: MAX_REMEMBERED_CHARACTERS,
    sizeCalculation: (_key, token) => token.length + 1,
  });
  return (token) => {
    const known = keys.get(token);
    if (known !== undefined) return known;
    const key = createHmac('sha256', secret).update(token).digest('base64url');
    keys.set(token, key);
    return key;
  };
}
