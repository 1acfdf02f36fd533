import type { Certificate } from './certificate.ts';
import { comparePositions, type Order, type SortPosition, toSortPosition } from './order.ts';
import { inTurns } from './turns.ts';

type Sorted = readonly Certificate[];

/** A row, and its sort value taken once instead of at every comparison. */
interface Placed {
  readonly row: Certificate;
  readonly position: SortPosition;
}

/** The certificates in this order. Long lists are sorted in turns. */
export async function sortInTurns(rows: readonly (Certificate | null)[], order: Order): Promise<Sorted> {
  const parts: Placed[][] = [];
  await inTurns(rows.length, (from, to) => {
    const part = toPlaced(rows.slice(from, to), order);
    parts.push(part.sort((a, b) => comparePositions(a.position, b.position, order)));
  });
  return toRows(await mergeAll(parts, order));
}

/** Several sorted lists as one, each certificate once: as the first list that has it says. */
export async function mergeInTurns(lists: readonly Sorted[], order: Order): Promise<Sorted> {
  const [first = []] = lists;
  if (lists.length < 2) return first;
  const seen = new Set<string>();
  const parts: Placed[][] = [];
  for (const list of lists) {
    const part: Placed[] = [];
    parts.push(part);
    await inTurns(list.length, (from, to) => {
      const fresh = list.slice(from, to).filter(({ id }) => seen.size < seen.add(id).size);
      part.push(...toPlaced(fresh, order));
    });
  }
  return toRows(await mergeAll(parts, order));
}

/** Two by two, so that each row is compared as often as there are rounds. */
async function mergeAll(parts: readonly (readonly Placed[])[], order: Order): Promise<readonly Placed[]> {
  let round = parts;
  while (round.length > 1) {
    const next: (readonly Placed[])[] = [];
    for (let index = 0; index < round.length; index += 2) {
      next.push(await mergeTwo(round[index] ?? [], round[index + 1] ?? [], order));
    }
    round = next;
  }
  return round[0] ?? [];
}

async function mergeTwo(left: readonly Placed[], right: readonly Placed[], order: Order): Promise<readonly Placed[]> {
  if (right.length === 0) return left;
  const merged: Placed[] = [];
  let taken = 0;
  await inTurns(left.length + right.length, (from, to) => {
    for (let index = from; index < to; index++) {
      const a = left[taken];
      const b = right[index - taken];
      if (a !== undefined && (b === undefined || comparePositions(a.position, b.position, order) <= 0)) {
        merged.push(a);
        taken++;
      } else {
        merged.push(b as Placed);
      }
    }
  });
  return merged;
}

function toPlaced(rows: readonly (Certificate | null)[], order: Order): Placed[] {
  return rows.filter((row) => row !== null).map((row) => ({ row, position: toSortPosition(row, order) }));
}

function toRows(placed: readonly Placed[]): Sorted {
  return placed.map(({ row }) => row);
}

/** The index of the first row at, or behind, a position of a sorted list. */
export function findPosition(sorted: Sorted, order: Order, position: SortPosition, side: 'at' | 'behind'): number {
  return partitionPoint(sorted, (row) => {
    const compared = comparePositions(toSortPosition(row, order), position, order);
    return compared < 0 || (compared === 0 && side === 'behind');
  });
}

/** The index of the first row that is not before; all that are come first. */
export function partitionPoint(rows: Sorted, isBefore: (row: Certificate) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(rows[middle] as Certificate)) low = middle + 1;
    else high = middle;
  }
  return low;
}
