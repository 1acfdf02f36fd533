import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import { matcherOf, matchesListFilter, type ResidualFilter } from '../certificates/filter.ts';
import { Listing, type Rows } from '../certificates/listing.ts';
import { isEmpty, type List, toListKey } from '../certificates/lists.ts';
import type { Order } from '../certificates/order.ts';
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
  /** Those of these rows that meet the conditions. */
  filter(rows: Rows, list: List, residual: ResidualFilter | null): Promise<Certificate[]>;
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

  async function selectFrom(listing: Listing, { list, residual, order }: WholeQuery): Promise<Listing> {
    const all = order === null ? null : await listing.sortedBy(order);
    const isAll = all !== null && residual === null && isEmpty(list.filter);
    const rows = isAll ? all : await filter(all ?? listing.rows, list, residual);
    return new Listing(list, { from: 0, rows, total: rows.length, readAtMs: listing.readAtMs });
  }

  /** ROMA Connect's own conditions are applied again: it may have ignored them. */
  async function filter(all: Rows, { filter }: List, residual: ResidualFilter | null): Promise<Certificate[]> {
    spend(all.length);
    const meets = residual === null ? null : matcherOf(residual, nowMs);
    const rows: Certificate[] = [];
    await inTurns(all.length, (from, to) => {
      for (let index = from; index < to; index++) {
        const row = all[index];
        if (row && matchesListFilter(row, filter) && (meets === null || meets(row))) rows.push(row);
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
