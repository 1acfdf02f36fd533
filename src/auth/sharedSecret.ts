import { hkdfSync } from 'node:crypto';

export interface SharedSecretSources {
  /** Holds the password of the store that the replicas share, if it has one. */
  readonly redisUrl: string;
  readonly routerSecrets: readonly string[];
  /** What the replicas serve, so that different services have different secrets. */
  readonly scope: readonly string[];
}

/**
 * A secret that all replicas of one configuration have, and what is stored in Redis does not show: from the password of Redis, which its
 * data does not hold, and from the router's secrets, which Redis never sees. When one of them changes, what was stored is not found
 * any more, and that is all. With neither, anybody could compute the secret; then callers' tokens are protected by their own length.
 */
export function deriveSharedSecret({ redisUrl, routerSecrets, scope }: SharedSecretSources): Buffer {
  const { username, password } = new URL(redisUrl);
  const material = JSON.stringify([username, password, ...routerSecrets]);
  return Buffer.from(hkdfSync('sha256', material, JSON.stringify(scope), 'roma-certificates shared cache', 32));
}
