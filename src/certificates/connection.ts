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
}

/** The Relay connection of a page. Cursors are made when they are asked for: they cost hashing that many queries never need. */
export function toConnection(page: Page): Connection {
  const { rows, total, hasNext, hasPrevious, readAtMs } = page;
  return {
    get edges() {
      return rows.map((node, index) => ({
        node,
        get cursor() {
          return page.cursorAt(index);
        },
      }));
    },
    nodes: rows,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      get startCursor() {
        return rows.length === 0 ? null : page.cursorAt(0);
      },
      get endCursor() {
        return rows.length === 0 ? null : page.cursorAt(rows.length - 1);
      },
    },
    totalCount: total,
    asOf: new Date(readAtMs).toISOString(),
  };
}
