import DataLoader from 'dataloader';
import type { BoundDomain } from '../certificates/details.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { type BoundDomainsPage, boundDomains, MAX_DOMAINS } from '../roma/endpoints/boundDomains.ts';
import type { DetailsDeps } from './details.ts';

/** Whose domains. */
export interface DomainsQuery {
  readonly id: string;
  readonly instanceId: string;
}

/** Null: there is no such certificate. Rejects with what a call rejects with, and when the list keeps changing. */
export type LoadBoundDomains = (query: DomainsQuery) => Promise<BoundDomain[] | null>;

/** How often a list that changed while it was read is read in all. */
const MAX_READS = 3;

/** All domains of each certificate, each once per operation, certificates side by side. */
export function createLoadBoundDomains({ read, operation, reads, around }: DetailsDeps): LoadBoundDomains {
  const loader = new DataLoader<DomainsQuery, BoundDomain[] | null, string>(
    around('bound domains', (queries) =>
      Promise.all(queries.map((query) => load(query).catch((error: unknown) => error as Error))),
    ),
    { name: 'boundDomains', cacheKeyFn: ({ id }) => id },
  );
  return (query) => loader.load(query);

  async function load(query: DomainsQuery): Promise<BoundDomain[] | null> {
    let notBeforeMs = 0;
    for (let attempt = 1; attempt <= MAX_READS; attempt++) {
      const { pages, newestMs, oldestMs } = await readPages(query, notBeforeMs);
      if (pages === null) return null;
      // With another total in between, domains may have moved from a page that was still to come to one that had been read.
      if (pages.every(({ total }) => total === pages[0]?.total)) {
        reads.note(oldestMs);
        const rows = pages.flatMap((page) => page.rows).filter((row) => row !== null);
        return [...new Map(rows.map((row) => [row.id, row])).values()];
      }
      notBeforeMs = newestMs + 1;
    }
    throw new SubgraphError('UPSTREAM_INVALID_RESPONSE', 'The list of bound domains changes too fast to be read.');
  }

  /** Null when the certificate is gone, or goes meanwhile. */
  async function readPages({ id, instanceId }: DomainsQuery, notBeforeMs: number) {
    const pages: BoundDomainsPage[] = [];
    let newestMs = 0;
    let oldestMs = Number.POSITIVE_INFINITY;
    let offset = 0;
    let total = 0;
    do {
      const query = { id, instanceId, offset, limit: MAX_DOMAINS };
      const { page, readAtMs } = await read(boundDomains, query, operation, { notBeforeMs });
      newestMs = Math.max(newestMs, readAtMs);
      oldestMs = Math.min(oldestMs, readAtMs);
      if (page === null) return { pages: null, newestMs, oldestMs };
      pages.push(page);
      total = page.total;
      // By what came, not by what was asked for: the service may hand out less at a time.
      offset += page.rows.length;
    } while (offset < total);
    return { pages, newestMs, oldestMs };
  }
}
