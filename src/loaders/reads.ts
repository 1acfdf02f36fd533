import type { ListCertificates, ListOptions, ListPage, ListQuery } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import type { SubgraphError } from '../errors/SubgraphError.ts';

export interface ReadsDeps {
  readonly listCertificates: ListCertificates;
  readonly operation: Operation;
  /** The operation's one now, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What an operation reads for its answer. */
export class Reads {
  readonly #deps: ReadsDeps;
  #oldestMs: number | null = null;
  #isPartial = false;
  #hasKnownRows = false;
  readonly #staleBecause = new Map<string, SubgraphError>();

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
  }

  /** When the oldest part of the answer was read, in milliseconds since the epoch; null while nothing was, and for an answer that is not to be kept. */
  get oldestMs(): number | null {
    return this.#isPartial ? null : this.#oldestMs;
  }

  /** Whether anything in the answer was read before this operation. Such rows are likely to come again. */
  get hasKnownRows(): boolean {
    return this.#hasKnownRows;
  }

  /** Why something that was read of this instance is older than its reuse time, if it is. */
  staleBecause(instanceId: string): SubgraphError | undefined {
    return this.#staleBecause.get(instanceId);
  }

  /** The answer says of something only why it could not be read. Errors are not kept, so this answer is not either. */
  notePartial(): void {
    this.#isPartial = true;
  }

  /** Something that was read at this time, in milliseconds since the epoch, goes into the answer. */
  note(readAtMs: number): void {
    if (this.#oldestMs === null || readAtMs < this.#oldestMs) this.#oldestMs = readAtMs;
    if (readAtMs < this.#deps.nowMs) this.#hasKnownRows = true;
  }

  /** Reads a page that goes into the answer. Rejects as the call does. */
  async list(query: ListQuery, options: ListOptions): Promise<ListPage> {
    const page = await this.#deps.listCertificates(query, this.#deps.operation, options);
    this.note(page.readAtMs);
    if (page.isKnown === true) this.#hasKnownRows = true;
    if (page.staleBecause !== undefined) this.#staleBecause.set(query.instanceId, page.staleBecause);
    return page;
  }
}
