import type { Certificate } from '../certificates/certificate.ts';
import type { ListPage } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';

/** Consecutive rows of a list, without a gap and each only once. */
export interface Run {
  /** Position of the first row. */
  readonly from: number;
  /** Null holds the place of a row that cannot be delivered: one without a readable ID, or one that stands in the run already. */
  readonly rows: readonly (Certificate | null)[];
  /** Rows of the whole list, as the newest part says. */
  readonly total: number;
  /** When the oldest part was read, in milliseconds since the epoch. */
  readonly readAtMs: number;
  /** The calls that it took. */
  readonly calls: number;
}

/** One call's answer, and the position that it was asked for. */
export interface Piece extends ListPage {
  readonly from: number;
}

export interface Stitched {
  readonly run: Run;
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
  const rows: (Certificate | null)[] = [];
  const seen = new Map<string, Piece>();
  let moved = false;
  let repeats = false;
  let previous: Piece | undefined;
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const shared = from + rows.length - piece.from;
    const sharesRow = shared > 0 && piece.rows.length > 0;
    if (previous !== undefined && !sharesRow && piece.total !== previous.total) moved = true;
    if (piece.rows.length === 0 && piece.from < piece.total) moved = true;
    if (shared < 0) break; // A piece before this one was cut short.
    for (const [index, row] of piece.rows.entries()) {
      if (index < shared) {
        if (row?.id !== rows[piece.from - from + index]?.id) moved = true;
        continue;
      }
      const earlier = row === null ? undefined : seen.get(row.id);
      if (earlier !== undefined && earlier !== piece) repeats = true;
      if (row !== null && earlier === undefined) seen.set(row.id, piece);
      rows.push(earlier === undefined ? row : null);
    }
    previous = piece;
  }
  const newest = pieces.reduce((a, b) => (b.readAtMs > a.readAtMs ? b : a));
  const readAtMs = Math.min(...pieces.map((piece) => piece.readAtMs));
  return { run: { from, rows, total: newest.total, readAtMs, calls: pieces.length }, moved, repeats };
}

export function isSameRun(a: Run, b: Run): boolean {
  return a.total === b.total && a.rows.length === b.rows.length && a.rows.every((row, index) => row?.id === b.rows[index]?.id);
}

/** The list could not be read so that its parts fit together. */
export function movingList(instanceId: string): SubgraphError {
  const message = 'The list kept changing while it was read, or ended before its own total. Try again.';
  return new SubgraphError('UPSTREAM_INVALID_RESPONSE', message, { upstream: { instanceId } });
}
