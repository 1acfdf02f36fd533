import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import { matcherOf, matchesListFilter, type OwnFilter } from '../certificates/filter.ts';
import { type List, toListKey } from '../certificates/lists.ts';
import type { Order } from '../certificates/order.ts';
import { toSorted } from '../certificates/sorted.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { AroundBatch, LoaderMeter } from './meter.ts';
import type { ReadRun } from './readRun.ts';
import type { Run } from './run.ts';
import { WHOLE_LIST } from './spans.ts';
import { inTurn } from './turns.ts';

/** A whole list, filtered and sorted here. */
export interface View {
  readonly rows: readonly Certificate[];
  /** When the oldest part was read, in milliseconds since the epoch. */
  readonly readAtMs: number;
}

export interface ViewQuery {
  readonly list: List;
  readonly own: OwnFilter | null;
  /** Null: ROMA Connect's own order. */
  readonly order: Order | null;
}

export interface WholeLists {
  /** Reads the list whole, at most once an operation unless `notBeforeMs` (milliseconds since the epoch) forbids what was read. */
  view(query: ViewQuery, options: { readonly notBeforeMs: number }): Promise<View>;
  /** The list as it is, if this operation has begun to read it whole. */
  ifBegun(list: List): Promise<Run> | undefined;
}

interface WholeRequest {
  readonly list: List;
  readonly notBeforeMs: number;
}

/** Rows times filters. A filter takes about a microsecond for each row, so that this is a small part of an operation's time. */
const MAX_TESTED_ROWS = 1_000_000;

/** A few milliseconds of work. */
const ROWS_A_TURN = 2_000;

/** Whole lists and what is made of them, each once for an operation however many aliases ask. */
/** `nowMs`: the operation's one now, in milliseconds since the epoch. */
export function createWholeLists(readRun: ReadRun, nowMs: number, meter: LoaderMeter, around: AroundBatch): WholeLists {
  const begun = new Map<string, Promise<Run>>();
  const lists = new DataLoader<WholeRequest, Run, string>(
    around('whole lists', async (requests) =>
      Promise.all(requests.map((request) => read(request).catch((error: unknown) => error as Error))),
    ),
    { name: 'wholeLists', cacheKeyFn: ({ list, notBeforeMs }) => `${notBeforeMs} ${toListKey(list)}` },
  );
  const views = new Map<string, Promise<View>>();
  let tested = 0;

  function spend(rows: number): void {
    tested += rows;
    if (tested <= MAX_TESTED_ROWS) return;
    throw new SubgraphError(
      'REQUEST_LIMIT_EXCEEDED',
      `This operation's filters would have to be compared with more than ${MAX_TESTED_ROWS} certificates: send fewer different filters at once.`,
    );
  }

  async function read({ list, notBeforeMs }: WholeRequest): Promise<Run> {
    const run = await readRun({ list, span: WHOLE_LIST, notBeforeMs });
    if (run.calls > 0) meter.walked(run.calls);
    return run;
  }

  /** What this operation has read, or is reading, will do unless it is too old. */
  function load(list: List, notBeforeMs: number): Promise<Run> {
    const key = toListKey(list);
    const again = (): Promise<Run> => lists.load({ list, notBeforeMs });
    const whole = begun.get(key)?.then((run) => (run.readAtMs >= notBeforeMs ? run : again()), again) ?? again();
    begun.set(key, whole);
    return whole;
  }

  return {
    view({ list, own, order }, { notBeforeMs }) {
      const key = JSON.stringify([toListKey(list), own, order, notBeforeMs]);
      const known = views.get(key);
      if (known !== undefined) return known;
      const whole = load(list, notBeforeMs);
      const view = whole.then((run) => toView(run, { list, own, order }, { nowMs, spend }));
      views.set(key, view);
      return view;
    },
    ifBegun: (list) => begun.get(toListKey(list)),
  };
}

interface ViewWork {
  /** The operation's one now, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Throws when the operation has filtered too many rows. */
  spend(rows: number): void;
}

/**
 * ROMA Connect's own conditions are applied again: it may have ignored them. Long lists are gone through in turns, so that many filters
 * over many rows keep nobody else waiting.
 */
async function toView(run: Run, { list, own, order }: ViewQuery, { nowMs, spend }: ViewWork): Promise<View> {
  const isFiltered = own !== null || Object.keys(list.filter).length > 0;
  if (isFiltered) spend(run.rows.length);
  const all = order === null ? run.rows : await inTurn(() => toSorted(run.rows, order));
  // Sorted rows are kept with their list, and have no gaps.
  if (order !== null && !isFiltered) return { rows: all as readonly Certificate[], readAtMs: run.readAtMs };
  const meets = own === null ? null : matcherOf(own, nowMs);
  const rows: Certificate[] = [];
  const matches = (row: Certificate | null): row is Certificate =>
    row !== null && (!isFiltered || (matchesListFilter(row, list.filter) && (meets === null || meets(row))));
  for (let from = 0; from < all.length; from += ROWS_A_TURN) {
    await inTurn(() => {
      for (const row of all.slice(from, from + ROWS_A_TURN)) if (matches(row)) rows.push(row);
    });
  }
  return { rows, readAtMs: run.readAtMs };
}
