import { setImmediate } from 'node:timers/promises';

/** A few milliseconds of work. */
const ROWS_A_TURN = 2_000;

/** The end of the turn that was taken last, by whichever operation. */
let last: Promise<unknown> = Promise.resolve();

/** Works through so many rows, a few at a time, and lets the event loop run in between. All who work take turns. */
export async function inTurns(rows: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < rows; from += ROWS_A_TURN) {
    await inTurn(() => work(from, Math.min(from + ROWS_A_TURN, rows)));
  }
}

/** Does a piece of long work when all pieces before it are done, and lets the event loop run after each. */
export function inTurn<Result>(work: () => Result): Promise<Result> {
  const turn = last.then(work);
  last = turn.then(
    () => setImmediate(),
    () => setImmediate(),
  );
  return turn;
}

/** Values that are written before others get their turn: a few milliseconds. */
const VALUES_A_TURN = 20_000;

let valuesLeft = VALUES_A_TURN;
let nextTurn: Promise<void> | undefined;

/**
 * For work whose pieces are small and many: undefined while the turn, which all operations share, goes on. Otherwise go on after the promise,
 * and ask again then.
 */
export function spend(values: number): Promise<void> | undefined {
  if (valuesLeft > 0) {
    valuesLeft -= values;
    return undefined;
  }
  nextTurn ??= setImmediate().then(() => {
    valuesLeft = VALUES_A_TURN;
    nextTurn = undefined;
  });
  return nextTurn;
}
