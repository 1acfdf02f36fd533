import { fingerprint } from './fingerprint.ts';
import type { Listing } from './listing.ts';
import type { PageRequest } from './pageRequest.ts';

/**
 * What a cursor over ROMA Connect's own order remembers: where its row stood, the row, and the rows that stood next to it without a
 * gap. As long as the upstream keeps its relative order, any one of them that is still there tells where the cursor points.
 */
export interface Anchors {
  /** Position of the row when the cursor was made: where to look first, nothing more. */
  readonly offset: number;
  readonly self: number;
  /** Fingerprints of the rows before it, nearest first. */
  readonly before: readonly number[];
  /** Fingerprints of the rows after it, nearest first. */
  readonly after: readonly number[];
}

/** How many neighbours a cursor remembers at most: those before it are the page's own rows and cost no reading. */
export const MAX_ANCHORS_BEFORE = 8;
export const MAX_ANCHORS_AFTER = 4;

/** Makes the anchors of the row at this index of a listing. */
export function toAnchors({ rows, from }: Listing, index: number): Anchors {
  const before: number[] = [];
  for (let at = index - 1; at >= 0 && before.length < MAX_ANCHORS_BEFORE; at--) {
    const row = rows[at];
    if (row) before.push(fingerprint(row.id));
  }
  const after: number[] = [];
  for (let at = index + 1; at < rows.length && after.length < MAX_ANCHORS_AFTER; at++) {
    const row = rows[at];
    if (row) after.push(fingerprint(row.id));
  }
  return { offset: from + index, self: fingerprint(rows[index]?.id ?? ''), before, after };
}

/** Where the cursor points now: `boundary` is the position of the first row on its far side; or what is not yet known. */
export type Place =
  | { readonly kind: 'found'; readonly boundary: number }
  /** More rows are needed to tell. */
  | { readonly kind: 'uncertain' }
  /** The whole list was looked at and nothing that the cursor remembers is left. */
  | { readonly kind: 'gone' };

/**
 * Finds where a cursor points now, by rows of the list. The list is cut in two: forwards the cursor's row belongs to the near side (what
 * has been read), backwards to the far side.
 *
 * The remembered rows stood next to each other, so a remembered row that is seen settles the place only if no remembered row
 * between it and the cut can still hide outside the listing. Rows that were added in between are delivered: they are new, and only
 * rows that were there all along must be neither skipped nor repeated.
 */
export function locate(anchors: Anchors, direction: PageRequest['direction'], listing: Listing): Place {
  const { from, rows } = listing;
  const atStart = from === 0;
  const atEnd = listing.reaches(listing.total);
  const isForward = direction === 'forward';
  const left = isForward ? [anchors.self, ...anchors.before] : anchors.before;
  const right = isForward ? anchors.after : [anchors.self, ...anchors.after];
  let lastLeft = -1;
  let lastLeftRank = Number.POSITIVE_INFINITY;
  let firstRight = -1;
  let firstRightRank = Number.POSITIVE_INFINITY;
  let selfAt = -1;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (!row) continue;
    const print = fingerprint(row.id);
    if (print === anchors.self) selfAt = index;
    const leftRank = left.indexOf(print);
    if (leftRank !== -1) {
      lastLeft = index;
      lastLeftRank = leftRank;
      continue;
    }
    const rightRank = firstRight === -1 ? right.indexOf(print) : -1;
    if (rightRank !== -1) {
      firstRight = index;
      firstRightRank = rightRank;
    }
  }
  if (lastLeft !== -1 && firstRight !== -1 && lastLeft > firstRight) {
    // The upstream changed its order, against the assumption. The row itself is the best that is left.
    if (selfAt === -1) return { kind: 'gone' };
    return { kind: 'found', boundary: from + selfAt + (isForward ? 1 : 0) };
  }
  const leftSettles = lastLeft !== -1 && (lastLeftRank === 0 || firstRight !== -1 || atEnd);
  if (leftSettles) return { kind: 'found', boundary: from + lastLeft + 1 };
  const rightSettles = firstRight !== -1 && (firstRightRank === 0 || atStart);
  if (rightSettles) return { kind: 'found', boundary: from + firstRight };
  return atStart && atEnd ? { kind: 'gone' } : { kind: 'uncertain' };
}
