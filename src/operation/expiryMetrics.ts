import type { Caller } from '../certificates/operation.ts';
import type { Ends, ExpiryMeter } from '../loaders/meter.ts';
import type { BeginContext } from './beginContext.ts';

export interface ExpiryMetricsDeps {
  readonly intervalMs: number;
  readonly beginContext: BeginContext;
  /** The service itself, with its own credentials. */
  readonly caller: Caller;
  readonly meter: ExpiryMeter;
  warn(details: object, message: string): void;
}

/** Reads all lists at intervals, and counts certificates by their expiry. Returns a function that stops it. */
export function startExpiryMetrics({ intervalMs, beginContext, caller, meter, warn }: ExpiryMetricsDeps): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let abandon: (() => void) | undefined;

  async function within<Result>(work: (context: ReturnType<BeginContext>['context']) => Promise<Result>): Promise<Result> {
    const { context, running } = beginContext(caller);
    abandon = running.abandon;
    try {
      return await work(context);
    } finally {
      running.end();
    }
  }

  async function round(): Promise<void> {
    try {
      for (const instanceId of await within(({ loaders }) => loaders.instances.ids())) {
        // One operation per list, so that the limits of an operation hold for each.
        const counts = await within((context) => count(context, instanceId)).catch((error: unknown) => {
          if (!stopped) warn({ err: error, instanceId }, 'an instance could not be read for the expiry metrics');
          return null;
        });
        if (stopped) return;
        meter.instance(instanceId, counts);
      }
    } catch (error) {
      if (!stopped) warn({ err: error }, 'the instances could not be listed for the expiry metrics');
    }
    // The interval starts after a round, so that two rounds do not overlap.
    if (!stopped) timer = setTimeout(round, intervalMs).unref();
  }

  void round();
  return () => {
    stopped = true;
    clearTimeout(timer);
    abandon?.();
  };
}

/** Reads the list once for all counts. */
async function count(
  { loaders }: ReturnType<BeginContext>['context'],
  instanceId: string,
): Promise<Readonly<Record<Ends, number>>> {
  const totalOf = async (
    residual: { readonly expired?: boolean; readonly expiresWithinDays?: number } | null,
  ): Promise<number> => {
    const page = { direction: 'forward', size: 0, cursor: null } as const;
    const order = { field: 'NOT_AFTER', direction: 'ASC' } as const;
    return (await loaders.page({ list: { instanceId, filter: {} }, residual, order, page, countOnly: false })).total;
  };
  const [all, expired, valid, week, month, quarter] = await Promise.all([
    totalOf(null),
    totalOf({ expired: true }),
    totalOf({ expired: false }),
    totalOf({ expiresWithinDays: 7 }),
    totalOf({ expiresWithinDays: 30 }),
    totalOf({ expiresWithinDays: 90 }),
  ]);
  return {
    expired,
    '7d': week,
    '30d': month - week,
    '90d': quarter - month,
    later: valid - quarter,
    unknown: all - expired - valid,
  };
}
