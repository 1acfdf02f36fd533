import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import { endBoundsOf, matcherOf, matchesListFilter, type ResidualFilter, testOf } from '../certificates/filter.ts';
import { Listing, type Rows } from '../certificates/listing.ts';
import { isEmpty, type List, toListKey } from '../certificates/lists.ts';
import type { Order } from '../certificates/order.ts';
import { partitionPoint } from '../certificates/sorted.ts';
import { inTurns } from '../certificates/turns.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { AroundBatch } from './meter.ts';
import { WHOLE_LIST } from './ranges.ts';
import type { ReadRange } from './readRange.ts';

/** What is wanted of a list that is read whole. */
export interface WholeQuery {
  readonly list: List;
  readonly residual: ResidualFilter | null;
  /** Null: ROMA Connect's own order. */
  readonly order: Order | null;
}

/** Whole lists, each read at most once an operation unless `notBeforeMs` (milliseconds since the epoch) forbids what was read. */
export interface WholeLists {
  read(list: List, notBeforeMs: number): Promise<Listing>;
  /** The list, if this operation has begun to read it whole. */
  ifBegun(list: List): Promise<Listing> | undefined;
  /** The certificates of a list that meet all conditions, in the order asked for; made once an operation. */
  select(query: WholeQuery, notBeforeMs: number): Promise<Listing>;
  /** Those of these rows that meet the conditions. The rows are in the order of the query. */
  filter(rows: Rows, query: WholeQuery): Promise<Certificate[]>;
}

export interface WholeListsDeps {
  readonly readRange: ReadRange;
  /** The operation's one now, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly around: AroundBatch;
}

interface WholeRequest {
  readonly list: List;
  readonly notBeforeMs: number;
}

/** Rows times filters. A filter takes about a microsecond for each row, so that this is a small part of an operation's time. */
const MAX_TESTED_ROWS = 1_000_000;

export function createWholeLists({ readRange, nowMs, around }: WholeListsDeps): WholeLists {
  const begun = new Map<string, Promise<Listing>>();
  const loader = new DataLoader<WholeRequest, Listing, string>(
    around('whole lists', async (requests) =>
      Promise.all(
        requests.map((request) => readRange({ ...request, range: WHOLE_LIST }).catch((error: unknown) => error as Error)),
      ),
    ),
    { name: 'wholeLists', cacheKeyFn: ({ list, notBeforeMs }) => `${notBeforeMs} ${toListKey(list)}` },
  );
  const selections = new Map<string, Promise<Listing>>();
  let tested = 0;

  return {
    read,
    ifBegun: (list) => begun.get(toListKey(list)),
    select(query, notBeforeMs) {
      const { list, residual, order } = query;
      const key = JSON.stringify([toListKey(list), residual, order, notBeforeMs]);
      const selection = selections.get(key) ?? read(list, notBeforeMs).then((listing) => selectFrom(listing, query));
      selections.set(key, selection);
      return selection;
    },
    filter,
  };

  /** What this operation has read, or is reading, will do unless it is too old. */
  function read(list: List, notBeforeMs: number): Promise<Listing> {
    const key = toListKey(list);
    const again = (): Promise<Listing> => loader.load({ list, notBeforeMs });
    const whole = begun.get(key)?.then((listing) => (listing.readAtMs >= notBeforeMs ? listing : again()), again) ?? again();
    begun.set(key, whole);
    return whole;
  }

  async function selectFrom(listing: Listing, query: WholeQuery): Promise<Listing> {
    const { list, residual, order } = query;
    const all = order === null ? null : await listing.sortedBy(order);
    const isAll = all !== null && residual === null && isEmpty(list.filter);
    const rows = isAll ? all : await filter(all ?? listing.rows, query);
    return new Listing(list, { from: 0, rows, total: rows.length, readAtMs: listing.readAtMs });
  }

  /** ROMA Connect's own conditions are applied again: it may have ignored them. */
  async function filter(all: Rows, query: WholeQuery): Promise<Certificate[]> {
    const { candidates, meets } = narrow(all, query, nowMs);
    spend(candidates.length);
    const rows: Certificate[] = [];
    await inTurns(candidates.length, (from, to) => {
      for (let index = from; index < to; index++) {
        const row = candidates[index];
        if (row && matchesListFilter(row, query.list.filter) && (meets === null || meets(row))) rows.push(row);
      }
    });
    return rows;
  }

  function spend(rows: number): void {
    tested += rows;
    if (tested <= MAX_TESTED_ROWS) return;
    throw new SubgraphError(
      'REQUEST_LIMIT_EXCEEDED',
      `This operation's filters would have to be compared with more than ${MAX_TESTED_ROWS} certificates: send fewer different filters at once.`,
    );
  }
}

interface Narrowed {
  readonly candidates: Rows;
  /** What is left to be tested of each candidate; null: nothing. */
  readonly meets: ((row: Certificate) => boolean) | null;
}

/** In a list that is sorted by the end, ascending, what meets the conditions about the end lies side by side, and is found in few steps. */
function narrow(all: Rows, { residual, order }: WholeQuery, nowMs: number): Narrowed {
  if (residual === null) return { candidates: all, meets: null };
  const bounds = order?.field === 'NOT_AFTER' && order.direction === 'ASC' ? endBoundsOf(residual, nowMs) : null;
  if (bounds === null) return { candidates: all, meets: matcherOf(residual, nowMs) };
  const sorted = all as readonly Certificate[];
  const from = partitionPoint(sorted, ({ notAfter }) => notAfter !== null && bounds.isTooEarly(notAfter));
  const to = partitionPoint(sorted, ({ notAfter }) => notAfter !== null && !bounds.isTooLate(notAfter));
  return { candidates: sorted.slice(from, Math.max(from, to)), meets: testOf(residual) };
}
