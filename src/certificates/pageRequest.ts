import { badUserInput } from '../errors/SubgraphError.ts';
import type { Range } from './range.ts';

/** The paging arguments as GraphQL delivers them; null is as if not sent. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** Which page is asked for. */
export interface PageRequest {
  /** `forward`: from the start or behind the cursor; `backward`: from the end or before the cursor. */
  readonly direction: 'forward' | 'backward';
  /** 0 to {@link MAX_PAGE_SIZE}. */
  readonly size: number;
  readonly cursor: string | null;
}

/** The rows of a page, by position: from the boundary on, or up to it. `total` ends the list. */
export function toPageRange(boundary: number, { direction, size }: PageRequest, total: number): Range {
  return direction === 'forward'
    ? { from: boundary, to: Math.max(Math.min(boundary + size, total), boundary) }
    : { from: Math.max(boundary - size, 0), to: boundary };
}

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 500;

/** The only place that judges `first`, `after`, `last` and `before`; errors say what to send instead. */
export function readPageRequest({ first, after, last, before }: PageArguments): PageRequest {
  if (first != null && last != null) throw badUserInput('Send either "first" or "last", not both.');
  if (after != null && before != null) throw badUserInput('Send either "after" or "before", not both.');
  if (first != null && before != null)
    throw badUserInput('"first" goes with "after". To page backwards send "last" with "before".');
  if (last != null && after != null)
    throw badUserInput('"last" goes with "before". To page forwards send "first" with "after".');
  if (last != null) return { direction: 'backward', size: readSize('last', last), cursor: before ?? null };
  if (before != null) return { direction: 'backward', size: DEFAULT_PAGE_SIZE, cursor: before };
  return { direction: 'forward', size: readSize('first', first ?? DEFAULT_PAGE_SIZE), cursor: after ?? null };
}

function readSize(name: string, size: number): number {
  if (size < 0) throw badUserInput(`"${name}" must not be negative. Send 0 to ${MAX_PAGE_SIZE}.`);
  if (size > MAX_PAGE_SIZE)
    throw badUserInput(`"${name}" must be at most ${MAX_PAGE_SIZE}. Send 0 to ${MAX_PAGE_SIZE} and page on.`);
  return size;
}
