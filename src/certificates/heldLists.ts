import type { EndSignal } from '../net/endSignal.ts';
import type { Hints } from './hints.ts';
import type { Listing } from './listing.ts';
import type { List } from './lists.ts';

/** What one caller's operations leave for the next: lists that were read whole, and hints. */
export interface HeldLists {
  /**
   * The list, when it was read whole lately enough, and not before `notBeforeMs` (milliseconds since the epoch). Where its reuse time nears its
   * end, this begins to read it again in the background.
   */
  get(list: List, notBeforeMs?: number): Listing | undefined;
  /**
   * Takes the memory that reading a list will need, in bytes, or waits for it. Rejects with REQUEST_LIMIT_EXCEEDED when there is less in all,
   * and with the end of the operation. To be given back.
   */
  takeRoom(bytes: number, signal: EndSignal): Promise<() => void>;
  /** Leaves a whole list to later operations. */
  keep(whole: Listing): void;
  readonly hints: Hints;
}
