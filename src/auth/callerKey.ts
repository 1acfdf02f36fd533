import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Keys of recent callers, because hashing 32 KB for each operation is slow. Bounded, because tokens are long. */
const MAX_REMEMBERED_TOKENS = 1_000;
const MAX_REMEMBERED_CHARACTERS = 8 * 1024 * 1024;

/**
 * Identifies a caller without its credentials: equal tokens have equal keys, and the token cannot be computed from the key. The default
 * secret is random, so keys differ between processes. Replicas that share a cache need the same secret.
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
