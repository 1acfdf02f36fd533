import { fieldOf } from './filters.ts';
import { RankedRows } from './RankedRows.ts';

/** What a global certificate says as its `instance_id` [D]; here also the name under which the global rows are kept. */
export const COMMON = 'common';

/**
 * Every certificate of the account. A listing of an instance is its own rows and the global ones: the Terraform provider's
 * acceptance test accepts both `instance_id` values in one list [S].
 *
 * An instance's rows are made when it is first asked for: starting with 100,000 rows in each takes no time then.
 */
export class Inventory {
  readonly #generate: (instanceId: string) => readonly unknown[];
  readonly #instanceIds: Set<string>;
  readonly #kept = new Map<string, RankedRows>();
  #byId: Map<unknown, object> | undefined;
  readonly #listings = new Map<string, readonly unknown[]>();
  /** Called whenever a listing may have become another one. */
  onChange: () => void = () => {};

  constructor(instanceIds: readonly string[], generate: (instanceId: string) => readonly unknown[]) {
    this.#instanceIds = new Set(instanceIds);
    this.#generate = generate;
  }

  get instanceIds(): readonly string[] {
    return [...this.#instanceIds];
  }

  has(instanceId: string): boolean {
    return this.#instanceIds.has(instanceId);
  }

  /** Newest first. `common` lists the global rows alone. */
  listing(instanceId: string): readonly unknown[] {
    if (instanceId === COMMON) return this.rows(COMMON).rows;
    const known = this.#listings.get(instanceId);
    if (known) return known;
    const merged = this.rows(instanceId).mergedWith(this.rows(COMMON));
    this.#listings.set(instanceId, merged);
    return merged;
  }

  /** The certificate with this ID, whoever owns it. All rows are made for it. */
  find(id: string): object | undefined {
    if (this.#byId === undefined) {
      this.#byId = new Map();
      for (const owner of [...this.#instanceIds, COMMON]) {
        for (const row of this.rows(owner).rows) {
          if (typeof row === 'object' && row !== null) this.#byId.set(fieldOf(row, 'id'), row);
        }
      }
    }
    return this.#byId.get(id);
  }

  /** The rows that belong to the instance itself, or the global ones. */
  rows(owner: string): RankedRows {
    const kept = this.#kept.get(owner);
    if (kept) return kept;
    const generated = new RankedRows(this.#generate(owner));
    this.#kept.set(owner, generated);
    return generated;
  }

  /** Replaces what belongs to the owner; an instance that was unknown is known from now on. */
  replace(owner: string, rows: readonly unknown[]): void {
    if (owner !== COMMON) this.#instanceIds.add(owner);
    this.#kept.set(owner, new RankedRows(rows));
    this.#changed(owner);
  }

  /** Changes the owner's rows in place. */
  edit(owner: string, change: (rows: RankedRows) => void): void {
    if (owner !== COMMON) this.#instanceIds.add(owner);
    change(this.rows(owner));
    this.#changed(owner);
  }

  #changed(owner: string): void {
    this.#byId = undefined;
    if (owner === COMMON) this.#listings.clear();
    else this.#listings.delete(owner);
    this.onChange();
  }
}
