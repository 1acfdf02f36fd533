import type { EndSignal } from '../net/endSignal.ts';
import type { Listing } from './listing.ts';
import type { List } from './lists.ts';

/** What one caller's operations leave for the next: lists read whole, and where certificates were seen. */
export interface HeldLists {
  /** The list, when it was read whole lately enough, and not before `notBeforeMs` (milliseconds since the epoch). */
  get(list: List, notBeforeMs?: number): Listing | undefined;
  /**
   * Takes the memory that reading a list will need, in bytes, or waits for it. Rejects with REQUEST_LIMIT_EXCEEDED when there is less in all,
   * and with the end of the operation. To be given back.
   */
  takeRoom(bytes: number, signal: EndSignal): Promise<() => void>;
  /** Leaves a whole list to later operations. */
  keep(whole: Listing): void;
  /** ROMA Connect was seen to ignore a condition of this list's filter. */
  noteIgnored(list: List): void;
  isIgnored(list: List): boolean;
  /** How many rows the list had when it was last read from. */
  lengthOf(list: List): number | undefined;
  /** ROMA Connect has no details for this caller: not at all, or not with these permissions. */
  noteLacksDetails(): void;
  lacksDetails(): boolean;
  /** The instance in whose list the certificate was seen last: worth asking first, and no more than that. */
  lastSeenIn(id: string): string | undefined;
  sawIn(id: string, instanceId: string): void;
}
