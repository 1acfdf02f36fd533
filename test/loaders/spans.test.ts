import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countPieces, mergeWindows, type Span, splitSpan } from '../../src/loaders/spans.ts';

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
    expect(mergeWindows(windows.map(toSpan))).toEqual(merged.map(toSpan));
  });

  test('needs no more calls than the fewest 500-row pieces that cover every wanted row', () => {
    const window = fc
      .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 500 }))
      .map(([from, size]) => [from, from + size]);
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 12 }), (windows) => {
        const spans = windows.map(([from = 0, to = 0]) => ({ from, to }));
        const merged = mergeWindows(spans);
        for (const span of spans) expect(merged.some(({ from, to }) => from <= span.from && span.to <= to)).toBe(true);
        const calls = merged.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / 500), 0);
        // Pieces that may begin anywhere and cut windows in two can save a call only where a window is cut.
        expect(calls).toBeLessThanOrEqual(Math.max(toFewestPieces(spans), toFewestUncut(spans)));
      }),
    );
  });
});

describe('splitSpan', () => {
  test.each<{ span: [number, number]; size: number; pieces: [number, number][] }>([
    { span: [500, 600], size: 500, pieces: [[499, 600]] },
    { span: [500, 1000], size: 500, pieces: [[500, 1000]] },
    {
      span: [500, 1400],
      size: 500,
      pieces: [
        [499, 999],
        [998, 1400],
      ],
    },
    {
      span: [500, 1499],
      size: 500,
      pieces: [
        [499, 999],
        [999, 1499],
      ],
    },
    {
      span: [3, 6],
      size: 1,
      pieces: [
        [3, 4],
        [4, 5],
        [5, 6],
      ],
    },
  ])('$span in pieces of $size shares rows where there is room', ({ span, size, pieces }) => {
    expect([...splitSpan(toSpan(span), size, 'where free')]).toEqual(pieces.map(toSpan));
  });

  test('always shares when asked to', () => {
    expect(Array.from(splitSpan({ from: 20, to: 60 }, 20, 'always'), ({ from, to }) => [from, to])).toEqual([
      [19, 39],
      [38, 58],
      [57, 60],
    ]);
  });

  test('is never longer than it must be, and leaves no row out', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 500 }), (from, length, size) => {
        const pieces = [...splitSpan({ from, to: from + length }, size, 'where free')];
        expect(pieces.length).toBe(Math.ceil(length / size));
        expect(pieces.at(-1)?.to).toBe(from + length);
        pieces.forEach((piece, index) => {
          expect(piece.to - piece.from).toBeLessThanOrEqual(size);
          const previousEnd = pieces[index - 1]?.to ?? from;
          expect([previousEnd, previousEnd - 1]).toContain(piece.from);
        });
      }),
    );
  });

  test('makes as many pieces as were counted before', () => {
    const sharing = fc.constantFrom('always', 'where free');
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        sharing,
        (from, length, size, how) => {
          const span = { from, to: from + length };
          expect(countPieces(span, size, how)).toBe([...splitSpan(span, size, how)].length);
        },
      ),
    );
  });
});

function toSpan([from, to]: readonly [number, number]): Span {
  return { from, to };
}

/** The fewest pieces of 500 rows that cover all rows, wherever they begin: the greedy cover of points on a line. */
function toFewestPieces(spans: readonly Span[]): number {
  const rows = [...new Set(spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index)))];
  let pieces = 0;
  let covered = -1;
  for (const row of rows.sort((a, b) => a - b)) {
    if (row <= covered) continue;
    pieces++;
    covered = row + 499;
  }
  return pieces;
}

/** The fewest pieces of 500 rows when no window may be cut. */
function toFewestUncut(spans: readonly Span[]): number {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
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
