import type { Certificate } from '../certificates/certificate.ts';
import type { ListPage } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Span } from './spans.ts';

/** Null holds the place of a row that cannot be delivered: one without a readable ID, or one that stands there already. */
export type Rows = readonly (Certificate | null)[];

/** Consecutive rows of a list, without a gap and each only once. */
export interface Run {
  /** Position of the first row. */
  readonly from: number;
  readonly rows: Rows;
  /** Rows of the whole list, as the newest part says. */
  readonly total: number;
  /** When the oldest part was read, in milliseconds since the epoch. */
  readonly readAtMs: number;
  /** The calls that it took. */
  readonly calls: number;
  /** Whether some row contradicts the list's filter, here or where the run was cut from. */
  readonly ignoresFilter: boolean;
}

/** One call's answer, and the position that it was asked for. */
export interface Piece extends ListPage {
  readonly from: number;
}

export interface Stitched extends Omit<Run, 'ignoresFilter'> {
  /** The pieces do not fit together: the list changed between them, or ended before its total. */
  readonly moved: boolean;
  /** A row stands in two pieces. */
  readonly repeats: boolean;
}

/**
 * Joins pieces to one run. Offsets shift when certificates are added or removed, so a seam is trusted only if both sides agree on a
 * row that they share or, where they share none, on the total.
 */
export function stitch(pieces: readonly Piece[], from: number): Stitched {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? toStitched(only) : stitchAll(pieces, from);
}

function toStitched({ from, rows, total, readAtMs }: Piece): Stitched {
  const moved = rows.length === 0 && from < total;
  return { from, rows: withoutRepeats(rows), total, readAtMs, calls: 1, moved, repeats: false };
}

/** Null in the place of a row that has come before. */
function withoutRepeats(rows: Rows): Rows {
  const ids = new Set<string>();
  let kept: (Certificate | null)[] | undefined;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (!row) continue;
    const isFirst = ids.size < ids.add(row.id).size;
    if (isFirst) continue;
    kept ??= [...rows];
    kept[index] = null;
  }
  return kept ?? rows;
}

function stitchAll(pieces: readonly Piece[], from: number): Stitched {
  const rows: (Certificate | null)[] = [];
  /** The IDs at each position, those of repeated rows included, which `rows` leaves out. */
  const ids: (string | null)[] = [];
  const seen = new Map<string, Piece>();
  let moved = false;
  let repeats = false;
  let first: Piece | undefined;
  let previous: Piece | undefined;
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const shared = from + rows.length - piece.from;
    const sharesRow = shared > 0 && piece.rows.length > 0;
    if (previous !== undefined && !sharesRow && piece.total !== previous.total) moved = true;
    if (piece.rows.length === 0 && piece.from < piece.total) moved = true;
    if (first !== undefined && isSamePiece(first, piece)) moved = true;
    first ??= piece;
    previous = piece;
    if (shared < 0) {
      // Behind the end of the list, unless there are rows: then a piece before this one was cut short.
      if (piece.rows.length > 0) moved = true;
      continue;
    }
    for (const [index, row] of piece.rows.entries()) {
      const id = row === null ? null : row.id;
      if (index < shared) {
        if (id !== ids[piece.from - from + index]) moved = true;
        continue;
      }
      const earlier = id === null ? undefined : seen.get(id);
      if (earlier !== undefined && earlier !== piece) repeats = true;
      if (id !== null && earlier === undefined) seen.set(id, piece);
      rows.push(earlier === undefined ? row : null);
      ids.push(id);
    }
  }
  const readAtMs = Math.min(...pieces.map((piece) => piece.readAtMs));
  return { from, rows, total: newestOf(pieces).total, readAtMs, calls: pieces.length, moved, repeats };
}

/** The piece that was read last: its total is the best there is. */
export function newestOf(pieces: readonly Piece[]): Piece {
  return pieces.reduce((a, b) => (b.readAtMs >= a.readAtMs ? b : a));
}

/** Whether an answer to another offset is the same all over: the upstream ignores offsets. */
function isSamePiece(a: Piece, b: Piece): boolean {
  return b.rows.length > 1 && a.rows.length === b.rows.length && a.rows.every((row, index) => row?.id === b.rows[index]?.id);
}

/** The part of a run that lies in the span. */
export function toSlice(run: Run, span: Span): Run {
  const from = Math.max(span.from, run.from);
  const isAll = from === run.from && span.to >= run.from + run.rows.length;
  return isAll ? run : { ...run, from, rows: run.rows.slice(from - run.from, Math.max(span.to - run.from, 0)) };
}

export function isSameRun(a: Run, b: Run): boolean {
  return a.total === b.total && a.rows.length === b.rows.length && a.rows.every((row, index) => row?.id === b.rows[index]?.id);
}

/** The list could not be read so that its parts fit together. */
export function movingList(instanceId: string): SubgraphError {
  const message = 'The list kept changing while it was read, or ended before its own total. Try again.';
  return new SubgraphError('UPSTREAM_INVALID_RESPONSE', message, { upstream: { instanceId } });
}
