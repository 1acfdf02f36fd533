import type { Certificate } from './certificate.ts';

/** An object with 13 fields, its array of names, and the slots that refer to it, as V8 lays them out. */
const ROW_BYTES = 250;

/** A string's header and its slot. */
const STRING_BYTES = 24;

/** About how much memory rows take: enough to bound a cache by bytes. Strings count two bytes a unit, for they may be Chinese. */
export function sizeOfRows(rows: readonly (Certificate | null)[]): number {
  let bytes = ROW_BYTES;
  for (const row of rows) {
    bytes += ROW_BYTES;
    if (row === null) continue;
    for (const value of Object.values(row)) {
      if (typeof value === 'string') bytes += STRING_BYTES + 2 * value.length;
    }
    for (const name of row.subjectAlternativeNames) bytes += STRING_BYTES + 2 * name.length;
  }
  return bytes;
}
