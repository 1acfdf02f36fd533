import { locate, toAnchors } from '../certificates/anchors.ts';
import type { Page } from '../certificates/connection.ts';
import {
  type Cursor,
  type CursorPosition,
  encodeAnchors,
  encodeEstatePosition,
  encodePosition,
  type Readings,
  staleCursor,
} from '../certificates/cursor.ts';
import { type Order, type SortPosition, toSortPosition } from '../certificates/order.ts';
import { type PageRequest, toPageSpan } from '../certificates/pageRequest.ts';
import { findPosition } from '../certificates/sorted.ts';
import type { View } from './views.ts';

export interface ViewPageRequest {
  readonly order: Order | null;
  readonly page: PageRequest;
  readonly cursor: Cursor | null;
  /** The text of everything that the page's cursors will be valid for. */
  readonly binding: string;
}

/** A page of a list that was read whole, filtered and sorted here. Throws CURSOR_STALE when its cursor's place is unknown. */
export function pageOfView(
  { rows, readAtMs, readings }: View & { readonly readings?: Readings },
  { order, page, cursor, binding }: ViewPageRequest,
): Page {
  const { from, to } = toPageSpan(toBoundary(rows, order, page, cursor), page, rows.length);
  const pageRows = rows.slice(from, to);
  return {
    rows: pageRows,
    hasPrevious: from > 0,
    hasNext: to < rows.length,
    total: rows.length,
    readAtMs,
    cursorAt(index) {
      if (order === null) return encodeAnchors(toAnchors(rows, from + index, 0), readAtMs, binding);
      const position = toSortPosition(pageRows[index] as View['rows'][number], order);
      return readings === undefined
        ? encodePosition(position, readAtMs, binding)
        : encodeEstatePosition(position, readings, binding);
    },
  };
}

/** The index of the first row on the far side of the cursor; without one, the start or the end of the list. */
function toBoundary(rows: View['rows'], order: Order | null, { direction }: PageRequest, cursor: Cursor | null): number {
  if (cursor === null) return direction === 'forward' ? 0 : rows.length;
  if ('position' in cursor) {
    return order === null ? rows.length : toSortedBoundary(rows, order, direction, cursor.position);
  }
  const place = locate(cursor.anchors, direction, { from: 0, rows, atStart: true, atEnd: true });
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
