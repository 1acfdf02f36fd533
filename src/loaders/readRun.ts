import { matchesListFilter } from '../certificates/filter.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import { isEmpty, type List, toListKey } from '../certificates/lists.ts';
import type { ReadPieces, Watcher } from './readPieces.ts';
import type { Reads } from './reads.ts';
import { isSameRun, movingList, newestOf, type Rows, type Run, stitch, toSlice } from './run.ts';
import type { Span } from './spans.ts';

export interface RunRequest {
  readonly list: List;
  /** What is asked for. */
  readonly span: Span;
  /** How far the run has to reach, where rows behind are welcome but not worth a further call. Default: the end of the span. */
  readonly goal?: number;
  /** Not from what was asked for earlier, in milliseconds since the epoch. Default: any reading will do. */
  readonly notBeforeMs?: number;
  readonly watcher?: Watcher;
}

/**
 * Reads the span of a list, or what there is of it, or as much as its watcher needs; at once when it was read before.
 *
 * Rejects with what a call rejects with, with UPSTREAM_INVALID_RESPONSE when the list ends before its own total or does not hold
 * still, and, without a watcher, with REQUEST_LIMIT_EXCEEDED before reading on when the operation cannot afford the rest.
 */
export type ReadRun = (request: RunRequest) => Promise<Run>;

export interface ReadRunDeps {
  readonly readPieces: ReadPieces;
  /** Whole lists of the operation's caller: served from here, and left here. */
  readonly held: HeldLists;
  /** Told the age of what goes into the answer without a call. */
  readonly reads: Reads;
}

/** How often a list that moved while it was read is read in all. */
const MAX_READS = 3;

export function createReadRun({ readPieces, held, reads }: ReadRunDeps): ReadRun {
  /** What this operation has read, by list. */
  const known = new Map<string, Run[]>();

  return async (request) => {
    const { list, span, goal = span.to, notBeforeMs = 0, watcher } = request;
    const before = findKnown(list, span, goal, notBeforeMs);
    if (before !== undefined) {
      reads.note(before.readAtMs);
      watcher?.see(before.rows);
      return toSlice(before, span);
    }
    const run = await read(request, goal);
    const key = toListKey(list);
    known.set(key, [run, ...(known.get(key) ?? [])]);
    return run;
  };

  function findKnown(list: List, { from }: Span, goal: number, notBeforeMs: number): Run | undefined {
    const whole = held.get(list, notBeforeMs);
    if (whole !== undefined) return { ...whole, from: 0, calls: 0, ignoresFilter: ignoresFilter(whole.rows, list) };
    return known.get(toListKey(list))?.find((run) => run.readAtMs >= notBeforeMs && run.from <= from && reaches(run, goal));
  }

  async function read({ list, span, notBeforeMs: wantedMs = 0, watcher }: RunRequest, goal: number): Promise<Run> {
    let previous: Run | undefined;
    let notBeforeMs = wantedMs;
    for (let attempt = 1; attempt <= MAX_READS; attempt++) {
      const pieces = await readPieces({ list, span, goal, notBeforeMs, watcher });
      const { from, rows, total, readAtMs, calls, moved, repeats } = stitch(pieces, span.from);
      const run: Run = { from, rows, total, readAtMs, calls, ignoresFilter: ignoresFilter(rows, list) };
      if (run.ignoresFilter) held.noteIgnored(list);
      if (watcher?.isContent() === true) return run;
      // A row met twice may mean that the list moved. When the same comes out again, the upstream just repeats rows.
      const holdsStill = !moved && (!repeats || (previous !== undefined && isSameRun(previous, run)));
      if (holdsStill && reaches(run, goal)) {
        if (run.from === 0 && run.rows.length >= run.total) held.keep(list, run);
        return run;
      }
      previous = run;
      // Pieces that did not fit together must not come again.
      notBeforeMs = Math.max(newestOf(pieces).readAtMs + 1, wantedMs);
    }
    throw movingList(list.instanceId);
  }
}

/** Whether the run goes as far as the goal, or as the list. */
function reaches({ from, rows, total }: Run, goal: number): boolean {
  return from + rows.length >= Math.min(goal, total);
}

/** The verdict on lists that outlive an operation, so that it is found once. */
const verdicts = new WeakMap<Rows, boolean>();

/** Whether a row contradicts a condition that ROMA Connect was asked to apply. Then its total and its positions are another list's. */
function ignoresFilter(rows: Rows, { filter }: List): boolean {
  if (isEmpty(filter)) return false;
  const verdict = verdicts.get(rows) ?? rows.some((row) => row !== null && !matchesListFilter(row, filter));
  verdicts.set(rows, verdict);
  return verdict;
}
