import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Anchors, MAX_ANCHORS_AFTER, MAX_ANCHORS_BEFORE } from '../../src/certificates/anchors.ts';
import { decodeAnchors, decodePosition, encodeAnchors, encodePosition } from '../../src/certificates/cursor.ts';

const print = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anchors: fc.Arbitrary<Anchors> = fc.record({
  offset: fc.nat(),
  self: print,
  before: fc.array(print, { maxLength: MAX_ANCHORS_BEFORE }),
  after: fc.array(print, { maxLength: MAX_ANCHORS_AFTER }),
});
const position = fc.record({
  value: fc.option(fc.string({ unit: 'binary', maxLength: 50 })),
  id: fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/)),
});

describe('cursors', () => {
  test('come back as they went, in less than 200 characters', () => {
    fc.assert(
      fc.property(anchors, fc.string(), (original, binding) => {
        const text = encodeAnchors(original, binding);
        expect(text.length).toBeLessThan(200);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeAnchors(text, binding)).toEqual(original);
      }),
    );
  });

  test('of sorted lists keep any name of 50 letters, Chinese too, and a 32-digit ID whole', () => {
    for (const name of ['证'.repeat(50), 'a'.repeat(50), '']) {
      const original = { value: name, id: '0123456789abcdef0123456789abcdef' };
      const text = encodePosition(original, 'b');
      expect(text.length).toBeLessThan(200);
      expect(decodePosition(text, 'b')).toEqual({ ...original, truncated: false });
    }
  });

  test('of sorted lists cut what is too long, and say so', () => {
    fc.assert(
      fc.property(position, (original) => {
        const text = encodePosition(original, 'b');
        expect(text.length).toBeLessThan(200);
        const { truncated, value, id } = decodePosition(text, 'b');
        expect(id).toBe(original.id);
        if (truncated) expect(original.value?.startsWith(value ?? '?')).toBe(true);
        else expect(value).toBe(original.value);
      }),
    );
    expect(decodePosition(encodePosition({ value: 'x'.repeat(300), id: 'c-1' }, 'b'), 'b').truncated).toBe(true);
  });

  test('that were damaged anywhere are refused', () => {
    const text = encodeAnchors({ offset: 7, self: 1, before: [2, 3], after: [4] }, 'b');
    for (let at = 0; at < text.length; at++) {
      const damaged = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect(() => decodeAnchors(damaged, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    }
  });

  test.each(['', 'x', 'b2Zmc2V0OjIw', '💥', 'A'.repeat(100_000), ' ', '__proto__', 'null'])(
    'garbage is refused: %#',
    (text) => {
      expect(() => decodeAnchors(text, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
      expect(() => decodePosition(text, 'b')).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    },
  );

  test('of another list, or of another kind, are refused', () => {
    const anchored = encodeAnchors({ offset: 7, self: 1, before: [], after: [] }, 'one');
    expect(() => decodeAnchors(anchored, 'two')).toThrow('belongs to another instance, filter or order');
    expect(() => decodePosition(anchored, 'one')).toThrow('belongs to another instance, filter or order');
  });
});
