import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface OverloadGuard {
  /** Whether work waits so long for its turn that taking on more would only make everything late. */
  isOverloaded(): boolean;
  stop(): void;
}

/** How late the event loop ran on average during one window. */
const MAX_DELAY_MS = 1_000;
const WINDOW_MS = 500;

/** Two windows in a row, because one may be a single long pause that is over when it is noticed. */
const WINDOWS = 2;

export function watchEventLoop(): OverloadGuard {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const judge = createJudge();
  let overloaded = false;
  const timer = setInterval(() => {
    overloaded = judge(takeMeanMs(delays));
  }, WINDOW_MS);
  timer.unref();
  return {
    isOverloaded: () => overloaded,
    stop() {
      clearInterval(timer);
      delays.disable();
    },
  };
}

/** Judges one window after the other by its mean delay; the answer holds until the next one. */
export function createJudge(): (meanDelayMs: number) => boolean {
  let late = 0;
  return (meanDelayMs) => {
    late = meanDelayMs > MAX_DELAY_MS ? late + 1 : 0;
    return late >= WINDOWS;
  };
}

function takeMeanMs(delays: ReturnType<typeof monitorEventLoopDelay>): number {
  const mean = delays.mean / 1e6;
  delays.reset();
  return mean;
}
