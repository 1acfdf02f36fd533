import type { Certificate } from './certificate.ts';
import { comparePositions, type Order, type SortPosition, toSortPosition } from './order.ts';

type Rows = readonly (Certificate | null)[];

/** What was sorted before, as long as someone holds the list: at most one copy for each of the eight orders. */
const sortedLists = new WeakMap<Rows, Map<string, readonly Certificate[]>>();

/** The certificates in this order. A list that outlives an operation is sorted once; so its rows must never change. */
export function toSorted(rows: Rows, order: Order): readonly Certificate[] {
  const byOrder = sortedLists.get(rows) ?? new Map<string, readonly Certificate[]>();
  sortedLists.set(rows, byOrder);
  const key = `${order.field} ${order.direction}`;
  const sorted = byOrder.get(key) ?? sort(rows, order);
  byOrder.set(key, sorted);
  return sorted;
}

/** The index of the first row at, or behind, a position of a sorted list. */
export function findPosition(
  sorted: readonly Certificate[],
  order: Order,
  position: SortPosition,
  side: 'at' | 'behind',
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const compared = comparePositions(toSortPosition(sorted[middle] as Certificate, order), position, order);
    if (compared < 0 || (compared === 0 && side === 'behind')) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Takes each sort value once instead of at every comparison. */
function sort(rows: Rows, order: Order): Certificate[] {
  return rows
    .filter((row) => row !== null)
    .map((row) => ({ row, position: toSortPosition(row, order) }))
    .sort((a, b) => comparePositions(a.position, b.position, order))
    .map(({ row }) => row);
}
