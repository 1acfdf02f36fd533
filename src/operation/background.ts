import type { Caller, Operation } from '../certificates/operation.ts';
import { beginOperation, type RunningOperation } from './beginOperation.ts';

/** Reads in the background, for no operation that waits. */
export interface Background {
  /** Settles as `read` does. Undefined: nothing was begun, because too much is running or the service ends. */
  run(caller: Caller, read: (operation: Operation) => Promise<unknown>): Promise<unknown> | undefined;
  /** Aborts all readings. */
  stop(): void;
}

export interface BackgroundOptions {
  /** The time of one reading, in milliseconds. */
  readonly timeoutMs: number;
  /** REST calls that one reading may cause. */
  readonly maxUpstreamCalls: number;
}

/** More would delay the calls of operations. */
const MAX_AT_ONCE = 32;

export function createBackground({ timeoutMs, maxUpstreamCalls }: BackgroundOptions): Background {
  const running = new Set<RunningOperation>();
  let isStopped = false;
  return {
    run(caller, read) {
      if (isStopped || running.size === MAX_AT_ONCE) return undefined;
      const begun = beginOperation({ caller, timeLimitMs: timeoutMs, maxUpstreamCalls });
      running.add(begun);
      return read({ ...begun.operation, isBackground: true }).finally(() => {
        running.delete(begun);
        begun.end();
      });
    },
    stop() {
      isStopped = true;
      for (const begun of running) begun.abandon();
    },
  };
}
