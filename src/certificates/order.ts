import type { Certificate } from './certificate.ts';
import { toInstantKey } from './dateTime.ts';

export interface Order {
  readonly field: 'NOT_AFTER' | 'CREATED_AT' | 'UPDATED_AT' | 'NAME';
  readonly direction: 'ASC' | 'DESC';
}

/** Equal for equal orders, and for no others. */
export function toOrderKey({ field, direction }: Order): string {
  return `${field} ${direction}`;
}

/** A place in a sorted list. It stays meaningful when the row that it was taken from is gone. */
export interface SortPosition {
  /** Null when the value is unknown: such rows come last in both directions. */
  readonly value: string | null;
  readonly id: string;
}

/** The place of a certificate in a list sorted by this order. Values compare by code point, times as instants. */
export function toSortPosition(certificate: Certificate, { field }: Order): SortPosition {
  return { value: SORT_VALUES[field](certificate), id: certificate.id };
}

/** Below 0 when `a` comes first. No two certificates of a list compare equal, for equal values go by ID, ascending always. */
export function comparePositions(a: SortPosition, b: SortPosition, { direction }: Order): number {
  if (a.value !== b.value) {
    if (a.value === null) return 1;
    if (b.value === null) return -1;
    return direction === 'ASC' ? compareCodePoints(a.value, b.value) : compareCodePoints(b.value, a.value);
  }
  return compareCodePoints(a.id, b.id);
}

/** `<` compares UTF-16 code units, which puts U+FF5E before an emoji's surrogates wrongly: they differ only from U+D800 on. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return toCodePointRank(left) - toCodePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for the code points above U+FFFF, so they rank above every other code unit. */
function toCodePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

const SORT_VALUES: { readonly [Field in Order['field']]: (certificate: Certificate) => string | null } = {
  NAME: ({ name }) => name,
  NOT_AFTER: ({ notAfter }) => toTimeValue(notAfter),
  CREATED_AT: ({ createdAt }) => toTimeValue(createdAt),
  UPDATED_AT: ({ updatedAt }) => toTimeValue(updatedAt),
};

function toTimeValue(time: string | null): string | null {
  return time === null ? null : toInstantKey(time);
}
