import type { Certificate } from './certificate.ts';

/**
 * An object with 13 fields, its array of names, its ID and times, and the slots that refer to it in a list, an index and an order, as V8
 * lays them out.
 */
const ROW_BYTES = 500;

/** A string's header, its slot and its padding. */
const STRING_BYTES = 28;

/** Latin letters take a byte each in V8, and two as soon as one of them is not. */
const WIDE = /[\u0100-\uffff]/;

/** About how much memory rows take, in bytes. What neighbours share, such as the project's ID, is not counted for each. */
export function sizeOfRows(rows: readonly (Certificate | null)[]): number {
  let bytes = ROW_BYTES;
  for (const row of rows) {
    bytes += ROW_BYTES;
    if (row === null) continue;
    bytes += sizeOfText(row.name) + sizeOfText(row.commonName) + sizeOfText(row.signatureAlgorithm);
    for (const name of row.subjectAlternativeNames) bytes += sizeOfText(name);
  }
  return bytes;
}

function sizeOfText(text: string | null): number {
  if (text === null) return 0;
  return STRING_BYTES + (WIDE.test(text) ? 2 : 1) * text.length;
}
