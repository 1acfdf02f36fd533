import DataLoader from 'dataloader';
import type { List } from '../certificates/lists.ts';
import { toListKey } from '../certificates/lists.ts';
import type { LoaderMeter } from './meter.ts';
import type { ReadRun } from './readRun.ts';
import type { Run } from './run.ts';
import { mergeWindows, type Span } from './spans.ts';

/** A part of a list that a page needs. An empty span asks for the total alone; whatever rows were read come along. */
export interface Window {
  readonly list: List;
  readonly span: Span;
}

export type LoadWindow = (window: Window) => Promise<Run>;

/** The list itself, when this operation reads it whole anyway. */
export type WholeIfRead = (list: List) => Promise<Run> | undefined;

/**
 * Serves all windows that an operation asks for in one go, of aliases, entities and nested connections alike, with the fewest calls
 * per list. Windows pair with answers by position in the list, never by order of asking; a failing list fails its own windows only.
 */
export function createLoadWindow(readRun: ReadRun, wholeIfRead: WholeIfRead, meter: LoaderMeter): LoadWindow {
  const loader = new DataLoader<Window, Run, string>(
    async (windows) => {
      const outcomes = new Map<Window, Run | Error>();
      await Promise.all([...groupByList(windows).values()].map((group) => serve(group, outcomes)));
      return windows.map((window) => outcomes.get(window) as Run | Error);
    },
    { name: 'windows', cacheKeyFn: ({ list, span }) => JSON.stringify([toListKey(list), span.from, span.to]) },
  );
  return (window) => loader.load(window);

  async function serve(group: readonly Window[], outcomes: Map<Window, Run | Error>): Promise<void> {
    const list = (group[0] as Window).list;
    const whole = await wholeIfRead(list)?.catch(() => undefined);
    if (whole !== undefined) {
      for (const window of group) outcomes.set(window, slice(whole, window.span));
      return;
    }
    const withRows = group.filter(({ span }) => span.to > span.from);
    const spans = withRows.length === 0 ? [{ from: 0, to: 1 }] : mergeWindows(withRows.map(({ span }) => span));
    meter.windowsMerged(Math.max(group.length - spans.length, 0));
    await Promise.all(
      spans.map(async (span, index) => {
        const served = group.filter((window) => (isEmpty(window.span) ? index === 0 : isWithin(window.span, span)));
        try {
          const run = await readRun(list, span);
          for (const window of served) outcomes.set(window, slice(run, window.span));
        } catch (error) {
          for (const window of served) outcomes.set(window, error as Error);
        }
      }),
    );
  }
}

function groupByList(windows: readonly Window[]): Map<string, Window[]> {
  return Map.groupBy(windows, ({ list }) => toListKey(list));
}

function isEmpty({ from, to }: Span): boolean {
  return from === to;
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

function slice(run: Run, span: Span): Run {
  if (isEmpty(span)) return run;
  return { ...run, from: span.from, rows: run.rows.slice(Math.max(span.from - run.from, 0), Math.max(span.to - run.from, 0)) };
}
