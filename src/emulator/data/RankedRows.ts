import { fieldOf } from './filters.ts';

/**
 * Rows in the order of the list, newest first. Each row keeps the rank it got when it came in, so that whatever is added or
 * removed later, two rows that stay never change places, not even against the global ones merged in between.
 *
 * A row's rank is its creation time as far as its neighbours allow: the place a test gives a row counts more than what the row
 * says of itself.
 */
export class RankedRows {
  readonly #rows: unknown[] = [];
  readonly #ranks: number[] = [];

  constructor(rows: readonly unknown[]) {
    this.insert(0, rows);
  }

  get rows(): readonly unknown[] {
    return this.#rows;
  }

  /** Puts rows in front of the one at `position`; past the end is the end. */
  insert(position: number, rows: readonly unknown[]): void {
    const at = Math.min(Math.max(0, position), this.#rows.length);
    const lowest = this.#ranks[at] ?? Number.NEGATIVE_INFINITY;
    let highest = this.#ranks[at - 1] ?? Number.POSITIVE_INFINITY;
    const ranks: number[] = [];
    for (const row of rows) {
      highest = rankBetween(lowest, highest, fieldOf(row, 'create_time'));
      ranks.push(highest);
    }
    const rowsBehind = this.#rows.splice(at);
    const ranksBehind = this.#ranks.splice(at);
    for (const row of rows) this.#rows.push(row);
    for (const rank of ranks) this.#ranks.push(rank);
    for (const row of rowsBehind) this.#rows.push(row);
    for (const rank of ranksBehind) this.#ranks.push(rank);
  }

  removeAt(position: number, count: number): void {
    this.#rows.splice(position, count);
    this.#ranks.splice(position, count);
  }

  removeIds(ids: ReadonlySet<unknown>): void {
    for (let at = this.#rows.length - 1; at >= 0; at -= 1) {
      if (ids.has(fieldOf(this.#rows[at], 'id'))) this.removeAt(at, 1);
    }
  }

  /** Gives every row with this ID other field values; the rows keep their places. */
  change(id: string, values: object): void {
    for (const [at, row] of this.#rows.entries()) {
      if (fieldOf(row, 'id') === id) this.#rows[at] = { ...(row as object), ...values };
    }
  }

  /** Both lists as one, by rank; at equal ranks the own rows come first. */
  mergedWith(others: RankedRows): readonly unknown[] {
    const merged: unknown[] = [];
    let other = 0;
    for (const [at, row] of this.#rows.entries()) {
      const rank = this.#ranks[at] ?? 0;
      while (other < others.#rows.length && (others.#ranks[other] ?? 0) > rank) merged.push(others.#rows[other++]);
      merged.push(row);
    }
    for (; other < others.#rows.length; other += 1) merged.push(others.#rows[other]);
    return merged;
  }
}

/** A row without a readable time ranks as high as it can: right behind the row in front of it. */
function rankBetween(lowest: number, highest: number, createTime: unknown): number {
  const created = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN;
  return Number.isNaN(created) ? highest : Math.min(Math.max(created, lowest), highest);
}
