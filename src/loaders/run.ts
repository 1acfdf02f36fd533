import type { Certificate } from '../certificates/certificate.ts';
import type { HeldList, HeldLists } from '../certificates/heldLists.ts';
import { type List, type ListCertificates, type ListPage, MAX_LIMIT, type Operation } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Freshness } from './freshness.ts';
import { type Span, splitSpan, WHOLE_LIST } from './spans.ts';

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

/** Watches a reading, and ends it when it has seen enough. */
export interface Watcher {
  /** Shown the rows of every call. */
  see(rows: Run['rows']): void;
  isContent(): boolean;
}

/**
 * Reads the span of a list, or what there is of it, or as much as its watcher needs.
 *
 * Rejects with what a call rejects with, with UPSTREAM_INVALID_RESPONSE when the list ends before its own total or does not hold
 * still, and, without a watcher, with REQUEST_LIMIT_EXCEEDED before reading on when the operation cannot afford the rest.
 */
export type ReadRun = (list: List, span: Span, watcher?: Watcher) => Promise<Run>;

/** Calls under way at once for one run. */
const MAX_PARALLEL = 8;

/** How often a list that moved while it was read is read in all. */
const MAX_READS = 3;

/** One call's answer, and where it was asked for. */
interface Piece extends ListPage {
  readonly from: number;
}

export interface ReadRunDeps {
  readonly listCertificates: ListCertificates;
  readonly operation: Operation;
  /** Whole lists of the operation's caller: served from here, and left here. */
  readonly held: HeldLists;
  /** Told the age of everything that goes into the answer. */
  readonly freshness: Freshness;
}

export function createReadRun({ listCertificates, operation, held, freshness }: ReadRunDeps): ReadRun {
  /** Calls that runs under way have planned, so that several lists do not plan the same remainder of the budget. */
  let planned = 0;

  return async (list, span, watcher) => {
    const whole = held.get(list);
    if (whole !== undefined) {
      freshness.note(whole.readAtMs);
      watcher?.see(whole.rows);
      return toSlice(whole, span);
    }
    let previous: Run | undefined;
    for (let reads = 1; ; reads++) {
      // Pieces that did not fit together are read anew, and not from what is left of earlier operations.
      const pieces = await readPieces(span, { fresh: reads > 1 });
      const { run, moved, repeats } = stitch(pieces, span.from);
      // A row met twice may mean that the list moved. When the same comes out again, the upstream just repeats rows.
      const holdsStill = !moved && (!repeats || (previous !== undefined && isSameRun(previous, run)));
      if (holdsStill && run.from === 0 && run.rows.length >= run.total) held.keep(list, run);
      if (holdsStill || watcher?.isContent() === true) {
        freshness.note(run.readAtMs);
        return run;
      }
      if (reads === MAX_READS) throw movingList(list.instanceId, isWhole(run, span));
      previous = run;
    }

    async function readPieces({ from, to }: Span, options: { fresh: boolean }): Promise<Piece[]> {
      const asked = Math.min(to - from, MAX_LIMIT);
      const first = await readPiece(from, asked, options);
      const pieces = [first];
      const reached = from + first.rows.length;
      const end = Math.min(to, first.total);
      if (reached >= end || first.rows.length === 0 || watcher?.isContent() === true) return pieces;
      // Fewer rows than asked for and yet more to come: the upstream clamps lower, so the rest is asked for in its measure.
      const size = first.rows.length < asked ? first.rows.length : MAX_LIMIT;
      // A page must not lose a row for the sake of a call. A whole list is long, and its other checks are many.
      const rest = splitSpan({ from: reached, to: end }, size, to === WHOLE_LIST.to ? 'where free' : 'always');
      const release = watcher === undefined ? plan(rest.length) : undefined;
      try {
        // A walk widens as it goes on: most IDs are found early, and a long list should not take one round trip a page.
        let width = watcher === undefined ? MAX_PARALLEL : 1;
        for (let at = 0; at < rest.length; at += width, width = Math.min(width * 2, MAX_PARALLEL)) {
          pieces.push(...(await Promise.all(rest.slice(at, at + width).map((piece) => fill(piece, options)))).flat());
          if (watcher?.isContent() === true) break;
        }
      } finally {
        release?.();
      }
      return pieces;
    }

    /** Asks again from where a short answer ended, until the span is covered or the list is over. */
    async function fill({ from, to }: Span, options: { fresh: boolean }): Promise<Piece[]> {
      const pieces: Piece[] = [];
      let at = from;
      do {
        const piece = await readPiece(at, to - at, options);
        pieces.push(piece);
        if (piece.rows.length === 0) break;
        at += piece.rows.length;
      } while (at < Math.min(to, pieces.at(-1)?.total ?? 0));
      return pieces;
    }

    async function readPiece(from: number, limit: number, options: { fresh: boolean }): Promise<Piece> {
      const page = await listCertificates({ ...list, offset: from, limit }, operation, options);
      watcher?.see(page.rows);
      return { from, ...page };
    }
  };

  /** Refuses a reading that the operation cannot afford before any of its calls is made. */
  function plan(calls: number): () => void {
    const left = operation.budget.remaining - planned;
    if (calls > left) {
      throw new SubgraphError(
        'REQUEST_LIMIT_EXCEEDED',
        `Reading this list needs ${calls} more calls to ROMA Connect, and ${Math.max(left, 0)} are left for this operation. ` +
          'Ask without "orderBy", "expiresBefore", "expiresAfter" and "coversHost", narrow "filter", or ask for less in one operation.',
      );
    }
    planned += calls;
    return () => {
      planned -= calls;
    };
  }
}

interface Stitched {
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
function stitch(pieces: readonly Piece[], from: number): Stitched {
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

function toSlice({ rows, total, readAtMs }: HeldList, { from, to }: Span): Run {
  return { from, rows: rows.slice(from, to), total, readAtMs, calls: 0 };
}

function isWhole({ from, rows, total }: Run, span: Span): boolean {
  return from + rows.length >= Math.min(span.to, total);
}

function isSameRun(a: Run, b: Run): boolean {
  return a.total === b.total && a.rows.length === b.rows.length && a.rows.every((row, index) => row?.id === b.rows[index]?.id);
}

export function movingList(instanceId: string, isWholeList: boolean): SubgraphError {
  return new SubgraphError(
    'UPSTREAM_INVALID_RESPONSE',
    isWholeList
      ? 'The list kept changing while it was read. Try again.'
      : 'ROMA Connect returned fewer certificates than its own total. Try again.',
    { upstream: { instanceId } },
  );
}
