import type { HeldLists } from '../certificates/heldLists.ts';
import { Listing } from '../certificates/listing.ts';
import {
  type List,
  type ListCertificates,
  type ListOptions,
  type ListPage,
  type ListQuery,
  toListKey,
} from '../certificates/lists.ts';
import type { Caller, Operation } from '../certificates/operation.ts';
import { sizeOfRows } from '../certificates/sizeOfRows.ts';
import { CancelledError } from '../errors/CancelledError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { AskRoma, Endpoint, Read, Reading } from '../roma/Endpoint.ts';
import { certificateList } from '../roma/endpoints/certificateList.ts';
import { PATIENCE_MS } from './guardedStore.ts';
import { type Held, HeldReadings } from './heldReadings.ts';
import { AllHints } from './hints.ts';
import type { CacheMeter } from './meter.ts';
import type { SharedLists } from './sharedLists.ts';
import { createSharedReads } from './sharedReads.ts';

export interface CacheOptions {
  /** How long an answer may be reused, from its reading on; 0: never, though calls under way are shared even then. */
  readonly ttlMs: number;
  /** How much longer it may be shown while ROMA Connect fails, in milliseconds. Default: not at all. */
  readonly staleIfErrorMs?: number;
  /** For what is held, and for the lists that are being read. Default: 96 MiB. */
  readonly maxBytes?: number;
  /** What other replicas have read. Default: nothing. */
  readonly replicas?: SharedLists | undefined;
  /** What is in use is read again before its reuse time ends. Default: only when it has ended, and somebody waits. */
  readonly refresh?: Refresh | undefined;
  readonly meter: CacheMeter;
}

export interface Refresh {
  /** Begins a reading that nobody waits for; undefined: not now. */
  run(caller: Caller, read: (operation: Operation) => Promise<unknown>): Promise<unknown> | undefined;
  /** Reads a list whole and anew, and leaves it here. */
  walk(list: List, operation: Operation): Promise<unknown>;
}

const MAX_BYTES = 96 * 1024 * 1024;

const ANY_TIME = { notBeforeMs: 0 };

/** Where loaders get what they need: calls, and what is left of earlier ones. */
export interface Source {
  readonly read: Read;
  readonly listCertificates: ListCertificates;
  heldFor(caller: Caller): HeldLists;
  /** What the caller was shown before that time, in milliseconds since the epoch, may not be shown again. */
  usableSinceMs(callerKey: string): number;
}

interface Reuse<Answer extends Reading> {
  readonly key: string;
  readonly notBeforeMs: number;
  /** Undefined: there are no replicas. */
  readonly shelf: Shelf<Answer> | undefined;
  /** It is read for something that will be kept as a whole. Default: it is kept by itself. */
  readonly isPart?: boolean | undefined;
  /** The answer as part of a whole that was kept, stale or not. */
  readonly partOfWhole?: (notBeforeMs: number) => Answer | undefined;
  /** Told of what was called for. */
  readonly noted?: (answer: Answer) => void;
}

/** What was read elsewhere, of one kind. */
interface Shelf<Answer extends Reading> {
  recall(notBeforeMs: number): Promise<Answer | undefined>;
  /** What may be shown only because ROMA Connect fails. */
  recallStale(): Promise<Answer | undefined>;
  keep(answer: Answer): void;
}

/**
 * Reuses upstream answers across operations: those in this process, bounded in bytes, and behind them those that replicas share. Every
 * key begins with the caller's, so nothing that was read with one caller's credentials reaches another. Errors are never kept. The rows
 * are frozen where they are decoded.
 */
export function createCache(
  ask: AskRoma,
  { ttlMs, staleIfErrorMs = 0, maxBytes = MAX_BYTES, replicas, refresh, meter }: CacheOptions,
): Source {
  const readings = new HeldReadings({ maxBytes, staleIfErrorMs });
  const hints = new AllHints();
  const shared = createSharedReads();

  /** One way for all endpoints. `shelf`: where other replicas leave answers, if they do. */
  async function reuse<Query, Answer extends Reading>(
    endpoint: Endpoint<Query, Answer>,
    query: Query,
    operation: Operation,
    how: Reuse<Answer>,
  ): Promise<Answer> {
    const { caller } = operation;
    const { key, notBeforeMs } = how;
    const held = readings.get(key, caller, notBeforeMs);
    if (held !== undefined) {
      meter.request('hit');
      const newer = { ...how, notBeforeMs: held.readAtMs + 1, isPart: false };
      refreshIfDue(held, caller, (background) => readAnew(endpoint, query, background, newer));
      // The key says of which endpoint it is.
      return held.value as Answer;
    }
    meter.request(shared.has(key, notBeforeMs) ? 'shared' : 'miss');
    try {
      return await readAnew(endpoint, query, operation, {
        ...how,
        notBeforeMs: Math.max(notBeforeMs, readings.usableSinceMs(caller.key)),
      });
    } catch (error) {
      if (isRefusal(error)) noteRefusal(caller);
      const stale = maySubstitute(error) ? await findStale(caller, how) : undefined;
      if (stale === undefined) throw error;
      meter.stale();
      return { ...stale, staleBecause: error as SubgraphError };
    }
  }

  /** What this caller was shown before, here or by another replica, if none of them saw its token refused since. */
  async function findStale<Answer extends Reading>(
    caller: Caller,
    { key, notBeforeMs, shelf, partOfWhole }: Reuse<Answer>,
  ): Promise<Answer | undefined> {
    if (staleIfErrorMs === 0) return undefined;
    const refusedAtMs = Math.max(readings.refusedAtMs(caller.key), (await replicas?.refusedAtMs(caller.key)) ?? 0);
    const sinceMs = Math.max(notBeforeMs, refusedAtMs + 1);
    const held = readings.getStale(key, sinceMs);
    if (held !== undefined) return held.value as Answer;
    const part = partOfWhole?.(sinceMs);
    if (part !== undefined) return part;
    const recalled = await shelf?.recallStale();
    return recalled !== undefined && recalled.readAtMs >= sinceMs ? recalled : undefined;
  }

  function noteRefusal(caller: Caller): void {
    readings.noteRefusal(caller);
    if (staleIfErrorMs > 0) replicas?.noteRefusal(caller.key);
  }

  /** At most one refresh for each reading, even if it fails: an upstream in trouble is not asked more for it. */
  function refreshIfDue(held: Held, caller: Caller, read: (operation: Operation) => Promise<unknown>): void {
    if (refresh === undefined || held.isClaimed || Date.now() < held.dueAtMs) return;
    const reading = refresh.run(caller, read);
    if (reading === undefined) return;
    held.isClaimed = true;
    reading.then(
      () => meter.refresh('ok'),
      (error: unknown) => {
        if (isRefusal(error)) {
          noteRefusal(caller);
          readings.end(caller);
        }
        meter.refresh(isRefusal(error) ? 'refused' : 'failed');
      },
    );
  }

  function readAnew<Query, Answer extends Reading>(
    endpoint: Endpoint<Query, Answer>,
    query: Query,
    operation: Operation,
    { key, notBeforeMs, shelf, isPart, noted }: Reuse<Answer>,
  ): Promise<Answer> {
    return shared.read({ key, notBeforeMs, instanceId: endpoint.instanceId(query) }, operation, async (reading) => {
      const recalled = shelf && (await shelf.recall(notBeforeMs));
      if (recalled !== undefined) return recalled;
      const answer = await ask(endpoint, query, reading);
      noted?.(answer);
      if (isPart === true || endpoint.isReusable?.(answer) === false) return answer;
      keep(endpoint, key, answer, Date.now() - answer.readAtMs);
      shelf?.keep(answer);
      return answer;
    });
  }

  function keep<Query, Answer extends Reading>(
    endpoint: Endpoint<Query, Answer>,
    key: string,
    answer: Answer,
    tookMs?: number,
  ): void {
    const { readAtMs } = answer;
    const reuseMs = endpoint.reuseMs ?? ttlMs;
    if (reuseMs === 0) return;
    readings.put(key, {
      value: answer,
      bytes: endpoint.bytes(answer),
      readAtMs,
      reuseMs,
      ...(tookMs !== undefined && { tookMs }),
    });
  }

  const read: Read = (endpoint, query, operation, { notBeforeMs } = ANY_TIME) => {
    // No instance's ID has a colon: a list's key is never the same.
    const key = `${operation.caller.key} ${endpoint.name}: ${endpoint.key(query)}`;
    return reuse(endpoint, query, operation, { key, notBeforeMs, shelf: shelfOf(endpoint, key) });
  };

  function shelfOf<Query, Answer extends Reading>(endpoint: Endpoint<Query, Answer>, key: string): Shelf<Answer> | undefined {
    return (
      replicas && {
        async recall(notBeforeMs) {
          // What is found under the key was kept below.
          const answer = (await replicas.others.get(key)) as Answer | undefined;
          if (answer === undefined || answer.readAtMs < notBeforeMs) return undefined;
          keep(endpoint, key, answer);
          return answer;
        },
        recallStale: async () => (await replicas.others.getStale(key)) as Answer | undefined,
        keep: (answer) => replicas.others.keep(key, answer),
      }
    );
  }

  /** The page as another replica has read it, or cut out of a whole list. */
  async function recall(
    replicas: SharedLists,
    key: string,
    query: ListQuery,
    caller: Caller,
    notBeforeMs: number,
  ): Promise<ListPage | undefined> {
    const wholeKey = toWholeKey(caller, query);
    const held = readings.get(wholeKey, caller, notBeforeMs);
    if (held !== undefined) return toPage(held.value as Listing, query);
    const beganAtMs = performance.now();
    const page = await replicas.get(key);
    if (page !== undefined && page.readAtMs >= notBeforeMs) {
      keep(certificateList, key, page);
      return page;
    }
    // One patience for both: a miss should not wait twice.
    const leftMs = PATIENCE_MS - (performance.now() - beganAtMs);
    if (leftMs < 1) return undefined;
    const whole = await replicas.get(wholeKey, leftMs);
    if (whole === undefined || whole.readAtMs < notBeforeMs) return undefined;
    const listing = new Listing({ instanceId: query.instanceId, filter: query.filter }, whole);
    keepWhole(wholeKey, listing);
    return toPage(listing, query);
  }

  function keepWhole(key: string, read: Listing, tookMs = 0): void {
    const before = readings.peek(key)?.value as Listing | undefined;
    const whole = before === undefined ? read : read.after(before);
    const { rows, readAtMs } = whole;
    readings.put(key, { value: whole, bytes: sizeOfRows(rows), readAtMs, reuseMs: ttlMs, tookMs });
  }

  return {
    read,
    listCertificates(query, operation, { notBeforeMs, isPart }: ListOptions = ANY_TIME) {
      const key = toPageKey(operation.caller, query);
      const wholeKey = toWholeKey(operation.caller, query);
      const shelf = replicas && {
        recall: (since: number) => recall(replicas, key, query, operation.caller, since),
        async recallStale() {
          const page = await replicas.getStale(key);
          if (page !== undefined) return page;
          const whole = await replicas.getStale(wholeKey);
          return whole && toPage(whole, query);
        },
        keep: (page: ListPage) => replicas.keep(key, page),
      };
      return reuse(certificateList, query, operation, {
        key,
        notBeforeMs,
        shelf,
        isPart,
        partOfWhole(since) {
          const whole = readings.getStale(wholeKey, since)?.value as Listing | undefined;
          return whole && toPage(whole, query);
        },
        noted: ({ total }) => hints.noteLength(operation.caller, query, total),
      });
    },

    heldFor: (caller) => ({
      get(list, notBeforeMs = 0) {
        const held = readings.get(toWholeKey(caller, list), caller, notBeforeMs);
        if (held === undefined) return undefined;
        meter.request('hit');
        refreshIfDue(held, caller, (operation) => (refresh as Refresh).walk(list, operation));
        return held.value as Listing;
      },
      takeRoom: (bytes, signal) => readings.room.take(bytes, signal),
      keep(whole) {
        const key = toWholeKey(caller, whole.list);
        keepWhole(key, whole, Date.now() - whole.readAtMs);
        replicas?.keep(key, whole);
      },
      hints: hints.of(caller),
    }),

    usableSinceMs: (callerKey) => readings.usableSinceMs(callerKey),
  };
}

/** The failure says nothing against what ROMA Connect said before. */
function maySubstitute(error: unknown): error is SubgraphError {
  if (!(error instanceof SubgraphError) || CancelledError.isBehind(error)) return false;
  return error.isOutage || error.code === 'UPSTREAM_RATE_LIMITED';
}

/** ROMA Connect does not take this token: what it showed for it before is not this caller's any more. */
function isRefusal(error: unknown): boolean {
  return error instanceof SubgraphError && error.isTokenRefused;
}

function toPageKey(caller: Caller, query: ListQuery): string {
  return `${caller.key} ${toListKey(query)} ${query.offset} ${query.limit}`;
}

function toWholeKey(caller: Caller, list: List): string {
  return `${caller.key} ${toListKey(list)}`;
}

function toPage({ rows, total, readAtMs }: ListPage, { offset, limit }: ListQuery): ListPage {
  return { from: offset, rows: rows.slice(offset, offset + limit), total, readAtMs };
}
