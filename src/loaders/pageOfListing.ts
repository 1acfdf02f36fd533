import { locate, toAnchors } from '../certificates/anchors.ts';
import type { Certificate } from '../certificates/certificate.ts';
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
import type { Listing, Rows } from '../certificates/listing.ts';
import { type Order, type SortPosition, toSortPosition } from '../certificates/order.ts';
import { type PageRequest, toPageRange } from '../certificates/pageRequest.ts';
import type { Range } from '../certificates/range.ts';
import { findPosition } from '../certificates/sorted.ts';

export interface ListingPageRequest {
  /** Null: ROMA Connect's own order. */
  readonly order: Order | null;
  readonly page: PageRequest;
  readonly cursor: Cursor | null;
  /** The text of everything that the page's cursors will be valid for. */
  readonly binding: string;
  /** Of a list over all instances: the readings that it was made from. */
  readonly readings?: Readings;
}

/** A page of a list that was read whole, filtered and sorted here. Throws CURSOR_STALE when its cursor's place is unknown. */
export function pageOfListing(listing: Listing, { order, page, cursor, binding, readings }: ListingPageRequest): Page {
  const range = toPageRange(toBoundary(listing, order, page, cursor), page, listing.total);
  if (order === null) return cutPage(listing, range, binding);
  return toPage(listing, range, (row) => {
    const position = toSortPosition(listing.rows[row] as Certificate, order);
    return readings === undefined
      ? encodePosition(position, listing.readAtMs, binding)
      : encodeEstatePosition(position, readings, binding);
  });
}

/** The page that lies in this range of a list in ROMA Connect's own order. */
export function cutPage(listing: Listing, range: Range, binding: string): Page {
  return toPage(listing, range, (row) => encodeAnchors(toAnchors(listing, row), listing.readAtMs, binding));
}

/** `cursorOf`: of the row at this index of the listing. */
function toPage(listing: Listing, { from, to }: Range, cursorOf: (row: number) => string): Page {
  const { rows, total, readAtMs } = listing;
  const indexes: number[] = [];
  for (let index = from - listing.from; index < to - listing.from; index++) if (rows[index]) indexes.push(index);
  return {
    rows: indexes.map((index) => rows[index] as Certificate),
    hasPrevious: from > 0,
    hasNext: to < total,
    total,
    readAtMs,
    cursorAt: (index) => cursorOf(indexes[index] as number),
  };
}

/** The index of the first row on the far side of the cursor; without one, the start or the end of the list. */
function toBoundary(listing: Listing, order: Order | null, { direction }: PageRequest, cursor: Cursor | null): number {
  if (cursor === null) return direction === 'forward' ? 0 : listing.total;
  if ('position' in cursor && order !== null) return toSortedBoundary(listing.rows, order, direction, cursor.position);
  const place = 'anchors' in cursor ? locate(cursor.anchors, direction, listing) : undefined;
  if (place?.kind === 'found') return place.boundary;
  throw staleCursor();
}

function toSortedBoundary(rows: Rows, order: Order, direction: PageRequest['direction'], cursor: CursorPosition): number {
  const sorted = rows as readonly Certificate[];
  const position = cursor.truncated ? restore(sorted, order, cursor) : cursor;
  return findPosition(sorted, order, position, direction === 'forward' ? 'behind' : 'at');
}

/**
 * The place of a cursor that holds only the beginning of a name too long for it. Its own row tells it whole; when that is gone and no
 * other name begins alike, the beginning is as good as the whole.
 */
function restore(rows: readonly Certificate[], order: Order, { value, id }: CursorPosition): SortPosition {
  const alike = rows.map((row) => toSortPosition(row, order)).filter((position) => position.value?.startsWith(value ?? ''));
  const own = alike.find((position) => position.id === id);
  if (own === undefined && alike.length > 0) throw staleCursor();
  return own ?? { value, id };
}
