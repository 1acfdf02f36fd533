import type { Certificate } from './certificate.ts';

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
  /** Called when the field is asked for: a cursor costs hashing that many queries never need. */
  cursor(): string;
}

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  startCursor(): string | null;
  endCursor(): string | null;
}

export interface Connection {
  edges(): readonly Edge[];
  readonly nodes: readonly Certificate[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
  readonly asOf: string;
}

/** The Relay connection of a page. */
export function toConnection(page: Page): Connection {
  const { rows, total, hasNext, hasPrevious, readAtMs } = page;
  return {
    edges: () => rows.map((node, index) => ({ node, cursor: () => page.cursorAt(index) })),
    nodes: rows,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: () => (rows.length === 0 ? null : page.cursorAt(0)),
      endCursor: () => (rows.length === 0 ? null : page.cursorAt(rows.length - 1)),
    },
    totalCount: total,
    asOf: new Date(readAtMs).toISOString(),
  };
}
