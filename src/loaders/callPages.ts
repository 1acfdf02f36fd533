import type { HeldLists } from '../certificates/heldLists.ts';
import { newestOf } from '../certificates/joinPages.ts';
import { Listing } from '../certificates/listing.ts';
import { type List, MAX_LIMIT } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import type { Range } from '../certificates/range.ts';
import { sizeOfRows } from '../certificates/sizeOfRows.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { countParts, isWholeList, splitRange } from './ranges.ts';
import type { Reads } from './reads.ts';

/** Watches a reading, and ends it when it has seen enough. */
export interface Watcher {
  /** Shown what each call brings. */
  see(listing: Listing): void;
  isContent(): boolean;
}

export interface PagesRequest {
  readonly list: List;
  readonly range: Range;
  /** How far the pages have to reach; what the first call brings beyond is welcome. */
  readonly goal: number;
  /** Not from what was asked for earlier, in milliseconds since the epoch. */
  readonly notBeforeMs: number;
  readonly watcher: Watcher | undefined;
}

/** Calls under way at once for one reading. */
const MAX_PARALLEL = 8;

/** How often a reading goes on because the list has grown at its end meanwhile. */
const MAX_EXTENSIONS = 3;

/** Makes the calls that a range takes: the first tells how many more there are to make, and of which size. */
export type CallPages = (request: PagesRequest) => Promise<Listing[]>;

export interface CallPagesDeps {
  readonly reads: Reads;
  readonly operation: Pick<Operation, 'budget' | 'signal'>;
  readonly held: Pick<HeldLists, 'takeRoom'>;
}

export function createCallPages({ reads, operation, held }: CallPagesDeps): CallPages {
  const { budget, signal } = operation;
  /** Calls that readings under way have yet to make, so that several lists do not plan with the same rest of the budget. */
  let planned = 0;

  return async (request) => {
    const { range, goal } = request;
    const asked = Math.min(range.to - range.from, MAX_LIMIT);
    const first = await call(request, range.from, asked);
    if (first.rows.length === 0 || range.from + first.rows.length >= Math.min(goal, first.total)) return [first];
    // Fewer rows than asked for and yet more to come: the upstream clamps lower, so the rest is asked for in pages of that size.
    return readOn(request, first, first.rows.length < asked ? first.rows.length : MAX_LIMIT);
  };

  async function call(request: PagesRequest, from: number, limit: number): Promise<Listing> {
    const { list, range, notBeforeMs, watcher } = request;
    const isPart = isWholeList(range) && watcher === undefined;
    const page = new Listing(list, await reads.list({ ...list, offset: from, limit }, { notBeforeMs, isPart }));
    watcher?.see(page);
    return page;
  }

  /** The calls behind the first, each for `size` rows. */
  async function readOn(request: PagesRequest, first: Listing, size: number): Promise<Listing[]> {
    const { range, goal, watcher } = request;
    const pages = [first];
    // A page must not lose a row for the sake of a call. A whole list is long, and its other checks are many.
    const sharing = isWholeList(range) ? 'where free' : 'always';
    let reached = range.from + first.rows.length;
    let unmade = 0;
    let isOver = false;
    const bytes = (sizeOfRows(first.rows) / first.rows.length) * (endOf(pages) - range.from);
    // A walk may end at any page, and must not wait for another one that hangs.
    const giveBack = watcher === undefined ? await held.takeRoom(bytes, signal) : undefined;
    try {
      let end = endOf(pages);
      for (let rounds = 0; rounds <= MAX_EXTENSIONS && reached < end; rounds++) {
        if (watcher?.isContent() === true) break;
        const rest = { from: reached, to: end };
        // A walk may end at any call, so nobody knows what it will need.
        if (watcher === undefined) unmade = plan(countParts(rest, size, sharing));
        // A walk widens as it goes on: most IDs are found early, and a long list should not take one round trip a page.
        for (const batch of inBatches(splitRange(rest, size, sharing), watcher === undefined ? MAX_PARALLEL : 1)) {
          pages.push(...(await Promise.all(batch.map(fill))).flat());
          if (watcher?.isContent() === true) break;
        }
        reached = end;
        end = endOf(pages);
      }
    } finally {
      isOver = true;
      giveBack?.();
      planned -= unmade;
    }
    return pages;

    /** Where the reading ends, as far as is known. */
    function endOf(read: readonly Listing[]): number {
      return Math.min(goal, newestOf(read).total);
    }

    /** Asks again from where a short answer ended, until the range is covered, the list is over, or another call has failed. */
    async function fill({ from, to }: Range): Promise<Listing[]> {
      if (unmade > 0) {
        unmade--;
        planned--;
      }
      const parts: Listing[] = [];
      let at = from;
      do {
        const part = await call(request, at, to - at);
        parts.push(part);
        if (part.rows.length === 0) break;
        at += part.rows.length;
      } while (!isOver && at < Math.min(to, parts.at(-1)?.total ?? 0));
      return parts;
    }
  }

  /** Refuses a reading that the operation cannot afford before the next of its calls is made. */
  function plan(calls: number): number {
    const left = Math.max(budget.remaining - planned, 0);
    if (calls > left) {
      throw new SubgraphError(
        'REQUEST_LIMIT_EXCEEDED',
        `Reading this list needs ${calls} more calls to ROMA Connect, and ${left} are left for this operation. Ask without ` +
          '"orderBy" and filters that ROMA Connect cannot apply, narrow "filter", or ask for less in one operation.',
      );
    }
    planned += calls;
    return calls;
  }
}

/** Parts to be asked for side by side: `width` of them, then twice as many each time, up to {@link MAX_PARALLEL}. */
function* inBatches(parts: Iterable<Range>, width: number): Generator<Range[]> {
  let batch: Range[] = [];
  let room = width;
  for (const part of parts) {
    batch.push(part);
    if (batch.length < room) continue;
    yield batch;
    batch = [];
    room = Math.min(room * 2, MAX_PARALLEL);
  }
  if (batch.length > 0) yield batch;
}
