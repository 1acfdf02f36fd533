import type { Certificate } from './certificate.ts';
import { Listing, type Rows } from './listing.ts';
import type { List, ListPage } from './lists.ts';

export interface Joined {
  readonly listing: Listing;
  /** The pages do not fit together: the list changed between them, or ended before its total. */
  readonly moved: boolean;
  /** A row stands in two pages. */
  readonly repeats: boolean;
}

/**
 * Joins pages to one listing that begins at `from`. Offsets shift when certificates are added or removed, so a seam is trusted only if both
 * sides agree on a row that they share or, where they share none, on the total.
 */
export function joinPages(list: List, pages: readonly ListPage[], from: number): Joined {
  const [only] = pages;
  return only !== undefined && pages.length === 1 ? joinOne(list, only) : joinAll(list, pages, from);
}

function joinOne(list: List, page: ListPage): Joined {
  const listing = new Listing(list, { ...page, rows: withoutRepeats(page.rows) });
  return { listing, moved: page.rows.length === 0 && page.from < page.total, repeats: false };
}

/** Null in the place of a row that has come before. */
function withoutRepeats(rows: Rows): Rows {
  const ids = new Set<string>();
  let kept: (Certificate | null)[] | undefined;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (!row) continue;
    const isFirst = ids.size < ids.add(row.id).size;
    if (isFirst) continue;
    kept ??= [...rows];
    kept[index] = null;
  }
  return kept ?? rows;
}

function joinAll(list: List, pages: readonly ListPage[], from: number): Joined {
  const rows: (Certificate | null)[] = [];
  /** The IDs at each position, those of repeated rows included, which `rows` leaves out. */
  const ids: (string | null)[] = [];
  const seen = new Map<string, ListPage>();
  let moved = false;
  let repeats = false;
  let first: ListPage | undefined;
  let previous: ListPage | undefined;
  for (const page of [...pages].sort((a, b) => a.from - b.from)) {
    const shared = from + rows.length - page.from;
    const sharesRow = shared > 0 && page.rows.length > 0;
    if (previous !== undefined && !sharesRow && page.total !== previous.total) moved = true;
    if (page.rows.length === 0 && page.from < page.total) moved = true;
    if (first !== undefined && isSamePage(first, page)) moved = true;
    first ??= page;
    previous = page;
    if (shared < 0) {
      // Behind the end of the list, unless there are rows: then a page before this one was cut short.
      if (page.rows.length > 0) moved = true;
      continue;
    }
    for (const [index, row] of page.rows.entries()) {
      const id = row === null ? null : row.id;
      if (index < shared) {
        if (id !== ids[page.from - from + index]) moved = true;
        continue;
      }
      const earlier = id === null ? undefined : seen.get(id);
      if (earlier !== undefined && earlier !== page) repeats = true;
      if (id !== null && earlier === undefined) seen.set(id, page);
      rows.push(earlier === undefined ? row : null);
      ids.push(id);
    }
  }
  const readAtMs = Math.min(...pages.map((page) => page.readAtMs));
  return { listing: new Listing(list, { from, rows, total: newestOf(pages).total, readAtMs }), moved, repeats };
}

/** The page that was read last: its total is the best there is. */
export function newestOf<Page extends ListPage>(pages: readonly Page[]): Page {
  return pages.reduce((a, b) => (b.readAtMs >= a.readAtMs ? b : a));
}

/** Whether an answer to another offset is the same all over: the upstream ignores offsets. */
function isSamePage(a: ListPage, b: ListPage): boolean {
  return b.rows.length > 1 && a.rows.length === b.rows.length && a.rows.every((row, index) => row?.id === b.rows[index]?.id);
}
