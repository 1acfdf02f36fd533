/** Whether the event loop is so busy that another request would be answered too late. */
export type IsOverloaded = () => boolean;

/** How long one turn of the event loop may last. An answer takes several turns, so a request that is taken on later waits longer. */
const MAX_TURN_MS = 1_000;

/**
 * Measures the current turn of the event loop. One turn can hold a thousand requests: when the first ones take too long, the last ones
 * are refused. A histogram of delays, read now and then, would notice too late. Time between turns (garbage collection, a suspended
 * machine) does not count.
 */
export function createIsOverloaded(now: () => number = () => performance.now()): IsOverloaded {
  let beganMs: number | undefined;
  return () => {
    if (beganMs !== undefined) return now() - beganMs > MAX_TURN_MS;
    beganMs = now();
    // Runs when this turn has handled what had arrived.
    setImmediate(() => {
      beganMs = undefined;
    });
    return false;
  };
}
