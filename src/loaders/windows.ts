import DataLoader from 'dataloader';
import type { Listing } from '../certificates/listing.ts';
import { type List, MAX_LIMIT, toListKey } from '../certificates/lists.ts';
import type { Range } from '../certificates/range.ts';
import type { AroundBatch, LoaderMeter } from './meter.ts';
import { mergeWindows, toCalls } from './ranges.ts';
import type { ReadRange } from './readRange.ts';
import type { WholeLists } from './wholeLists.ts';

/** A part of a list that a page needs. */
export interface Window {
  /** What has to be there. An empty range asks for the total alone, and gets whatever rows were read. */
  readonly range: Range;
  /** Rows before and behind that are welcome where they cost no call. */
  readonly lead: number;
  readonly trail: number;
}

export interface WindowRequest extends Window {
  readonly list: List;
  /** Not from what was asked for earlier, in milliseconds since the epoch. */
  readonly notBeforeMs: number;
}

export type LoadWindow = (request: WindowRequest) => Promise<Listing>;

/**
 * Serves all windows that an operation asks for in one go, of aliases, entities and nested connections alike, with the fewest calls
 * per list. Windows pair with answers by position in the list, never by order of asking; a failing list fails its own windows only.
 */
export function createLoadWindow(
  readRange: ReadRange,
  wholeIfBegun: WholeLists['ifBegun'],
  meter: LoaderMeter,
  around: AroundBatch,
): LoadWindow {
  const loader = new DataLoader<WindowRequest, Listing, string>(
    around('windows', async (requests) => {
      const [only] = requests;
      if (only !== undefined && requests.length === 1) return [await serveAlone(only)];
      const outcomes = new Map<WindowRequest, Listing | Error>();
      const groups = Map.groupBy(requests, ({ list }) => toListKey(list));
      await Promise.all(groups.values().map((group) => serve(group, outcomes)));
      return requests.map((request) => outcomes.get(request) as Listing | Error);
    }),
    {
      name: 'windows',
      cacheKeyFn: ({ list, range, lead, trail, notBeforeMs }) =>
        `${range.from} ${range.to} ${lead} ${trail} ${notBeforeMs} ${toListKey(list)}`,
    },
  );
  return (request) => loader.load(request);

  async function serveAlone(window: WindowRequest): Promise<Listing | Error> {
    if (wholeIfBegun(window.list) === undefined) return read(window);
    const whole = await wholeOf(window.list, window.notBeforeMs);
    return whole === undefined ? read(window) : toServed(whole, window);
  }

  /** The list, if this operation reads it whole, and not too old. */
  async function wholeOf(list: List, notBeforeMs: number): Promise<Listing | undefined> {
    const whole = await wholeIfBegun(list)?.catch(() => undefined);
    return whole !== undefined && whole.readAtMs >= notBeforeMs ? whole : undefined;
  }

  async function read(window: WindowRequest): Promise<Listing | Error> {
    const { list, notBeforeMs } = window;
    const range = isEmpty(window.range) ? { from: 0, to: 1 } : window.range;
    try {
      return toServed(await readRange({ list, range: withMargins(range, [window]), goal: range.to, notBeforeMs }), window);
    } catch (error) {
      return error as Error;
    }
  }

  async function serve(group: readonly WindowRequest[], outcomes: Map<WindowRequest, Listing | Error>): Promise<void> {
    const [{ list }] = group as [WindowRequest];
    const notBeforeMs = Math.max(...group.map((window) => window.notBeforeMs));
    const whole = await wholeOf(list, notBeforeMs);
    if (whole !== undefined) {
      for (const request of group) outcomes.set(request, toServed(whole, request));
      return;
    }
    const counts = group.filter(({ range }) => isEmpty(range));
    const windows = group.filter(({ range }) => !isEmpty(range));
    const ranges = windows.length === 0 ? [{ from: 0, to: 1 }] : mergeWindows(windows.map(({ range }) => range));
    meter.windowsMerged(group.length - ranges.length);
    const listings = await Promise.all(
      ranges.map(async (range): Promise<Listing | Error> => {
        const served = windows.filter((window) => isWithin(window.range, range));
        const listing = await settle(readRange({ list, range: withMargins(range, served), goal: range.to, notBeforeMs }));
        for (const window of served) outcomes.set(window, listing instanceof Error ? listing : toServed(listing, window));
        // One of several calls failed: whose rows did not depend on it are not to suffer.
        if (!(listing instanceof Error) || served.length < 2 || toCalls(range) < 2) return listing;
        return (await serveEach(served, outcomes)) ?? listing;
      }),
    );
    const total = listings.find((listing) => !(listing instanceof Error)) ?? (listings[0] as Listing | Error);
    for (const count of counts) outcomes.set(count, total);
  }

  /** Serves each by itself; returns one that could be read, if any could. */
  async function serveEach(
    windows: readonly WindowRequest[],
    outcomes: Map<WindowRequest, Listing | Error>,
  ): Promise<Listing | undefined> {
    const listings = await Promise.all(
      windows.map(async (window) => {
        const listing = await read(window);
        outcomes.set(window, listing);
        return listing;
      }),
    );
    return listings.find((listing): listing is Listing => !(listing instanceof Error));
  }
}

async function settle(reading: Promise<Listing>): Promise<Listing | Error> {
  try {
    return await reading;
  } catch (error) {
    return error as Error;
  }
}

/** The range with as much of the margins of its windows as takes no further call. */
function withMargins({ from, to }: Range, windows: readonly Window[]): Range {
  const room = toCalls({ from, to }) * MAX_LIMIT - (to - from);
  const lead = from - Math.max(Math.min(from, ...windows.map((window) => window.range.from - window.lead)), 0);
  const trail = Math.max(to, ...windows.map((window) => window.range.to + window.trail)) - to;
  const before = Math.min(lead, room);
  return { from: from - before, to: to + Math.min(trail, room - before) };
}

function toServed(listing: Listing, { range, lead, trail }: Window): Listing {
  return isEmpty(range) ? listing : listing.slice({ from: range.from - lead, to: range.to + trail });
}

function isEmpty({ from, to }: Range): boolean {
  return from === to;
}

function isWithin(inner: Range, outer: Range): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}
