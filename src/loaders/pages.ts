import { type Anchors, locate, type Place } from '../certificates/anchors.ts';
import type { Page } from '../certificates/connection.ts';
import { type Cursor, readCursor, staleCursor } from '../certificates/cursor.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import type { Listing } from '../certificates/listing.ts';
import { MAX_LIMIT } from '../certificates/lists.ts';
import { type PageRequest, toPageRange } from '../certificates/pageRequest.ts';
import type { Range } from '../certificates/range.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { LoaderMeter } from './meter.ts';
import { cutPage, pageOfListing } from './pageOfListing.ts';
import { movingList } from './readRange.ts';
import type { WholeLists, WholeQuery } from './wholeLists.ts';
import type { LoadWindow, Window } from './windows.ts';

export interface PageQuery extends WholeQuery {
  readonly page: PageRequest;
  /** Only the total is needed, no row and no cursor. */
  readonly countOnly: boolean;
}

/** Rejects, besides with what reading does, with CURSOR_INVALID and CURSOR_STALE. */
export type LoadPage = (query: PageQuery) => Promise<Page>;

export interface PageDeps {
  readonly loadWindow: LoadWindow;
  readonly wholeLists: WholeLists;
  readonly held: HeldLists;
  readonly meter: LoaderMeter;
  /** When the operation began, in milliseconds since the epoch: all that is read from then on is newer than the cursors it was sent. */
  readonly beganAtMs: number;
}

/** Rows beyond the page, read where they cost no call: those around its cursor show whether the list moved, all are remembered. */
const LEAD_ROWS = 2;
const TRAIL_ROWS = 2;

/** Where the list is looked at, in turn, before giving up on one that keeps moving: the old place, around it, everywhere. */
const MAX_WINDOWS = 5;

/**
 * Pages of a list. In ROMA Connect's own order a page costs one call while the list rests. When it has moved, the page is looked
 * for around its old place, then in the whole list; so it is right, or it is an error.
 */
export function createLoadPage({ loadWindow, wholeLists, held, meter, beganAtMs }: PageDeps): LoadPage {
  return async (query) => {
    const { list, residual, order, page, countOnly } = query;
    const binding = JSON.stringify([list.instanceId, list.filter, residual, order]);
    const cursor = page.cursor === null ? null : readCursor(page.cursor, order !== null, binding);
    const isPlain = residual === null && (order === null || countOnly) && !held.hints.isIgnored(list);
    return isPlain ? pageOfWindow(query, cursor, binding) : pageOfWholeList(query, cursor, binding);
  };

  /**
   * A page is never made from something older than its cursor was made from: rows that came in between would be on neither page.
   * What is read for this operation is newer in any case, whatever the clocks of other replicas say.
   */
  function toNotBefore(cursor: Cursor | null): number {
    return cursor === null ? 0 : Math.min(cursor.readAtMs, beganAtMs);
  }

  async function pageOfWholeList(query: PageQuery, cursor: Cursor | null, binding: string): Promise<Page> {
    const request = { order: query.order, page: query.page, cursor: query.countOnly ? null : cursor, binding };
    const selected = await wholeLists.select(query, toNotBefore(request.cursor));
    try {
      return pageOfListing(selected, request);
    } catch (error) {
      const isStale = error instanceof SubgraphError && error.code === 'CURSOR_STALE';
      if (!isStale || selected.readAtMs >= beganAtMs) throw error;
      return pageOfListing(await wholeLists.select(query, beganAtMs), request);
    }
  }

  async function pageOfWindow(query: PageQuery, cursor: Cursor | null, binding: string): Promise<Page> {
    const { list, page, countOnly } = query;
    const anchors = cursor !== null && 'anchors' in cursor && !countOnly ? cursor.anchors : null;
    let window = countOnly ? JUST_THE_TOTAL : toFirstWindow(page, anchors);
    let notBeforeMs = toNotBefore(countOnly ? null : cursor);
    for (let tries = 1; tries <= MAX_WINDOWS; tries++) {
      const listing = await loadWindow({ list, ...window, notBeforeMs });
      if (listing.ignoresFilter) return pageOfWholeList(query, cursor, binding);
      const place = toPlace(listing, page, anchors);
      if (place.kind === 'found') {
        const wanted = countOnly ? { from: 0, to: 0 } : toPageRange(place.boundary, page, listing.total);
        if (wanted.from === wanted.to || listing.covers(wanted)) {
          if (anchors !== null && place.boundary !== toBoundary(anchors, page)) meter.cursorReanchored();
          return cutPage(listing, wanted, binding);
        }
        window = toWindow(place.boundary, page);
      } else if (place.kind === 'uncertain') {
        window = widen(window.range, anchors?.offset ?? 0, listing.total);
      } else {
        if (notBeforeMs === beganAtMs || listing.readAtMs >= beganAtMs) throw staleCursor();
        notBeforeMs = beganAtMs;
      }
    }
    throw movingList(list.instanceId);
  }
}

const JUST_THE_TOTAL: Window = { range: { from: 0, to: 0 }, lead: 0, trail: 0 };

function toFirstWindow(page: PageRequest, anchors: Anchors | null): Window {
  if (anchors !== null) return toWindow(toBoundary(anchors, page), page);
  // Without a cursor, only the total tells where the last page begins.
  return page.direction === 'forward' && page.size > 0 ? toWindow(0, page) : JUST_THE_TOTAL;
}

/** Where the cursor cuts the list, if it has not moved. */
function toBoundary(anchors: Anchors, page: PageRequest): number {
  return page.direction === 'forward' ? anchors.offset + 1 : anchors.offset;
}

/** The page next to the boundary, with the cursor's own row, if there is one, on the other side of it. */
function toWindow(boundary: number, { direction, size, cursor }: PageRequest): Window {
  const own = cursor === null ? 0 : 1;
  return direction === 'forward'
    ? { range: { from: Math.max(boundary - own, 0), to: boundary + size }, lead: LEAD_ROWS, trail: TRAIL_ROWS }
    : { range: { from: Math.max(boundary - size, 0), to: boundary + own }, lead: TRAIL_ROWS, trail: LEAD_ROWS };
}

/** As much as one call can see around the place, then the whole list. */
function widen(range: Range, place: number, total: number): Window {
  if (range.to - range.from >= MAX_LIMIT || total <= MAX_LIMIT) {
    return { range: { from: 0, to: Math.max(total, 1) }, lead: 0, trail: TRAIL_ROWS };
  }
  const from = Math.max(Math.min(place, total) - MAX_LIMIT / 2, 0);
  return { range: { from, to: from + MAX_LIMIT }, lead: 0, trail: 0 };
}

function toPlace(listing: Listing, page: PageRequest, anchors: Anchors | null): Place {
  if (anchors === null) return { kind: 'found', boundary: page.direction === 'forward' ? 0 : listing.total };
  return locate(anchors, page.direction, listing);
}
