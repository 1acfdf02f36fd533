import { setImmediate } from 'node:timers/promises';

/** The end of the turn that was taken last, by whichever operation. */
let last: Promise<unknown> = Promise.resolve();

/** Does a piece of long work when all pieces before it are done, and lets the event loop run after each. */
export function inTurn<Result>(work: () => Result): Promise<Result> {
  const turn = last.then(work);
  last = turn.then(
    () => setImmediate(),
    () => setImmediate(),
  );
  return turn;
}
