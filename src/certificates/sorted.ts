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

/** What was merged before, by the first of the lists that it was made from. */
const mergedLists = new WeakMap<Rows, { readonly lists: readonly Rows[]; readonly merged: readonly Certificate[] }>();

/** Several sorted lists as one, each certificate once. Lists that outlive an operation are merged once as long as none of them changes. */
export function mergeSorted(lists: readonly (readonly Certificate[])[], order: Order): readonly Certificate[] {
  const [first] = lists;
  if (first === undefined || lists.length === 1) return first ?? [];
  const known = mergedLists.get(first);
  if (known?.lists.length === lists.length && known.lists.every((list, index) => list === lists[index])) return known.merged;
  const byId = new Map<string, Certificate>();
  for (const list of lists) for (const row of list) if (!byId.has(row.id)) byId.set(row.id, row);
  const merged = sort([...byId.values()], order);
  mergedLists.set(first, { lists, merged });
  return merged;
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
