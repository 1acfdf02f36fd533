import { MAX_LIMIT } from '../certificates/lists.ts';
import type { Range } from '../certificates/range.ts';

export const WHOLE_LIST: Range = { from: 0, to: Number.POSITIVE_INFINITY };

export function isWholeList({ from, to }: Range): boolean {
  return from === WHOLE_LIST.from && to === WHOLE_LIST.to;
}

/** Whether parts overlap by a row, at which both sides can be compared: always, or as far as it takes no further part. */
export type Sharing = 'always' | 'where free';

/**
 * Cuts a range, before which rows have been read already, into the fewest parts of at most `size` rows that share as asked. One after
 * the other, because a `total` is only a claim: one of billions must not cost the memory of as many parts.
 */
export function* splitRange({ from, to }: Range, size: number, sharing: Sharing): Generator<Range> {
  const count = Math.ceil((to - from) / size);
  const free = count * size - (to - from);
  let shares = canShare(from, size) ? (sharing === 'always' ? Number.POSITIVE_INFINITY : free) : 0;
  for (let start = from; start < to; ) {
    if (shares > 0) {
      start--;
      shares--;
    }
    const end = Math.min(start + size, to);
    yield { from: start, to: end };
    start = end;
  }
}

/** How many parts {@link splitRange} makes. */
export function countParts({ from, to }: Range, size: number, sharing: Sharing): number {
  return Math.ceil((to - from) / (sharing === 'always' && canShare(from, size) ? size - 1 : size));
}

function canShare(from: number, size: number): boolean {
  return from > 0 && size > 1;
}

/** The way to cover the first windows: its cost, and the index of the window that its last range begins with. */
interface Cover {
  readonly calls: number;
  readonly rows: number;
  readonly lastStart: number;
}

/**
 * The fewest calls that cover all windows, and among those the fewest rows: windows are merged, and gaps bridged, exactly where that
 * saves a call. No window is split over two results; a result above {@link MAX_LIMIT} rows stands for several calls.
 */
export function mergeWindows(windows: readonly Range[]): Range[] {
  const sorted = [...windows].sort((a, b) => a.from - b.from || a.to - b.to);
  const reach = toReach(sorted);
  const covers: Cover[] = [{ calls: 0, rows: 0, lastStart: 0 }];
  for (const [last, { to: end }] of sorted.entries()) {
    let cheapest: Cover | undefined;
    let to = end;
    for (let start = last; start >= 0; start--) {
      const { from, to: windowEnd } = sorted[start] as Range;
      to = Math.max(to, windowEnd);
      const before = covers[start] as Cover;
      const cover = { calls: before.calls + toCalls({ from, to }), rows: before.rows + to - from, lastStart: start };
      if (cheapest === undefined || isCheaper(cover, cheapest)) cheapest = cover;
      // Bridging a gap of a whole call saves nothing, whatever lies on either side.
      if (from - (reach[start - 1] ?? from) >= MAX_LIMIT) break;
    }
    covers.push(cheapest as Cover);
  }
  return toRanges(sorted, covers);
}

/** The calls that a range takes. */
export function toCalls({ from, to }: Range): number {
  return Math.max(1, Math.ceil((to - from) / MAX_LIMIT));
}

function isCheaper(a: Cover, b: Cover): boolean {
  return a.calls < b.calls || (a.calls === b.calls && a.rows < b.rows);
}

/** How far the windows up to each one reach. */
function toReach(sorted: readonly Range[]): number[] {
  let reach = 0;
  return sorted.map(({ to }) => {
    reach = Math.max(reach, to);
    return reach;
  });
}

function toRanges(sorted: readonly Range[], covers: readonly Cover[]): Range[] {
  const ranges: Range[] = [];
  for (let end = sorted.length; end > 0; ) {
    const start = (covers[end] as Cover).lastStart;
    const group = sorted.slice(start, end);
    ranges.unshift({ from: (group[0] as Range).from, to: Math.max(...group.map(({ to }) => to)) });
    end = start;
  }
  return ranges;
}
