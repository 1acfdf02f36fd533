import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Anchors, MAX_ANCHORS_AFTER, MAX_ANCHORS_BEFORE } from '../../src/certificates/anchors.ts';
import { encodeAnchors, encodePosition, readCursor } from '../../src/certificates/cursor.ts';

const print = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anchors: fc.Arbitrary<Anchors> = fc.record({
  offset: fc.nat({ max: 2 ** 31 - 2 }),
  self: print,
  before: fc.array(print, { maxLength: MAX_ANCHORS_BEFORE }),
  after: fc.array(print, { maxLength: MAX_ANCHORS_AFTER }),
});
const position = fc.record({
  value: fc.option(fc.string({ unit: 'binary', maxLength: 50 })),
  id: fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/)),
});

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

function positionOf(text: string) {
  const cursor = readCursor(text, true, 'b');
  if (!('position' in cursor)) throw new Error('a cursor of a sorted list has a position');
  return cursor.position;
}

/** What anybody can make who has read the code: the seal is no secret. */
function forge(kind: number, payload: Uint8Array, binding: string): string {
  const sealed = Buffer.concat([Buffer.of(kind), payload, Buffer.from(binding)]);
  const seal = hash('sha256', sealed, 'buffer').subarray(0, 8);
  return Buffer.concat([Buffer.of(kind), seal, payload]).toString('base64url');
}

describe('cursors', () => {
  test('come back as they went, in less than 200 characters', () => {
    fc.assert(
      fc.property(anchors, time, fc.string(), (original, readAtMs, binding) => {
        const text = encodeAnchors(original, readAtMs, binding);
        expect(text.length).toBeLessThan(200);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readCursor(text, false, binding)).toEqual({ readAtMs, anchors: original });
      }),
    );
  });

  test('of sorted lists keep any name of 50 letters, Chinese too, and a 32-digit ID whole', () => {
    for (const name of ['证'.repeat(50), 'a'.repeat(50), '']) {
      const original = { value: name, id: '0123456789abcdef0123456789abcdef' };
      const text = encodePosition(original, 7, 'b');
      expect(text.length).toBeLessThan(200);
      expect(readCursor(text, true, 'b')).toEqual({ readAtMs: 7, position: { ...original, truncated: false } });
    }
  });

  test('of sorted lists cut what is too long, and say so', () => {
    fc.assert(
      fc.property(position, (original) => {
        const text = encodePosition(original, 7, 'b');
        expect(text.length).toBeLessThan(200);
        const { truncated, value, id } = positionOf(text);
        expect(id).toBe(original.id);
        if (truncated) expect(original.value?.startsWith(value ?? '?')).toBe(true);
        else expect(value).toBe(original.value);
      }),
    );
    expect(positionOf(encodePosition({ value: 'x'.repeat(300), id: 'c-1' }, 7, 'b')).truncated).toBe(true);
  });

  test('that were damaged anywhere are refused', () => {
    const text = encodeAnchors({ offset: 7, self: 1, before: [2, 3], after: [4] }, 7, 'b');
    for (let at = 0; at < text.length; at++) {
      const damaged = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect(() => readCursor(damaged, false, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    }
  });

  test.each(['', 'x', 'b2Zmc2V0OjIw', '💥', 'A'.repeat(100_000), ' ', '__proto__', 'null'])(
    'garbage is refused: %#',
    (text) => {
      expect(() => readCursor(text, false, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
      expect(() => readCursor(text, true, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    },
  );

  test('of another list, or of another kind, are refused', () => {
    const anchored = encodeAnchors({ offset: 7, self: 1, before: [], after: [] }, 7, 'one');
    expect(() => readCursor(anchored, false, 'two')).toThrow('belongs to another instance, filter or order');
    expect(() => readCursor(anchored, true, 'one')).toThrow('belongs to another instance, filter or order');
  });

  test('with a right seal over anything are a cursor, or refused as damaged', () => {
    const payload = fc.uint8Array({ maxLength: 140 });
    fc.assert(
      fc.property(payload, fc.boolean(), (bytes, isSorted) => {
        const text = forge(isSorted ? 0x22 : 0x21, bytes, 'b');
        try {
          const cursor = readCursor(text, isSorted, 'b');
          if ('anchors' in cursor) expect(cursor.anchors.offset).toBeLessThan(2 ** 31);
          else expect(cursor.position.id).toMatch(/^[\w-]{1,64}$/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CURSOR_INVALID' });
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('with an offset that no list has are refused', () => {
    const text = encodeAnchors({ offset: 2 ** 47, self: 1, before: [], after: [] }, 7, 'b');
    expect(() => readCursor(text, false, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });
});
