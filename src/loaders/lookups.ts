import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import type { LoaderMeter } from './meter.ts';
import type { ReadRun } from './run.ts';
import { type CertificateReference, createSearch } from './search.ts';
import { WHOLE_LIST } from './spans.ts';

/**
 * Null: every instance in question was searched whole and it is not there. Rejects with LOOKUP_INCOMPLETE when it was not found and an
 * instance could not be searched.
 */
export type LoadCertificate = (reference: CertificateReference) => Promise<Certificate | null>;

/** Instances that are walked at once. */
const MAX_PARALLEL_WALKS = 16;

/**
 * ROMA Connect has no lookup by ID, so the lists are walked: per instance one walk for all IDs of an operation, which stops as soon
 * as nothing is left to be found there.
 */
export function createLoadCertificate(readRun: ReadRun, instanceIds: readonly string[], meter: LoaderMeter): LoadCertificate {
  const loader = new DataLoader<CertificateReference, Certificate | null, string>(
    async (references) => {
      const search = createSearch(references, instanceIds);
      for (let round = search.nextRound(); round.length > 0; round = search.nextRound()) {
        await forEachParallel(round, MAX_PARALLEL_WALKS, walk);
      }
      return references.map(search.outcome);

      async function walk(instanceId: string): Promise<void> {
        if (!search.isWanting(instanceId)) return;
        try {
          const run = await readRun({ instanceId, filter: {} }, WHOLE_LIST, {
            see: (rows) => search.see(instanceId, rows),
            isContent: () => !search.isWanting(instanceId),
          });
          meter.walked(run.calls);
        } catch (error) {
          search.fail(instanceId, error);
        }
      }
    },
    { name: 'certificates', cacheKeyFn: ({ id, instanceId }) => JSON.stringify([id, instanceId]) },
  );
  return (reference) => loader.load(reference);
}

/** Works through the items, so many at a time. */
async function forEachParallel<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
