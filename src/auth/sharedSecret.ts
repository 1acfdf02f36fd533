import { hkdfSync } from 'node:crypto';

export interface SharedSecretSources {
  /** The URL of the shared Redis, with its password if it has one. */
  readonly redisUrl: string;
  readonly routerSecrets: readonly string[];
  /** Identifies the service, so that different services have different secrets. */
  readonly scope: readonly string[];
}

/**
 * A secret that all replicas of one configuration have, and that cannot be computed from what is stored in Redis. It is derived from the
 * password of Redis, which its data does not hold, and from the router's secrets, which are not sent to Redis. When one of them changes,
 * stored values are no longer found. Without both, anybody can compute the secret; then only their length protects callers' tokens.
 */
export function deriveSharedSecret({ redisUrl, routerSecrets, scope }: SharedSecretSources): Buffer {
  const { username, password } = new URL(redisUrl);
  const material = JSON.stringify([username, password, ...routerSecrets]);
  return Buffer.from(hkdfSync('sha256', material, JSON.stringify(scope), 'roma-certificates shared cache', 32));
}
