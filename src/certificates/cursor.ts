import { hash } from 'node:crypto';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { type Anchors, MAX_ANCHORS_AFTER, MAX_ANCHORS_BEFORE } from './anchors.ts';
import { FINGERPRINT_BYTES } from './fingerprint.ts';
import { isId } from './id.ts';
import { MAX_TOTAL } from './lists.ts';
import type { SortPosition } from './order.ts';

/** A place in a list sorted here. */
export interface CursorPosition extends SortPosition {
  /** The value was too long for a cursor and is only its beginning. */
  readonly truncated: boolean;
}

/** What a cursor says: a place in ROMA Connect's own order, or in a list that is sorted here. */
export type Cursor = {
  /** When the list that it was made from was read, in milliseconds since the epoch. */
  readonly readAtMs: number;
} & ({ readonly anchors: Anchors } | { readonly position: CursorPosition; readonly readings?: number });

/** When the lists were read that a page over several of them was made from. */
export interface Readings {
  /** Of the newest, in milliseconds since the epoch. */
  readonly newestMs: number;
  /** Tells them all apart from others: 32 bits. */
  readonly print: number;
}

/**
 * The format: version and kind, a checksum of 8 bytes over everything and over the list that the cursor belongs to, the time of reading, and
 * the place; all in base64url. The checksum finds damage and use elsewhere in one check. It is no secret, for a cursor grants nothing; so
 * whatever stands behind a right checksum is checked, too.
 */
const ANCHORED = 0x21;
const SORTED = 0x22;
/** A sorted list over all instances: the print of the readings comes before the place. */
const ESTATE = 0x23;
const PRINT_BYTES = 4;
const CHECKSUM_BYTES = 8;
const HEADER_BYTES = 1 + CHECKSUM_BYTES;
const TIME_BYTES = 6;
const MAX_CURSOR_LENGTH = 199;
const MAX_PLACE_BYTES = Math.floor((MAX_CURSOR_LENGTH * 3) / 4) - HEADER_BYTES - TIME_BYTES - PRINT_BYTES;

/** Makes a cursor over ROMA Connect's own order. `binding` is the text of all that it is valid for: instance, filter and order. */
export function encodeAnchors(anchors: Anchors, readAtMs: number, binding: string): string {
  return encode(ANCHORED, toAnchorBytes(anchors), readAtMs, binding);
}

/** Makes a cursor over a list that is sorted here. */
export function encodePosition(position: SortPosition, readAtMs: number, binding: string): string {
  return encode(SORTED, toPositionBytes(position), readAtMs, binding);
}

/** Makes a cursor over the sorted list of all instances. */
export function encodeEstatePosition(position: SortPosition, { newestMs, print }: Readings, binding: string): string {
  const bytes = Buffer.alloc(PRINT_BYTES);
  bytes.writeUInt32BE(print);
  return encode(ESTATE, Buffer.concat([bytes, toPositionBytes(position)]), newestMs, binding);
}

/** Reads a cursor of the list of all instances. Throws CURSOR_INVALID for any other. */
export function readEstateCursor(text: string, binding: string): Cursor & { readonly readings: number } {
  const payload = open(ESTATE, text, binding);
  if (payload === undefined || payload.length < TIME_BYTES + PRINT_BYTES) throw invalidCursor();
  const position = readPositionBytes(payload.subarray(TIME_BYTES + PRINT_BYTES));
  if (position === undefined) throw invalidCursor();
  return { readAtMs: payload.readUIntBE(0, TIME_BYTES), readings: payload.readUInt32BE(TIME_BYTES), position };
}

/** Reads a cursor of a list that is, or is not, sorted here. Throws CURSOR_INVALID for any but one of this very list. */
export function readCursor(text: string, isSorted: boolean, binding: string): Cursor {
  const payload = open(isSorted ? SORTED : ANCHORED, text, binding);
  if (payload === undefined || payload.length < TIME_BYTES) throw invalidCursor();
  const readAtMs = payload.readUIntBE(0, TIME_BYTES);
  const place = payload.subarray(TIME_BYTES);
  if (isSorted) {
    const position = readPositionBytes(place);
    if (position === undefined) throw invalidCursor();
    return { readAtMs, position };
  }
  const anchors = readAnchorBytes(place);
  if (anchors === undefined) throw invalidCursor();
  return { readAtMs, anchors };
}

function invalidCursor(): SubgraphError {
  return new SubgraphError(
    'CURSOR_INVALID',
    'The cursor is damaged, or belongs to another instance, filter or order. Send a cursor only with the arguments of the list that it came from.',
  );
}

/** Nothing that the cursor remembers is left, so no page could be promised to be right. */
export function staleCursor(): SubgraphError {
  return new SubgraphError(
    'CURSOR_STALE',
    'The certificates that this cursor remembers are all gone, so its place in the list is unknown. Start again without a cursor.',
  );
}

function encode(kind: number, place: Buffer, readAtMs: number, binding: string): string {
  const payload = Buffer.allocUnsafe(TIME_BYTES + place.length);
  payload.writeUIntBE(readAtMs, 0, TIME_BYTES);
  place.copy(payload, TIME_BYTES);
  return Buffer.concat([Buffer.of(kind), toChecksum(kind, payload, binding), payload]).toString('base64url');
}

/** The payload behind the checksum; undefined when the text is no cursor of this kind and binding. */
function open(kind: number, text: string, binding: string): Buffer | undefined {
  const bytes = text.length > MAX_CURSOR_LENGTH ? Buffer.alloc(0) : Buffer.from(text, 'base64url');
  const payload = bytes.subarray(HEADER_BYTES);
  const isIntact =
    bytes[0] === kind &&
    // Node reads base64 leniently; only the one spelling that we write is accepted.
    bytes.toString('base64url') === text &&
    toChecksum(kind, payload, binding).equals(bytes.subarray(1, HEADER_BYTES));
  return isIntact ? payload : undefined;
}

function toChecksum(kind: number, payload: Buffer, binding: string): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(kind), payload, Buffer.from(binding)]), 'buffer').subarray(0, CHECKSUM_BYTES);
}

function toAnchorBytes({ offset, self, before, after }: Anchors): Buffer {
  const prints = [self, ...before, ...after];
  const bytes = Buffer.alloc(FINGERPRINT_BYTES + 1 + prints.length * FINGERPRINT_BYTES);
  bytes.writeUIntBE(offset, 0, FINGERPRINT_BYTES);
  bytes[FINGERPRINT_BYTES] = (before.length << 4) | after.length;
  prints.forEach((print, index) => {
    bytes.writeUIntBE(print, FINGERPRINT_BYTES + 1 + index * FINGERPRINT_BYTES, FINGERPRINT_BYTES);
  });
  return bytes;
}

/** Undefined for anything that {@link toAnchorBytes} has not written. */
function readAnchorBytes(place: Buffer): Anchors | undefined {
  const beforeCount = (place[FINGERPRINT_BYTES] ?? 0) >> 4;
  const afterCount = (place[FINGERPRINT_BYTES] ?? 0) & 0xf;
  if (beforeCount > MAX_ANCHORS_BEFORE || afterCount > MAX_ANCHORS_AFTER) return undefined;
  if (place.length !== FINGERPRINT_BYTES + 1 + (1 + beforeCount + afterCount) * FINGERPRINT_BYTES) return undefined;
  const offset = place.readUIntBE(0, FINGERPRINT_BYTES);
  // No list is longer, and ROMA Connect is not asked for what can't be there.
  if (offset >= MAX_TOTAL) return undefined;
  const prints: number[] = [];
  for (let at = FINGERPRINT_BYTES + 1; at < place.length; at += FINGERPRINT_BYTES) {
    prints.push(place.readUIntBE(at, FINGERPRINT_BYTES));
  }
  const [self = 0] = prints;
  return { offset, self, before: prints.slice(1, 1 + beforeCount), after: prints.slice(1 + beforeCount) };
}

const UNKNOWN_VALUE = 0;
const VALUE_IN_UTF8 = 1;
const VALUE_IN_UTF16 = 2;
const ID_IN_HEX = 4;
const TRUNCATED = 8;

/**
 * Flags, length of the value, the value, the ID. A name may have 50 Chinese letters ("Creating an SSL Certificate"), which take
 * 150 bytes in UTF-8 and 100 in UTF-16; a 32-digit hex ID takes 16. What is longer still is cut, and marked so.
 */
function toPositionBytes({ value, id }: SortPosition): Buffer {
  const isHex = /^([0-9a-f]{2})+$/.test(id);
  const idBytes = Buffer.from(id, isHex ? 'hex' : 'utf8');
  const utf8 = Buffer.from(value ?? '', 'utf8');
  const utf16 = Buffer.from(value ?? '', 'utf16le');
  // UTF-8 cannot hold a lone surrogate, UTF-16 can.
  const useUtf16 = utf16.length < utf8.length || utf8.toString('utf8') !== (value ?? '');
  const room = MAX_PLACE_BYTES - 2 - idBytes.length;
  const whole = useUtf16 ? utf16 : utf8;
  const isTruncated = whole.length > room;
  const kept = isTruncated ? truncate(value ?? '', useUtf16, room) : whole;
  const flags =
    (value === null ? UNKNOWN_VALUE : useUtf16 ? VALUE_IN_UTF16 : VALUE_IN_UTF8) |
    (isHex ? ID_IN_HEX : 0) |
    (isTruncated ? TRUNCATED : 0);
  return Buffer.concat([Buffer.of(flags, kept.length), kept, idBytes]);
}

/** The longest beginning of whole code points that fits. */
function truncate(value: string, useUtf16: boolean, room: number): Buffer {
  const encoding = useUtf16 ? 'utf16le' : 'utf8';
  let kept = '';
  let size = 0;
  for (const character of value) {
    size += Buffer.byteLength(character, encoding);
    if (size > room) break;
    kept += character;
  }
  return Buffer.from(kept, encoding);
}

/** Undefined for anything that {@link toPositionBytes} has not written. */
function readPositionBytes(place: Buffer): CursorPosition | undefined {
  const [flags = 0, valueLength = 0] = place;
  const valueEnd = 2 + valueLength;
  const valueBytes = place.subarray(2, valueEnd);
  if (place.length < valueEnd) return undefined;
  const id = place.subarray(valueEnd).toString((flags & ID_IN_HEX) === 0 ? 'utf8' : 'hex');
  if (!isId(id)) return undefined;
  const truncated = (flags & TRUNCATED) !== 0;
  switch (flags & ~(ID_IN_HEX | TRUNCATED)) {
    case UNKNOWN_VALUE:
      return valueLength === 0 && !truncated ? { value: null, id, truncated } : undefined;
    case VALUE_IN_UTF8:
      return { value: valueBytes.toString('utf8'), id, truncated };
    case VALUE_IN_UTF16:
      return valueLength % 2 === 0 ? { value: valueBytes.toString('utf16le'), id, truncated } : undefined;
    default:
      return undefined;
  }
}
