import type { PageFault } from '../faults/Fault.ts';
import type { Random } from '../seed/random.ts';
import type { Switches } from '../switches.ts';
import type { Filters } from './filters.ts';
import { fieldOf, meets } from './filters.ts';
import type { Inventory } from './Inventory.ts';
import type { ListQuery } from './readListQuery.ts';

/** A page as it is sent: the body's text, encoded once. */
export interface Page {
  readonly body: Buffer;
  readonly rows: number;
}

/** Enough for a load test over some hundreds of different pages; with more, keeping starts over. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
const MAX_KEPT_MATCHES = 100;

/**
 * Reads pages out of the inventory. Matches and finished pages are kept until the data or a switch changes, so that the emulator
 * is not what a load test measures.
 */
export class PageReader {
  readonly #inventory: Inventory;
  readonly #switches: () => Switches;
  readonly #random: Random;
  readonly #matches = new Map<string, readonly unknown[]>();
  readonly #pages = new Map<string, Page>();
  #keptBytes = 0;

  constructor(inventory: Inventory, switches: () => Switches, random: Random) {
    this.#inventory = inventory;
    this.#switches = switches;
    this.#random = random;
    inventory.onChange = () => this.forget();
  }

  /** To be called when a switch has changed. */
  forget(): void {
    this.#matches.clear();
    this.#pages.clear();
    this.#keptBytes = 0;
  }

  read(query: ListQuery, fault?: PageFault): Page {
    if (fault || this.#switches().order === 'unstable') return this.#build(query, fault);
    const key = JSON.stringify([query.instanceId, query.offset, query.limit, query.filters]);
    const kept = this.#pages.get(key);
    if (kept) return kept;
    const page = this.#build(query, undefined);
    this.#keptBytes += page.body.length;
    if (this.#keptBytes > MAX_KEPT_BYTES) {
      this.#pages.clear();
      this.#keptBytes = page.body.length;
    }
    this.#pages.set(key, page);
    return page;
  }

  #build(query: ListQuery, fault: PageFault | undefined): Page {
    const matches = this.#inOrder(query.instanceId, query.filters);
    const offset = Math.max(0, query.offset + (fault?.offsetShift ?? 0));
    // Past the end: 200 with no rows and the right total.
    let rows = matches.slice(offset, offset + (fault?.limit ?? query.limit));
    if (fault?.repeatRows) rows = [...rows, ...rows.slice(0, fault.repeatRows)];
    if (fault?.appendRows) rows = [...rows, ...fault.appendRows];
    const { algorithmTypeAbsent, emptyCerts } = this.#switches();
    if (algorithmTypeAbsent) rows = rows.map(withoutAlgorithmType);
    const answer: Record<string, unknown> = {
      total: fault?.total ?? matches.length,
      size: fault?.size ?? rows.length,
      certs: rows.length > 0 ? rows : emptyCerts,
    };
    return { body: Buffer.from(JSON.stringify(answer)), rows: rows.length };
  }

  #inOrder(instanceId: string, filters: Filters): readonly unknown[] {
    const { order } = this.#switches();
    const matches = this.#matching(instanceId, filters);
    return order === 'unstable' ? this.#random.shuffled(matches) : matches;
  }

  #matching(instanceId: string, filters: Filters): readonly unknown[] {
    const { order, nameMatch } = this.#switches();
    const filtered = Object.keys(filters).length > 0;
    if (!filtered && order !== 'createTimeAscending') return this.#inventory.listing(instanceId);
    const key = JSON.stringify([instanceId, filters]);
    const kept = this.#matches.get(key);
    if (kept) return kept;
    const matches = this.#inventory.listing(instanceId).filter((row) => meets(row, filters, nameMatch));
    if (order === 'createTimeAscending') matches.reverse();
    if (this.#matches.size >= MAX_KEPT_MATCHES) this.#matches.clear();
    this.#matches.set(key, matches);
    return matches;
  }
}

function withoutAlgorithmType(row: unknown): unknown {
  if (fieldOf(row, 'algorithm_type') === undefined) return row;
  const { algorithm_type: _, ...rest } = row as Record<string, unknown>;
  return rest;
}
