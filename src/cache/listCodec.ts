import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import type { Certificate } from '../certificates/certificate.ts';
import { toDateTime } from '../certificates/dateTime.ts';
import { isId } from '../certificates/id.ts';
import type { ListPage } from '../certificates/lists.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTime: Check = (value) => typeof value === 'string' && toDateTime(value) === value;
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.some((known) => known === value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** What each field of a row has to be. Rows are written as their values in this order: names would be a third of the text. */
const FIELDS = {
  id: isId,
  instanceId: isText,
  projectId: orNull(isText),
  name: orNull(isText),
  scope: orNull(isOneOf('GLOBAL', 'INSTANCE')),
  commonName: orNull(isText),
  subjectAlternativeNames: (value) => Array.isArray(value) && value.every(isText),
  signatureAlgorithm: orNull(isText),
  algorithmType: orNull(isOneOf('RSA', 'ECC', 'SM2')),
  notAfter: orNull(isTime),
  createdAt: orNull(isTime),
  updatedAt: orNull(isTime),
  hasTrustedRootCa: (value) => typeof value === 'boolean',
} satisfies Record<keyof Certificate, Check>;

const names = Object.keys(FIELDS) as (keyof Certificate)[];
const checks = Object.values<Check>(FIELDS);

/**
 * Names the format, for the keys under which lists are stored: another release reads nothing that it would misread. Fields that come
 * or go change it by themselves; raise the number when one changes its meaning.
 */
export const LIST_FORMAT = `2 ${names.join(' ')}`;

/** No list that is worth sharing is longer, and nothing that is found in a store may take more. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** A page of 500 rows takes 170 KB, compressed 40 KB; level 1 takes a millisecond, off the main thread. */
const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

export async function encodeList({ from, total, readAtMs, rows }: ListPage): Promise<Buffer> {
  const text = JSON.stringify([from, total, readAtMs, rows.map((row) => row && names.map((name) => row[name]))]);
  return compress(text, { level: constants.Z_BEST_SPEED });
}

/** Undefined, or a rejection, for anything that {@link encodeList} would not have written. */
export async function decodeList(bytes: Buffer): Promise<ListPage | undefined> {
  const text = await decompress(bytes, { maxOutputLength: MAX_TEXT_BYTES });
  const list: unknown = JSON.parse(text.toString());
  if (!Array.isArray(list) || list.length !== 4) return undefined;
  const [from, total, readAtMs, values] = list as unknown[];
  if (!isCount(from) || !isCount(total) || !isCount(readAtMs) || !Array.isArray(values)) return undefined;
  const rows = values.map((row: unknown) => (row === null ? null : toRow(row)));
  return rows.every((row) => row !== undefined) ? { from, total, readAtMs, rows: Object.freeze(rows) } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function toRow(values: unknown): Certificate | undefined {
  if (!Array.isArray(values) || values.length !== names.length) return undefined;
  if (!checks.every((check, index) => check(values[index]))) return undefined;
  const row = Object.fromEntries(names.map((name, index) => [name, values[index]])) as unknown as Certificate;
  Object.freeze(row.subjectAlternativeNames);
  return Object.freeze(row);
}
