import { hash } from 'node:crypto';
import type { Page } from '../certificates/connection.ts';
import { type Readings, readEstateCursor } from '../certificates/cursor.ts';
import type { ResidualFilter } from '../certificates/filter.ts';
import { Listing } from '../certificates/listing.ts';
import { isEmpty, type ListFilter } from '../certificates/lists.ts';
import type { Order } from '../certificates/order.ts';
import type { PageRequest } from '../certificates/pageRequest.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { type Cause, refusedByAll, toDiscoveryFailure, toUnsearched } from './causes.ts';
import type { Instances } from './instances.ts';
import { pageOfListing } from './pageOfListing.ts';
import type { Reads } from './reads.ts';
import { sideBySidePatiently } from './sideBySide.ts';
import type { WholeLists } from './wholeLists.ts';

export interface EstateQuery {
  readonly filter: ListFilter;
  readonly residual: ResidualFilter | null;
  /** Null: what ends first comes first. */
  readonly order: Order | null;
  readonly page: PageRequest;
  /** Whether instances that could not be read may be missing. */
  readonly partial: boolean;
}

/** A page of the list over all instances. */
export interface EstatePage {
  readonly page: Page;
  /** What is missing; empty unless that was allowed. */
  readonly unread: readonly Cause[];
}

/** Rejects with LIST_INCOMPLETE, and as pages do. */
export type LoadEstatePage = (query: EstateQuery) => Promise<EstatePage>;

export interface EstateDeps {
  readonly reads: Pick<Reads, 'notePartial'>;
  readonly instances: Instances;
  readonly wholeLists: WholeLists;
  /** When the operation began, in milliseconds since the epoch. */
  readonly beganAtMs: number;
}

/** No ID of an instance: those have no blanks. */
const ALL_INSTANCES = 'all instances';

/**
 * Instances that are read at once: if all answered at the same moment, everybody else would wait. One that takes longer makes way for the
 * next, so a slow ROMA Connect is asked for more at once.
 */
const SIDE_BY_SIDE = { width: 8, patienceMs: 200 };

const DEFAULT_ORDER: Order = { field: 'NOT_AFTER', direction: 'ASC' };

/**
 * One list over all instances: each certificate once, the global ones too, which every instance lists. Each instance's list is read whole, side
 * by side, and reused like any other; so its cursors are places in a sorted list, and stay valid when instances come and go.
 */
export function createLoadEstatePage({ reads, instances, wholeLists, beganAtMs }: EstateDeps): LoadEstatePage {
  return async (query) => {
    const { filter, residual, order, page } = query;
    const sorting = order ?? DEFAULT_ORDER;
    const binding = JSON.stringify([ALL_INSTANCES, filter, residual, sorting]);
    const cursor = page.cursor === null ? null : readEstateCursor(page.cursor, binding);
    const ids = await instances.ids().catch((error: unknown) => {
      throw toDiscoveryFailure('LIST_INCOMPLETE', 'The list was not read', error as Error);
    });
    let parts = await readAll(ids, filter, 0);
    if (cursor !== null && toReadings(parts).print !== cursor.readings) {
      // A page is never made from something older than its cursor was made from. What is read for this operation is newer in any case.
      const notBeforeMs = Math.min(cursor.readAtMs, beganAtMs);
      parts = await readAll(ids, filter, notBeforeMs);
    }
    const causes = parts.flatMap(({ instanceId, error }) => (error === undefined ? [] : [{ instanceId, error }]));
    judge(ids.length, causes, query.partial);
    if (causes.length > 0) reads.notePartial();
    const estate = await merge(parts, query, sorting);
    const request = { order: sorting, page, cursor, binding, readings: toReadings(parts) };
    return { page: pageOfListing(estate, request), unread: causes };
  };

  /** All certificates that meet the conditions, as one list. The merged lists are kept with the first of them, for later operations. */
  async function merge(parts: readonly Part[], { filter, residual }: EstateQuery, order: Order): Promise<Listing> {
    const list = { instanceId: ALL_INSTANCES, filter };
    const [first, ...others] = parts.flatMap(({ listing }) => listing ?? []);
    if (first === undefined) return new Listing(list, { from: 0, rows: [], total: 0, readAtMs: beganAtMs });
    const all = await first.mergedWith(others, order);
    const isAll = residual === null && isEmpty(filter);
    const rows = isAll ? all : await wholeLists.filter(all, { list, residual, order });
    const readAtMs = others.reduce((oldest, other) => Math.min(oldest, other.readAtMs), first.readAtMs);
    return new Listing(list, { from: 0, rows, total: rows.length, readAtMs: Math.min(readAtMs, beganAtMs) });
  }

  async function readAll(ids: readonly string[], filter: ListFilter, notBeforeMs: number): Promise<Part[]> {
    const parts = new Map<string, Part>();
    await sideBySidePatiently(ids, SIDE_BY_SIDE, async (instanceId) => parts.set(instanceId, await read(instanceId)));
    return ids.map((instanceId) => parts.get(instanceId) as Part);

    async function read(instanceId: string): Promise<Part> {
      try {
        return { instanceId, listing: await wholeLists.read({ instanceId, filter }, notBeforeMs) };
      } catch (error) {
        if (!(error instanceof SubgraphError) || isCallers(error)) throw error;
        return { instanceId, error };
      }
    }
  }
}

/** An instance's list, or why there is none. */
interface Part {
  readonly instanceId: string;
  readonly listing?: Listing;
  readonly error?: SubgraphError;
}

/** Without a token no instance can be asked, and an argument that is refused is refused everywhere. */
function isCallers({ code, isTokenMissing }: SubgraphError): boolean {
  return code === 'BAD_USER_INPUT' || isTokenMissing;
}

function judge(instances: number, causes: readonly Cause[], partial: boolean): void {
  if (causes.length === 0) return;
  const refusal = refusedByAll(instances, causes);
  if (refusal !== undefined) throw refusal;
  if (partial && causes.length < instances) return;
  const advice = causes.length < instances ? ' Send "partial: true" for what could be read.' : '';
  throw new SubgraphError(
    'LIST_INCOMPLETE',
    `${causes.length} of ${instances} instances could not be read: see "instances".${advice}`,
    { retryable: causes.some(({ error }) => error.extensions.retryable), instances: causes.map(toUnsearched) },
  );
}

function toReadings(parts: readonly Part[]): Readings {
  const readings = parts.flatMap(({ instanceId, listing }) =>
    listing === undefined ? [] : [`${instanceId} ${listing.readAtMs}`],
  );
  return {
    newestMs: parts.reduce((newest, { listing }) => Math.max(newest, listing?.readAtMs ?? 0), 0),
    print: hash('sha256', readings.sort().join('\n'), 'buffer').readUInt32BE(0),
  };
}
