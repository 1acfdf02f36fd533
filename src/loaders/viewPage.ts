import { locate, toAnchors } from '../certificates/anchors.ts';
import type { Page } from '../certificates/connection.ts';
import {
  type CursorPosition,
  decodeAnchors,
  decodePosition,
  encodeAnchors,
  encodePosition,
  staleCursor,
} from '../certificates/cursor.ts';
import { type Order, type SortPosition, toSortPosition } from '../certificates/order.ts';
import type { PageRequest } from '../certificates/pageRequest.ts';
import { findPosition } from '../certificates/sorted.ts';
import type { View } from './views.ts';

/** A page of a list that was read whole, filtered and sorted here. */
export function pageOfView({ rows, readAtMs }: View, order: Order | null, page: PageRequest, binding: string): Page {
  const boundary = toBoundary(rows, order, page, binding);
  const from = page.direction === 'forward' ? boundary : Math.max(boundary - page.size, 0);
  const to = page.direction === 'forward' ? Math.min(boundary + page.size, rows.length) : boundary;
  const pageRows = rows.slice(from, to);
  return {
    rows: pageRows,
    hasPrevious: from > 0,
    hasNext: to < rows.length,
    total: rows.length,
    readAtMs,
    cursorAt(index) {
      if (order === null) return encodeAnchors(toAnchors(rows, from + index, 0), binding);
      return encodePosition(toSortPosition(pageRows[index] as View['rows'][number], order), binding);
    },
  };
}

/** The index of the first row on the far side of the cursor; without one, the start or the end of the list. */
function toBoundary(rows: View['rows'], order: Order | null, { cursor, direction }: PageRequest, binding: string): number {
  if (cursor === null) return direction === 'forward' ? 0 : rows.length;
  if (order !== null) return toSortedBoundary(rows, order, direction, decodePosition(cursor, binding));
  const run = { from: 0, rows, atStart: true, atEnd: true };
  const place = locate(decodeAnchors(cursor, binding), direction === 'forward' ? 'after' : 'before', run);
  if (place.kind === 'found') return place.boundary;
  throw staleCursor();
}

function toSortedBoundary(
  rows: View['rows'],
  order: Order,
  direction: PageRequest['direction'],
  cursor: CursorPosition,
): number {
  const position = cursor.truncated ? restore(rows, order, cursor) : cursor;
  return findPosition(rows, order, position, direction === 'forward' ? 'behind' : 'at');
}

/**
 * The place of a cursor that holds only the beginning of a name too long for it. Its own row tells it whole; when that is gone and no
 * other name begins alike, the beginning is as good as the whole.
 */
function restore(rows: View['rows'], order: Order, { value, id }: CursorPosition): SortPosition {
  const alike = rows.map((row) => toSortPosition(row, order)).filter((position) => position.value?.startsWith(value ?? ''));
  const own = alike.find((position) => position.id === id);
  if (own === undefined && alike.length > 0) throw staleCursor();
  return own ?? { value, id };
}
