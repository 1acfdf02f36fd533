import type { HeldLists } from '../certificates/heldLists.ts';
import { type ListCertificates, type ListPage, type ListQuery, type Read, toListKey } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';

export interface ReadsDeps {
  readonly listCertificates: ListCertificates;
  readonly operation: Operation;
  /** Whole lists of the operation's caller. */
  readonly held: HeldLists;
}

/** What an operation reads for its answer. */
export class Reads {
  readonly #deps: ReadsDeps;
  #oldestMs: number | null = null;
  #parts = 0;
  #last: Read | undefined;
  /** A call that was made before the operation asked for it. */
  #made: { readonly query: ListQuery; readonly page: Promise<ListPage> } | undefined;

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
  }

  /** When the oldest part of the answer was read, in milliseconds since the epoch; null while nothing was. */
  get oldestMs(): number | null {
    return this.#oldestMs;
  }

  /** The call that all of the answer comes from, if it is one alone, for a part of a list, whose page would be known again. */
  get only(): Read | undefined {
    return this.#parts === 1 ? this.#last : undefined;
  }

  /** Something that was read at this time, in milliseconds since the epoch, goes into the answer. */
  note(readAtMs: number): void {
    this.#parts++;
    if (this.#oldestMs === null || readAtMs < this.#oldestMs) this.#oldestMs = readAtMs;
  }

  /** Reads a page that goes into the answer. `isPart`: of a list that is not read whole, nor walked. Rejects as the call does. */
  async list(query: ListQuery, { fresh, isPart }: { readonly fresh: boolean; readonly isPart: boolean }): Promise<ListPage> {
    const page = await (this.#take(query, fresh) ?? this.#deps.listCertificates(query, this.#deps.operation, { fresh }));
    this.note(page.readAtMs);
    // Whole lists are left for others, and walks have a patience of their own, so these are read as at the first time.
    const isAgain = isPart && page.rows.length < page.total;
    this.#last = isAgain && page.edition !== undefined ? { query, edition: page.edition } : undefined;
    return page;
  }

  /**
   * Makes the only call of an earlier answer again. When it brings the same page, the answer is still right: resolves to the time of
   * reading. Else undefined, and the page, or the failure, is there for the operation, which now has to make this call first; unless it
   * would not make it at all: then nothing was called.
   */
  async again({ query, edition }: Read): Promise<number | undefined> {
    const { listCertificates, operation, held } = this.#deps;
    if (held.isIgnored(query) || held.get(query) !== undefined) return undefined;
    const page = listCertificates(query, operation);
    const brought = await page.catch(() => undefined);
    if (brought?.edition === edition) return brought?.readAtMs;
    this.#made = { query, page };
    return undefined;
  }

  #take(query: ListQuery, fresh: boolean): Promise<ListPage> | undefined {
    const made = this.#made;
    if (made === undefined || fresh || !isSame(made.query, query)) return undefined;
    this.#made = undefined;
    return made.page;
  }
}

function isSame(one: ListQuery, other: ListQuery): boolean {
  return one.offset === other.offset && one.limit === other.limit && toListKey(one) === toListKey(other);
}
