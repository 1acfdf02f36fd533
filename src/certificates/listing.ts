import type { Certificate } from './certificate.ts';
import { matchesListFilter } from './filter.ts';
import { isEmpty, type List, type ListPage } from './lists.ts';
import { type Order, toOrderKey } from './order.ts';
import type { Range } from './range.ts';
import { mergeInTurns, sortInTurns } from './sorted.ts';

/** Null holds the place of a row that cannot be delivered: one without a readable ID, or one that stands there already. */
export type Rows = readonly (Certificate | null)[];

type Sorted = readonly Certificate[];

/** What is made of the rows of a listing when it is first needed. Orders and merges are kept by their order: there are eight. */
interface Derived {
  byId?: ReadonlyMap<string, Certificate>;
  ignoresFilter?: boolean;
  sorted?: Map<string, Promise<Sorted>>;
  merged?: Map<string, { readonly parts: readonly Sorted[]; readonly rows: Promise<Sorted> }>;
}

/**
 * Rows of a list as they were read: consecutive, and each only once. A listing does not change, so what is derived from its rows is kept
 * with them.
 */
export class Listing implements ListPage {
  readonly list: List;
  readonly from: number;
  readonly rows: Rows;
  readonly total: number;
  readonly readAtMs: number;
  readonly #derived: Derived;

  constructor(list: List, { from, rows, total, readAtMs }: ListPage, derived: Derived = {}) {
    this.list = list;
    this.from = from;
    this.rows = rows;
    this.total = total;
    this.readAtMs = readAtMs;
    this.#derived = derived;
  }

  /** The position behind the last row. */
  get to(): number {
    return this.from + this.rows.length;
  }

  /** Whether all rows of the list are here. */
  get isWhole(): boolean {
    return this.from === 0 && this.rows.length >= this.total;
  }

  /** Whether the rows go as far as this position, or to the end of the list. */
  reaches(position: number): boolean {
    return this.to >= Math.min(position, this.total);
  }

  covers({ from, to }: Range): boolean {
    return this.from <= from && to <= this.to;
  }

  /** Whether a row contradicts a condition that ROMA Connect was asked to apply. Then total and positions are those of another list. */
  get ignoresFilter(): boolean {
    const { filter } = this.list;
    if (isEmpty(filter)) return false;
    this.#derived.ignoresFilter ??= this.rows.some((row) => row !== null && !matchesListFilter(row, filter));
    return this.#derived.ignoresFilter;
  }

  /** The rows within the range. */
  slice(range: Range): Listing {
    const from = Math.max(range.from, this.from);
    if (from === this.from && range.to >= this.to) return this;
    const rows = this.rows.slice(from - this.from, Math.max(range.to - this.from, 0));
    const { total, readAtMs, ignoresFilter } = this;
    return new Listing(this.list, { from, rows, total, readAtMs }, { ignoresFilter });
  }

  byId(id: string): Certificate | undefined {
    this.#derived.byId ??= new Map(this.rows.filter((row) => row !== null).map((row) => [row.id, row]));
    return this.#derived.byId.get(id);
  }

  /** The certificates in this order. */
  sortedBy(order: Order): Promise<Sorted> {
    this.#derived.sorted ??= new Map();
    const { sorted } = this.#derived;
    const key = toOrderKey(order);
    const rows = sorted.get(key) ?? sortInTurns(this.rows, order);
    sorted.set(key, rows);
    return rows;
  }

  /** The certificates of this and other listings in this order, each once. Merged anew only when one of them has changed. */
  async mergedWith(others: readonly Listing[], order: Order): Promise<Sorted> {
    const parts = await Promise.all([this, ...others].map((listing) => listing.sortedBy(order)));
    this.#derived.merged ??= new Map();
    const { merged } = this.#derived;
    const key = toOrderKey(order);
    const known = merged.get(key);
    if (known?.parts.length === parts.length && known.parts.every((part, index) => part === parts[index])) return known.rows;
    const rows = mergeInTurns(parts, order);
    merged.set(key, { parts, rows });
    return rows;
  }

  isSameAs(other: Listing): boolean {
    return (
      this.total === other.total &&
      this.rows.length === other.rows.length &&
      this.rows.every((row, index) => row?.id === other.rows[index]?.id)
    );
  }

  /** Takes over what was derived from an earlier reading, if it brought the very same rows. */
  after(earlier: Listing): Listing {
    const isUnchanged =
      this.rows.length === earlier.rows.length && this.rows.every((row, index) => row === earlier.rows[index]);
    return isUnchanged ? new Listing(this.list, { ...this, rows: earlier.rows }, earlier.#derived) : this;
  }
}
