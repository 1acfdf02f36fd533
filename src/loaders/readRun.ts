import type { HeldList, HeldLists } from '../certificates/heldLists.ts';
import type { List } from '../certificates/lists.ts';
import type { Freshness } from './freshness.ts';
import type { ReadPieces, Watcher } from './readPieces.ts';
import { isSameRun, movingList, type Run, stitch } from './run.ts';
import type { Span } from './spans.ts';

/**
 * Reads the span of a list, or what there is of it, or as much as its watcher needs.
 *
 * Rejects with what a call rejects with, with UPSTREAM_INVALID_RESPONSE when the list ends before its own total or does not hold
 * still, and, without a watcher, with REQUEST_LIMIT_EXCEEDED before reading on when the operation cannot afford the rest.
 */
export type ReadRun = (list: List, span: Span, watcher?: Watcher) => Promise<Run>;

export interface ReadRunDeps {
  readonly readPieces: ReadPieces;
  /** Whole lists of the operation's caller: served from here, and left here. */
  readonly held: HeldLists;
  /** Told the age of everything that goes into the answer. */
  readonly freshness: Freshness;
}

/** How often a list that moved while it was read is read in all. */
const MAX_READS = 3;

export function createReadRun({ readPieces, held, freshness }: ReadRunDeps): ReadRun {
  return async (list, span, watcher) => {
    const whole = held.get(list);
    const run = whole === undefined ? await read(list, span, watcher) : toSlice(whole, span);
    freshness.note(run.readAtMs);
    return run;
  };

  async function read(list: List, span: Span, watcher: Watcher | undefined): Promise<Run> {
    let previous: Run | undefined;
    for (let reads = 1; reads <= MAX_READS; reads++) {
      // Pieces that did not fit together must not come from what is left of earlier operations again.
      const { run, moved, repeats } = stitch(await readPieces(list, span, { fresh: reads > 1, watcher }), span.from);
      if (watcher?.isContent() === true) return run;
      // A row met twice may mean that the list moved. When the same comes out again, the upstream just repeats rows.
      if (!moved && (!repeats || (previous !== undefined && isSameRun(previous, run)))) {
        if (run.from === 0 && run.rows.length >= run.total) held.keep(list, run);
        return run;
      }
      previous = run;
    }
    throw movingList(list.instanceId);
  }
}

function toSlice({ rows, total, readAtMs }: HeldList, { from, to }: Span): Run {
  const isAll = from === 0 && to >= rows.length;
  return { from, rows: isAll ? rows : rows.slice(from, to), total, readAtMs, calls: 0 };
}
