import { setImmediate } from 'node:timers/promises';

/** Values that are written before others get their turn: a few milliseconds. */
const VALUES = 20_000;

let left = VALUES;
let next: Promise<void> | undefined;

/** Undefined: go on. Otherwise the turn is spent, by whichever operations: ask again after the promise. */
export function spend(values: number): Promise<void> | undefined {
  if (left > 0) {
    left -= values;
    return undefined;
  }
  next ??= setImmediate().then(() => {
    left = VALUES;
    next = undefined;
  });
  return next;
}
