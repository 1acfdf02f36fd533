import type { ListCertificates, ListOptions, ListPage, ListQuery } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import type { SubgraphError } from '../errors/SubgraphError.ts';

export interface ReadsDeps {
  readonly listCertificates: ListCertificates;
  readonly operation: Operation;
}

/** What an operation reads for its answer. */
export class Reads {
  readonly #deps: ReadsDeps;
  #oldestMs: number | null = null;
  readonly #staleBecause = new Map<string, SubgraphError>();

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
  }

  /** When the oldest part of the answer was read, in milliseconds since the epoch; null while nothing was. */
  get oldestMs(): number | null {
    return this.#oldestMs;
  }

  /** Why something that was read of this instance is older than its reuse time, if it is. */
  staleBecause(instanceId: string): SubgraphError | undefined {
    return this.#staleBecause.get(instanceId);
  }

  /** Something that was read at this time, in milliseconds since the epoch, goes into the answer. */
  note(readAtMs: number): void {
    if (this.#oldestMs === null || readAtMs < this.#oldestMs) this.#oldestMs = readAtMs;
  }

  /** Reads a page that goes into the answer. Rejects as the call does. */
  async list(query: ListQuery, options: ListOptions): Promise<ListPage> {
    const page = await this.#deps.listCertificates(query, this.#deps.operation, options);
    this.note(page.readAtMs);
    if (page.staleBecause !== undefined) this.#staleBecause.set(query.instanceId, page.staleBecause);
    return page;
  }
}
