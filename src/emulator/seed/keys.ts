import type { Random } from './random.ts';

/** A kind of key as the two algorithm fields describe it. */
export interface KeyKind {
  readonly algorithm: string;
  readonly signature: string;
}

/**
 * `SHA256-RSA` is what all examples have [D], and how Go's crypto/x509 prints it: the others are its siblings, and a name for
 * SM2, which Go does not know [A].
 */
const kinds: readonly (readonly [share: number, KeyKind])[] = [
  [0.6, { algorithm: 'RSA', signature: 'SHA256-RSA' }],
  [0.08, { algorithm: 'RSA', signature: 'SHA384-RSA' }],
  [0.04, { algorithm: 'RSA', signature: 'SHA512-RSA' }],
  [0.03, { algorithm: 'RSA', signature: 'SHA256-RSAPSS' }],
  [0.02, { algorithm: 'RSA', signature: 'SHA1-RSA' }],
  [0.1, { algorithm: 'ECC', signature: 'ECDSA-SHA256' }],
  [0.05, { algorithm: 'ECC', signature: 'ECDSA-SHA384' }],
  [0.08, { algorithm: 'SM2', signature: 'SM2-SM3' }],
];
const usual: KeyKind = { algorithm: 'RSA', signature: 'SHA256-RSA' };

export function drawKeyKind(random: Random): KeyKind {
  let luck = random.fraction();
  for (const [share, kind] of kinds) {
    luck -= share;
    if (luck < 0) return kind;
  }
  return usual;
}
