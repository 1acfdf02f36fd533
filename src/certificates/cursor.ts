import { hash } from 'node:crypto';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { type Anchors, MAX_ANCHORS_AFTER, MAX_ANCHORS_BEFORE } from './anchors.ts';
import { FINGERPRINT_BYTES } from './fingerprint.ts';
import type { SortPosition } from './order.ts';

/** A place in a list sorted here. */
export interface CursorPosition extends SortPosition {
  /** The value was too long for a cursor and is only its beginning. */
  readonly truncated: boolean;
}

/**
 * The format: version and kind, a seal of 8 bytes over everything and over the list that the cursor belongs to, the payload; all
 * in base64url. The seal finds damage and use elsewhere in one check; it is no secret, for a cursor grants nothing.
 */
const ANCHORED = 0x11;
const SORTED = 0x12;
const SEAL_BYTES = 8;
const HEADER_BYTES = 1 + SEAL_BYTES;
const MAX_CURSOR_LENGTH = 199;
const MAX_PAYLOAD_BYTES = Math.floor((MAX_CURSOR_LENGTH * 3) / 4) - HEADER_BYTES;

/** What a cursor says: a place in ROMA Connect's own order, or in a list that is sorted here. */
export type Cursor = { readonly anchors: Anchors } | { readonly position: CursorPosition };

/** Reads a cursor of a list that is, or is not, sorted here. Throws CURSOR_INVALID for any but one of this very list. */
export function readCursor(text: string, isSorted: boolean, binding: string): Cursor {
  return isSorted ? { position: decodePosition(text, binding) } : { anchors: decodeAnchors(text, binding) };
}

/** Makes a cursor over ROMA Connect's own order. `binding` is the text of all that it is valid for: instance, filter and order. */
export function encodeAnchors(anchors: Anchors, binding: string): string {
  return encode(ANCHORED, toAnchorBytes(anchors), binding);
}

/** Throws CURSOR_INVALID for everything that {@link encodeAnchors} has not made for the same binding. */
export function decodeAnchors(text: string, binding: string): Anchors {
  return readAnchorBytes(decode(ANCHORED, text, binding));
}

/** Makes a cursor over a list that is sorted here. */
export function encodePosition(position: SortPosition, binding: string): string {
  return encode(SORTED, toPositionBytes(position), binding);
}

/** Throws CURSOR_INVALID for everything that {@link encodePosition} has not made for the same binding. */
export function decodePosition(text: string, binding: string): CursorPosition {
  return readPositionBytes(decode(SORTED, text, binding));
}

/** Nothing that the cursor remembers is left, so no page could be promised to be right. */
export function staleCursor(): SubgraphError {
  return new SubgraphError(
    'CURSOR_STALE',
    'The certificates that this cursor remembers are all gone, so its place in the list is unknown. Start again without a cursor.',
  );
}

function encode(kind: number, payload: Buffer, binding: string): string {
  return Buffer.concat([Buffer.of(kind), toSeal(kind, payload, binding), payload]).toString('base64url');
}

function decode(kind: number, text: string, binding: string): Buffer {
  const bytes = text.length > MAX_CURSOR_LENGTH ? Buffer.alloc(0) : Buffer.from(text, 'base64url');
  const payload = bytes.subarray(HEADER_BYTES);
  const isIntact =
    bytes[0] === kind &&
    // Node reads base64 leniently; only the one spelling that we write is accepted.
    bytes.toString('base64url') === text &&
    toSeal(kind, payload, binding).equals(bytes.subarray(1, HEADER_BYTES));
  if (isIntact) return payload;
  throw new SubgraphError(
    'CURSOR_INVALID',
    'The cursor is damaged, or belongs to another instance, filter or order. Send a cursor only with the arguments of the list that it came from.',
  );
}

function toSeal(kind: number, payload: Buffer, binding: string): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(kind), payload, Buffer.from(binding)]), 'buffer').subarray(0, SEAL_BYTES);
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

function readAnchorBytes(payload: Buffer): Anchors {
  const counts = payload[FINGERPRINT_BYTES] ?? 0;
  const prints: number[] = [];
  for (let at = FINGERPRINT_BYTES + 1; at < payload.length; at += FINGERPRINT_BYTES) {
    prints.push(payload.readUIntBE(at, FINGERPRINT_BYTES));
  }
  const beforeCount = Math.min(counts >> 4, MAX_ANCHORS_BEFORE);
  const afterCount = Math.min(counts & 0xf, MAX_ANCHORS_AFTER);
  return {
    offset: payload.readUIntBE(0, FINGERPRINT_BYTES),
    self: prints[0] ?? 0,
    before: prints.slice(1, 1 + beforeCount),
    after: prints.slice(1 + beforeCount, 1 + beforeCount + afterCount),
  };
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
  const room = MAX_PAYLOAD_BYTES - 2 - idBytes.length;
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

function readPositionBytes(payload: Buffer): CursorPosition {
  const flags = payload[0] ?? 0;
  const valueEnd = 2 + (payload[1] ?? 0);
  const valueBytes = payload.subarray(2, valueEnd);
  const value =
    (flags & VALUE_IN_UTF16) !== 0
      ? valueBytes.toString('utf16le')
      : (flags & VALUE_IN_UTF8) !== 0
        ? valueBytes.toString('utf8')
        : null;
  const id = payload.subarray(valueEnd).toString((flags & ID_IN_HEX) !== 0 ? 'hex' : 'utf8');
  return { value, id, truncated: (flags & TRUNCATED) !== 0 };
}
