import type { List } from './lists.ts';

/** What one caller's operations noticed of ROMA Connect. It decides how the next ones ask, and not what they answer. */
export interface Hints {
  /** ROMA Connect was seen to ignore a condition of this list's filter. */
  noteIgnored(list: List): void;
  isIgnored(list: List): boolean;
  /** How many rows the list had when it was last read from. */
  lengthOf(list: List): number | undefined;
  /** ROMA Connect has no details for this caller: not at all, or not with these permissions. */
  noteLacksDetails(): void;
  lacksDetails(): boolean;
  /** The instance in whose list the certificate was seen last: worth asking first. */
  lastSeenIn(id: string): string | undefined;
  sawIn(id: string, instanceId: string): void;
}
