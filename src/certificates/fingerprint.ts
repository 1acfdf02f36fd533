/** The bytes that a fingerprint takes in a cursor. */
export const FINGERPRINT_BYTES = 6;

const PRIME = 0x01000193;

/**
 * A 48-bit number that stands for a certificate ID where the ID itself would be too long: in cursors. Two of 100,000 IDs share one
 * with a chance of about 1 in 56,000, and then only a cursor that needs one to be told from the other is misled.
 *
 * FNV-1a twice from different starts, each mixed at the end so that IDs that count up do not fall close together. No secret
 * hangs on it: a forged cursor can only name a place in a list that its bearer may read anyway.
 */
export function fingerprint(id: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    low = Math.imul(low ^ unit, PRIME);
    high = Math.imul(high ^ unit, 0x5bd1e995) ^ (high >>> 15);
  }
  return (mix(high) & 0xffff) * 0x1_0000_0000 + mix(low ^ high);
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
