import type { HeldLists } from '../certificates/heldLists.ts';
import { joinPages, newestOf } from '../certificates/joinPages.ts';
import type { Listing } from '../certificates/listing.ts';
import { type List, toListKey } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import type { Range } from '../certificates/range.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { createCallPages, type Watcher } from './callPages.ts';
import type { LoaderMeter } from './meter.ts';
import { isWholeList } from './ranges.ts';
import type { Reads } from './reads.ts';

export interface RangeRequest {
  readonly list: List;
  /** What is asked for. */
  readonly range: Range;
  /** How far the listing has to reach, where rows behind are welcome but not worth a further call. Default: the end of the range. */
  readonly goal?: number;
  /** Not from what was asked for earlier, in milliseconds since the epoch. Default: any reading will do. */
  readonly notBeforeMs?: number;
  readonly watcher?: Watcher;
}

/**
 * Reads a range of a list, or what there is of it, or as much as its watcher needs; without a call when it was read before.
 *
 * Rejects with what a call rejects with, with UPSTREAM_INVALID_RESPONSE when the list ends before its own total or does not hold
 * still, and, without a watcher, with REQUEST_LIMIT_EXCEEDED before reading on when the operation cannot afford the rest.
 */
export type ReadRange = (request: RangeRequest) => Promise<Listing>;

export interface ReadRangeDeps {
  readonly reads: Reads;
  readonly operation: Pick<Operation, 'budget' | 'signal'>;
  /** Whole lists of the operation's caller: served from here, and left here. */
  readonly held: Pick<HeldLists, 'get' | 'keep' | 'hints' | 'takeRoom'>;
  readonly meter: Pick<LoaderMeter, 'walked'>;
}

/** How often a list that moved while it was read is read in all. */
const MAX_READS = 3;

export function createReadRange({ reads, operation, held, meter }: ReadRangeDeps): ReadRange {
  const callPages = createCallPages({ reads, operation, held });
  /** What this operation has read, by list. */
  const known = new Map<string, Listing[]>();

  return async (request) => {
    const { list, range, goal = range.to, notBeforeMs = 0, watcher } = request;
    const before = findKnown(list, range, goal, notBeforeMs);
    if (before !== undefined) {
      reads.note(before.readAtMs);
      watcher?.see(before);
      return before.slice(range);
    }
    const listing = await read(request, goal);
    const key = toListKey(list);
    known.set(key, [listing, ...(known.get(key) ?? [])]);
    return listing;
  };

  function findKnown(list: List, { from }: Range, goal: number, notBeforeMs: number): Listing | undefined {
    const isKnown = (listing: Listing) => listing.readAtMs >= notBeforeMs && listing.from <= from && listing.reaches(goal);
    return held.get(list, notBeforeMs) ?? known.get(toListKey(list))?.find(isKnown);
  }

  async function read({ list, range, notBeforeMs: wantedMs = 0, watcher }: RangeRequest, goal: number): Promise<Listing> {
    let previous: Listing | undefined;
    let notBeforeMs = wantedMs;
    for (let attempt = 1; attempt <= MAX_READS; attempt++) {
      const pages = await callPages({ list, range, goal, notBeforeMs, watcher });
      const { listing, moved, repeats } = joinPages(list, pages, range.from);
      if (listing.ignoresFilter) held.hints.noteIgnored(list);
      // A row met twice may mean that the list moved. When the same comes out again, the upstream just repeats rows.
      const holdsStill = !moved && (!repeats || previous?.isSameAs(listing) === true);
      const isDone = watcher?.isContent() === true;
      if (isDone || (holdsStill && listing.reaches(goal))) {
        if (isWholeList(range)) meter.walked(pages.length);
        if (!isDone && listing.isWhole) held.keep(listing);
        return listing;
      }
      previous = listing;
      // Pages that did not fit together must not come again.
      notBeforeMs = Math.max(newestOf(pages).readAtMs + 1, wantedMs);
    }
    throw movingList(list.instanceId);
  }
}

/** The list could not be read so that its parts fit together. */
export function movingList(instanceId: string): SubgraphError {
  const message = 'The list kept changing while it was read, or ended before its own total. Try again.';
  return new SubgraphError('UPSTREAM_INVALID_RESPONSE', message, { upstream: { instanceId } });
}
