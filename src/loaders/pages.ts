import { type Anchors, locate, type Place, toAnchors } from '../certificates/anchors.ts';
import type { Certificate } from '../certificates/certificate.ts';
import type { Page } from '../certificates/connection.ts';
import { decodeAnchors, decodePosition, encodeAnchors, staleCursor } from '../certificates/cursor.ts';
import { matchesListFilter } from '../certificates/filter.ts';
import { MAX_LIMIT } from '../certificates/lists.ts';
import type { PageRequest } from '../certificates/pageRequest.ts';
import type { LoaderMeter } from './meter.ts';
import { movingList, type Run } from './run.ts';
import type { Span } from './spans.ts';
import { pageOfView } from './viewPage.ts';
import type { ViewQuery, WholeLists } from './views.ts';
import type { LoadWindow } from './windows.ts';

export interface PageQuery extends ViewQuery {
  readonly page: PageRequest;
  /** Only the total is needed, no row and no cursor. */
  readonly countOnly: boolean;
}

export type LoadPage = (query: PageQuery) => Promise<Page>;

/**
 * Rows that are read beyond the page, where they cost no second call: those before a forward page show whether the list moved, those
 * behind it are remembered by its last cursors. Backward pages mirror this.
 */
const LEAD_ROWS = 3;
const TRAIL_ROWS = 2;

/** Where the list is looked at, in turn, before giving up on one that keeps moving: the old place, around it, everywhere. */
const MAX_WINDOWS = 5;

/**
 * Pages of a list. In ROMA Connect's own order a page costs one call while the list rests. When it has moved, the page is looked
 * for around its old place, then in the whole list; so it is right, or it is an error.
 */
export function createLoadPage(loadWindow: LoadWindow, wholeLists: WholeLists, meter: LoaderMeter): LoadPage {
  return async (query) => {
    const binding = toBinding(query);
    const isCount = query.countOnly && query.own === null;
    return isCount || (query.order === null && query.own === null) ? ownOrderPage(query, binding) : page(query, binding);
  };

  async function page(query: PageQuery, binding: string): Promise<Page> {
    return pageOfView(await wholeLists.view(query), query.order, query.page, binding);
  }

  async function ownOrderPage(query: PageQuery, binding: string): Promise<Page> {
    const { list, countOnly } = query;
    const anchors = readAnchors(query, binding);
    let span = toFirstSpan(query, anchors);
    for (let tries = 1; tries <= MAX_WINDOWS; tries++) {
      const run = await loadWindow({ list, span });
      // ROMA Connect ignored a condition, so its total and its positions are those of another list.
      if (run.rows.some((row) => row !== null && !matchesListFilter(row, list.filter))) return page(query, binding);
      const place = toPlace(run, query.page, countOnly ? null : anchors);
      if (place.kind === 'gone') throw staleCursor();
      if (place.kind === 'found') {
        const wanted = toWantedSpan(place.boundary, query.page, run.total);
        if (countOnly || query.page.size === 0 || covers(run, wanted)) {
          if (anchors !== null && place.boundary !== toBoundary(anchors, query.page)) meter.cursorReanchored();
          return toPage(run, wanted, query, binding);
        }
        span = toSpan(place.boundary, query.page);
      } else {
        span = widen(span, anchors?.offset ?? 0, run.total);
      }
    }
    throw movingList(list.instanceId);
  }
}

/** The text of everything that a cursor is valid for. */
function toBinding({ list, own, order }: ViewQuery): string {
  return JSON.stringify([list.instanceId, list.filter, own, order]);
}

/** What the cursor remembers, if there is one; a count does not need it, but refuses a bad one all the same. */
function readAnchors({ order, page: { cursor } }: PageQuery, binding: string): Anchors | null {
  if (cursor === null) return null;
  if (order === null) return decodeAnchors(cursor, binding);
  decodePosition(cursor, binding);
  return null;
}

function toFirstSpan({ page, countOnly }: PageQuery, anchors: Anchors | null): Span {
  if (countOnly) return { from: 0, to: 0 };
  if (anchors !== null) return toSpan(toBoundary(anchors, page), page);
  // Without a cursor, only the total tells where the last page begins.
  return page.direction === 'forward' && page.size > 0 ? toSpan(0, page) : { from: 0, to: 0 };
}

/** Where the cursor cuts the list, if it has not moved. */
function toBoundary(anchors: Anchors, page: PageRequest): number {
  return page.direction === 'forward' ? anchors.offset + 1 : anchors.offset;
}

/** The page next to the boundary, with as many neighbours as fit into the same number of calls. */
function toSpan(boundary: number, { direction, size, cursor }: PageRequest): Span {
  const room = Math.max(MAX_LIMIT - size, cursor === null ? 0 : 1);
  const lead = Math.min(LEAD_ROWS, room);
  const trail = Math.min(TRAIL_ROWS, room - lead);
  return direction === 'forward'
    ? { from: Math.max(boundary - lead, 0), to: boundary + size + trail }
    : { from: Math.max(boundary - size - trail, 0), to: boundary + lead };
}

/** As much as one call can see around the place, then the whole list. */
function widen(span: Span, place: number, total: number): Span {
  if (span.to - span.from >= MAX_LIMIT || total <= MAX_LIMIT) return { from: 0, to: Math.max(total, 1) };
  const from = Math.max(Math.min(place, total) - MAX_LIMIT / 2, 0);
  return { from, to: from + MAX_LIMIT };
}

function toPlace(run: Run, page: PageRequest, anchors: Anchors | null): Place {
  if (anchors === null) return { kind: 'found', boundary: page.direction === 'forward' ? 0 : run.total };
  return locate(anchors, page.direction === 'forward' ? 'after' : 'before', {
    from: run.from,
    rows: run.rows,
    atStart: run.from === 0,
    atEnd: run.from + run.rows.length >= run.total,
  });
}

function toWantedSpan(boundary: number, { direction, size }: PageRequest, total: number): Span {
  return direction === 'forward'
    ? { from: boundary, to: Math.max(Math.min(boundary + size, total), boundary) }
    : { from: Math.max(boundary - size, 0), to: boundary };
}

function covers(run: Run, { from, to }: Span): boolean {
  return run.from <= from && to <= run.from + run.rows.length;
}

function toPage(run: Run, wanted: Span, { page, countOnly }: PageQuery, binding: string): Page {
  const slots: number[] = [];
  if (!countOnly && page.size > 0) {
    for (let slot = wanted.from - run.from; slot < wanted.to - run.from; slot++) if (run.rows[slot]) slots.push(slot);
  }
  return {
    rows: slots.map((slot) => run.rows[slot] as Certificate),
    hasPrevious: wanted.from > 0,
    hasNext: wanted.to < run.total,
    total: run.total,
    readAtMs: run.readAtMs,
    cursorAt: (index) => encodeAnchors(toAnchors(run.rows, slots[index] as number, run.from), binding),
  };
}
