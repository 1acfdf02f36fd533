import DataLoader from 'dataloader';
import type { Operation } from '../certificates/operation.ts';
import type { Read } from '../roma/Endpoint.ts';
import { certificateDetails, type DetailsQuery, type FoundDetails } from '../roma/endpoints/certificateDetails.ts';
import type { AroundBatch } from './meter.ts';
import type { Reads } from './reads.ts';

/** Null: there is no such certificate. Rejects with what the call rejects with. */
export type LoadDetails = (query: DetailsQuery) => Promise<FoundDetails | null>;

export interface DetailsDeps {
  readonly read: Read;
  readonly operation: Operation;
  readonly reads: Reads;
  readonly around: AroundBatch;
}

/** One call for each certificate, each once per operation, side by side: what fails, or cannot be afforded any more, is missing alone. */
export function createLoadDetails({ read, operation, reads, around }: DetailsDeps): LoadDetails {
  const loader = new DataLoader<DetailsQuery, FoundDetails | null, string>(
    around('details', (queries) => Promise.all(queries.map((query) => load(query).catch((error: unknown) => error as Error)))),
    { name: 'details', cacheKeyFn: ({ id }) => id },
  );
  return (query) => loader.load(query);

  async function load(query: DetailsQuery): Promise<FoundDetails | null> {
    const { found, readAtMs } = await read(certificateDetails, query, operation);
    reads.note(readAtMs);
    return found;
  }
}
