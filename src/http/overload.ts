/** Whether work waits so long for its turn that taking on more would only make everything late. */
export type IsOverloaded = () => boolean;

/**
 * How long one turn of the event loop may last. A burst is worked off within it; whoever comes later would wait for its answer several
 * times as long, for an answer takes several turns of the loop.
 */
const MAX_TURN_MS = 1_000;

/**
 * Watches how long the turn of the event loop lasts that the question is asked in. Not by a histogram that is read now and then: one
 * turn can hold a thousand requests, and those at its end are to be turned away when those before took too long. A pause between turns
 * (garbage collection, a machine that was suspended) turns nobody away.
 */
export function createIsOverloaded(now: () => number = () => performance.now()): IsOverloaded {
  let beganMs: number | undefined;
  return () => {
    if (beganMs !== undefined) return now() - beganMs > MAX_TURN_MS;
    beganMs = now();
    // Runs when the turn has handled all that had arrived.
    setImmediate(() => {
      beganMs = undefined;
    });
    return false;
  };
}
