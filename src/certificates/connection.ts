import type { Certificate } from './certificate.ts';

/** An instance that is missing from a list over all of them. */
export interface UnreadInstance {
  readonly instanceId: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly message: string;
}

/** One page of a list, and what its cursors are made from. */
export interface Page {
  /** The certificates of the page, in order. */
  readonly rows: readonly Certificate[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** Rows of the whole list, after filtering. */
  readonly total: number;
  /** When the oldest part was read from ROMA Connect, in milliseconds since the epoch. */
  readonly readAtMs: number;
  /** Makes the cursor of the row at `index` of `rows`. */
  cursorAt(index: number): string;
}

export interface Edge {
  readonly node: Certificate;
  readonly cursor: string;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface Connection {
  readonly edges: readonly Edge[];
  readonly nodes: readonly Certificate[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
  readonly asOf: string;
  readonly unread: readonly UnreadInstance[];
}

const NONE: readonly UnreadInstance[] = [];

/** The Relay connection of a page. Cursors are made when they are asked for: they cost hashing that many queries never need. */
export function toConnection(page: Page, unread: readonly UnreadInstance[] = NONE): Connection {
  return new PageConnection(page, unread);
}

// Classes, not object literals: V8 makes a new hidden class for each literal that has a getter.

class PageConnection implements Connection {
  readonly #page: Page;
  readonly nodes: readonly Certificate[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
  readonly unread: readonly UnreadInstance[];

  constructor(page: Page, unread: readonly UnreadInstance[]) {
    this.#page = page;
    this.unread = unread;
    this.nodes = page.rows;
    this.pageInfo = new InfoOfPage(page);
    this.totalCount = page.total;
  }

  get edges(): Edge[] {
    return this.nodes.map((_node, index) => new PageEdge(this.#page, index));
  }

  get asOf(): string {
    return new Date(this.#page.readAtMs).toISOString();
  }
}

class PageEdge implements Edge {
  readonly #page: Page;
  readonly #index: number;
  readonly node: Certificate;

  constructor(page: Page, index: number) {
    this.#page = page;
    this.#index = index;
    this.node = page.rows[index] as Certificate;
  }

  get cursor(): string {
    return this.#page.cursorAt(this.#index);
  }
}

class InfoOfPage implements PageInfo {
  readonly #page: Page;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;

  constructor(page: Page) {
    this.#page = page;
    this.hasNextPage = page.hasNext;
    this.hasPreviousPage = page.hasPrevious;
  }

  get startCursor(): string | null {
    return this.#page.rows.length === 0 ? null : this.#page.cursorAt(0);
  }

  get endCursor(): string | null {
    const { length } = this.#page.rows;
    return length === 0 ? null : this.#page.cursorAt(length - 1);
  }
}
