import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Range } from '../../src/certificates/range.ts';
import { countParts, mergeWindows, splitRange } from '../../src/loaders/ranges.ts';

describe('mergeWindows', () => {
  test.each<{ name: string; windows: [number, number][]; merged: [number, number][] }>([
    { name: 'one window is one call', windows: [[0, 20]], merged: [[0, 20]] },
    {
      name: 'equal windows are one call',
      windows: [
        [0, 20],
        [0, 20],
      ],
      merged: [[0, 20]],
    },
    {
      name: 'neighbours are one call',
      windows: [
        [20, 40],
        [0, 20],
      ],
      merged: [[0, 40]],
    },
    {
      name: 'a gap that one call can bridge is bridged',
      windows: [
        [0, 20],
        [480, 500],
      ],
      merged: [[0, 500]],
    },
    {
      name: 'a gap that no call can bridge is not',
      windows: [
        [0, 20],
        [490, 510],
      ],
      merged: [
        [0, 20],
        [490, 510],
      ],
    },
    {
      name: 'a window inside another costs nothing',
      windows: [
        [0, 300],
        [10, 20],
      ],
      merged: [[0, 300]],
    },
    {
      name: 'overlapping windows share calls',
      windows: [
        [0, 400],
        [300, 700],
        [600, 1000],
      ],
      merged: [[0, 1000]],
    },
    { name: 'nothing is no call', windows: [], merged: [] },
  ])('$name', ({ windows, merged }) => {
    expect(mergeWindows(windows.map(toRange))).toEqual(merged.map(toRange));
  });

  test('needs no more calls than the fewest 500-row parts that cover every wanted row', () => {
    const window = fc
      .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 500 }))
      .map(([from, size]) => [from, from + size]);
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 12 }), (windows) => {
        const ranges = windows.map(([from = 0, to = 0]) => ({ from, to }));
        const merged = mergeWindows(ranges);
        for (const range of ranges) expect(merged.some(({ from, to }) => from <= range.from && range.to <= to)).toBe(true);
        const calls = merged.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / 500), 0);
        // Pieces that may begin anywhere and cut windows in two can save a call only where a window is cut.
        expect(calls).toBeLessThanOrEqual(Math.max(toFewestPieces(ranges), toFewestUncut(ranges)));
      }),
    );
  });
});

describe('splitRange', () => {
  test.each<{ range: [number, number]; size: number; parts: [number, number][] }>([
    { range: [500, 600], size: 500, parts: [[499, 600]] },
    { range: [500, 1000], size: 500, parts: [[500, 1000]] },
    {
      range: [500, 1400],
      size: 500,
      parts: [
        [499, 999],
        [998, 1400],
      ],
    },
    {
      range: [500, 1499],
      size: 500,
      parts: [
        [499, 999],
        [999, 1499],
      ],
    },
    {
      range: [3, 6],
      size: 1,
      parts: [
        [3, 4],
        [4, 5],
        [5, 6],
      ],
    },
  ])('$range in parts of $size shares rows where there is room', ({ range, size, parts }) => {
    expect([...splitRange(toRange(range), size, 'where free')]).toEqual(parts.map(toRange));
  });

  test('always shares when asked to', () => {
    expect(Array.from(splitRange({ from: 20, to: 60 }, 20, 'always'), ({ from, to }) => [from, to])).toEqual([
      [19, 39],
      [38, 58],
      [57, 60],
    ]);
  });

  test('is never longer than it must be, and leaves no row out', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 500 }), (from, length, size) => {
        const parts = [...splitRange({ from, to: from + length }, size, 'where free')];
        expect(parts.length).toBe(Math.ceil(length / size));
        expect(parts.at(-1)?.to).toBe(from + length);
        parts.forEach((part, index) => {
          expect(part.to - part.from).toBeLessThanOrEqual(size);
          const previousEnd = parts[index - 1]?.to ?? from;
          expect([previousEnd, previousEnd - 1]).toContain(part.from);
        });
      }),
    );
  });

  test('makes as many parts as were counted before', () => {
    const sharing = fc.constantFrom('always', 'where free');
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        sharing,
        (from, length, size, how) => {
          const range = { from, to: from + length };
          expect(countParts(range, size, how)).toBe([...splitRange(range, size, how)].length);
        },
      ),
    );
  });
});

function toRange([from, to]: readonly [number, number]): Range {
  return { from, to };
}

/** The fewest parts of 500 rows that cover all rows, wherever they begin: the greedy cover of points on a line. */
function toFewestPieces(ranges: readonly Range[]): number {
  const rows = [...new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index)))];
  let parts = 0;
  let covered = -1;
  for (const row of rows.sort((a, b) => a - b)) {
    if (row <= covered) continue;
    parts++;
    covered = row + 499;
  }
  return parts;
}

/** The fewest parts of 500 rows when no window may be cut. */
function toFewestUncut(ranges: readonly Range[]): number {
  const sorted = [...ranges].sort((a, b) => a.from - b.from);
  const best = [0];
  for (let count = 1; count <= sorted.length; count++) {
    let fewest = Number.POSITIVE_INFINITY;
    for (let start = count - 1; start >= 0; start--) {
      const group = sorted.slice(start, count);
      const rows = Math.max(...group.map(({ to }) => to)) - (group[0]?.from ?? 0);
      if (rows <= 500) fewest = Math.min(fewest, (best[start] ?? 0) + 1);
    }
    best.push(fewest);
  }
  return best.at(-1) ?? 0;
}
