import DataLoader from 'dataloader';
import { type List, MAX_LIMIT, toListKey } from '../certificates/lists.ts';
import type { AroundBatch, LoaderMeter } from './meter.ts';
import type { ReadRun } from './readRun.ts';
import { type Run, toSlice } from './run.ts';
import { mergeWindows, type Span, toCalls } from './spans.ts';
import type { WholeLists } from './views.ts';

/** A part of a list that a page needs. */
export interface Window {
  /** What has to be there. An empty span asks for the total alone, and gets whatever rows were read. */
  readonly span: Span;
  /** Rows before and behind that are welcome where they cost no call. */
  readonly lead: number;
  readonly trail: number;
}

export interface WindowRequest extends Window {
  readonly list: List;
  /** Not from what was asked for earlier, in milliseconds since the epoch. */
  readonly notBeforeMs: number;
}

export type LoadWindow = (request: WindowRequest) => Promise<Run>;

/**
 * Serves all windows that an operation asks for in one go, of aliases, entities and nested connections alike, with the fewest calls
 * per list. Windows pair with answers by position in the list, never by order of asking; a failing list fails its own windows only.
 */
export function createLoadWindow(
  readRun: ReadRun,
  wholeIfBegun: WholeLists['ifBegun'],
  meter: LoaderMeter,
  around: AroundBatch,
): LoadWindow {
  const loader = new DataLoader<WindowRequest, Run, string>(
    around('windows', async (requests) => {
      const [only] = requests;
      if (only !== undefined && requests.length === 1) return [await serveAlone(only)];
      const outcomes = new Map<WindowRequest, Run | Error>();
      const groups = Map.groupBy(requests, ({ list }) => toListKey(list));
      await Promise.all(groups.values().map((group) => serve(group, outcomes)));
      return requests.map((request) => outcomes.get(request) as Run | Error);
    }),
    {
      name: 'windows',
      cacheKeyFn: ({ list, span, lead, trail, notBeforeMs }) =>
        `${span.from} ${span.to} ${lead} ${trail} ${notBeforeMs} ${toListKey(list)}`,
    },
  );
  return (request) => loader.load(request);

  async function serveAlone(window: WindowRequest): Promise<Run | Error> {
    if (wholeIfBegun(window.list) === undefined) return read(window);
    const whole = await wholeOf(window.list, window.notBeforeMs);
    return whole === undefined ? read(window) : toServed(whole, window);
  }

  /** The list, if this operation reads it whole, and not too old. */
  async function wholeOf(list: List, notBeforeMs: number): Promise<Run | undefined> {
    const whole = await wholeIfBegun(list)?.catch(() => undefined);
    return whole !== undefined && whole.readAtMs >= notBeforeMs ? whole : undefined;
  }

  async function read(window: WindowRequest): Promise<Run | Error> {
    const { list, notBeforeMs } = window;
    const span = isEmpty(window.span) ? { from: 0, to: 1 } : window.span;
    try {
      return toServed(await readRun({ list, span: withMargins(span, [window]), goal: span.to, notBeforeMs }), window);
    } catch (error) {
      return error as Error;
    }
  }

  async function serve(group: readonly WindowRequest[], outcomes: Map<WindowRequest, Run | Error>): Promise<void> {
    const [{ list }] = group as [WindowRequest];
    const notBeforeMs = Math.max(...group.map((window) => window.notBeforeMs));
    const whole = await wholeOf(list, notBeforeMs);
    if (whole !== undefined) {
      for (const request of group) outcomes.set(request, toServed(whole, request));
      return;
    }
    const counts = group.filter(({ span }) => isEmpty(span));
    const windows = group.filter(({ span }) => !isEmpty(span));
    const spans = windows.length === 0 ? [{ from: 0, to: 1 }] : mergeWindows(windows.map(({ span }) => span));
    meter.windowsMerged(group.length - spans.length);
    const runs = await Promise.all(
      spans.map(async (span): Promise<Run | Error> => {
        const served = windows.filter((window) => isWithin(window.span, span));
        const run = await settle(readRun({ list, span: withMargins(span, served), goal: span.to, notBeforeMs }));
        for (const window of served) outcomes.set(window, run instanceof Error ? run : toServed(run, window));
        // One of several calls failed: whose rows did not depend on it are not to suffer.
        if (!(run instanceof Error) || served.length < 2 || toCalls(span) < 2) return run;
        return (await serveEach(served, outcomes)) ?? run;
      }),
    );
    const total = runs.find((run) => !(run instanceof Error)) ?? (runs[0] as Run | Error);
    for (const count of counts) outcomes.set(count, total);
  }

  /** Serves each by itself; returns one that could be read, if any could. */
  async function serveEach(
    windows: readonly WindowRequest[],
    outcomes: Map<WindowRequest, Run | Error>,
  ): Promise<Run | undefined> {
    const runs = await Promise.all(
      windows.map(async (window) => {
        const run = await read(window);
        outcomes.set(window, run);
        return run;
      }),
    );
    return runs.find((run): run is Run => !(run instanceof Error));
  }
}

async function settle(reading: Promise<Run>): Promise<Run | Error> {
  try {
    return await reading;
  } catch (error) {
    return error as Error;
  }
}

/** The span with as much of the margins of its windows as takes no further call. */
function withMargins({ from, to }: Span, windows: readonly Window[]): Span {
  const room = toCalls({ from, to }) * MAX_LIMIT - (to - from);
  const lead = from - Math.max(Math.min(from, ...windows.map((window) => window.span.from - window.lead)), 0);
  const trail = Math.max(to, ...windows.map((window) => window.span.to + window.trail)) - to;
  const before = Math.min(lead, room);
  return { from: from - before, to: to + Math.min(trail, room - before) };
}

function toServed(run: Run, { span, lead, trail }: Window): Run {
  return isEmpty(span) ? run : toSlice(run, { from: span.from - lead, to: span.to + trail });
}

function isEmpty({ from, to }: Span): boolean {
  return from === to;
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}
