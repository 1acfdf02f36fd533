export interface OverloadGuard {
  /** Whether work waits so long for its turn that taking on more would only make everything late. */
  isOverloaded(): boolean;
  stop(): void;
}

/**
 * How late the event loop may run. A burst is worked off within it; whoever comes later would wait for its answer several times as
 * long, for an answer takes several turns of the loop.
 */
const MAX_DELAY_MS = 1_000;
const BEAT_MS = 20;

/**
 * Watches how late the event loop runs. Not by a histogram that is read now and then: one turn can hold a thousand requests, and the
 * question is asked anew with each of them, so that those at the turn's end are turned away when those before took too long. A pause
 * between turns, such as garbage collection, turns nobody away.
 */
export function watchEventLoop(now: () => number = () => performance.now()): OverloadGuard {
  let dueMs = now() + BEAT_MS;
  const timer = setInterval(() => {
    dueMs = now() + BEAT_MS;
  }, BEAT_MS);
  timer.unref();
  return {
    isOverloaded: () => now() - dueMs > MAX_DELAY_MS,
    stop: () => clearInterval(timer),
  };
}
