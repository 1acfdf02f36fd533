import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import { matchesListFilter, matchesOwnFilter, type OwnFilter } from '../certificates/filter.ts';
import { type List, toListKey } from '../certificates/lists.ts';
import type { Order } from '../certificates/order.ts';
import { toSorted } from '../certificates/sorted.ts';
import type { LoaderMeter } from './meter.ts';
import type { ReadRun } from './readRun.ts';
import type { Run } from './run.ts';
import { WHOLE_LIST } from './spans.ts';

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
  /** Reads the list whole, at most once an operation. */
  view(query: ViewQuery): Promise<View>;
  /** The list as it is, if this operation has begun to read it whole. */
  ifRead(list: List): Promise<Run> | undefined;
}

/** Whole lists and what is made of them, each once for an operation however many aliases ask. */
export function createWholeLists(readRun: ReadRun, meter: LoaderMeter): WholeLists {
  const begun = new Map<string, Promise<Run>>();
  const lists = new DataLoader<List, Run, string>(
    async (batch) =>
      Promise.all(
        batch.map(async (list) => {
          try {
            const run = await readRun(list, WHOLE_LIST);
            meter.walked(run.calls);
            return run;
          } catch (error) {
            return error as Error;
          }
        }),
      ),
    { name: 'wholeLists', cacheKeyFn: toListKey },
  );
  const views = new Map<string, Promise<View>>();

  function whole(list: List): Promise<Run> {
    const run = lists.load(list);
    begun.set(toListKey(list), run);
    return run;
  }

  return {
    view(query) {
      const key = JSON.stringify([toListKey(query.list), query.own, query.order]);
      const view = views.get(key) ?? whole(query.list).then((run) => toView(run, query));
      views.set(key, view);
      return view;
    },
    ifRead: (list) => begun.get(toListKey(list)),
  };
}

/** ROMA Connect's own conditions are applied again: it may have ignored them. */
function toView(run: Run, { list, own, order }: ViewQuery): View {
  const all = order === null ? run.rows : toSorted(run.rows, order);
  const rows = all.filter(
    (row): row is Certificate =>
      row !== null && matchesListFilter(row, list.filter) && (own === null || matchesOwnFilter(row, own)),
  );
  return { rows, readAtMs: run.readAtMs };
}
