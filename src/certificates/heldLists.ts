import type { Certificate } from './certificate.ts';
import type { List } from './lists.ts';

/** All rows of a list, without a gap. */
export interface WholeList {
  readonly rows: readonly (Certificate | null)[];
  readonly total: number;
  /** When the oldest part was read, in milliseconds since the epoch. */
  readonly readAtMs: number;
}

/** A whole list that is held for reuse, with an index that is made when it is first needed. */
export interface HeldList extends WholeList {
  byId(id: string): Certificate | undefined;
}

/** What one caller's operations leave for the next: lists read whole, and where certificates were seen. */
export interface HeldLists {
  /** The list, when it was read whole lately enough, and not before `notBeforeMs` (milliseconds since the epoch). */
  get(list: List, notBeforeMs?: number): HeldList | undefined;
  keep(list: List, whole: WholeList): void;
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
