import { createHash } from 'node:crypto';

const known = new Map<string, string>();
const MAX_KNOWN = 1_000;

/** How a token appears in the records: `token:` and 12 hex digits of its SHA-256. */
export function callerOfToken(token: string): string {
  const kept = known.get(token);
  if (kept) return kept;
  const caller = `token:${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(token, caller);
  return caller;
}

/** How an access key, which is no secret, appears in the records. */
export function callerOfAccessKey(accessKey: string): string {
  return `ak:${accessKey}`;
}
