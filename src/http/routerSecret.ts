import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether a `Router-Authorization` header is one of the secrets. Its time does not depend on how much of a secret the header matches:
 * hashes are equally long, each is compared to its last byte, and every secret is compared.
 */
export function createSecretCheck(secrets: readonly string[]): (sent: string) => boolean {
  const accepted = secrets.map(hash);
  return (sent) => {
    const hashed = hash(sent);
    return accepted.map((secret) => timingSafeEqual(secret, hashed)).includes(true);
  };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
