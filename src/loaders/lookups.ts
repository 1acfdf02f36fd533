import DataLoader from 'dataloader';
import type { Certificate } from '../certificates/certificate.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import type { Freshness } from './freshness.ts';
import type { LoaderMeter } from './meter.ts';
import type { ReadRun } from './readRun.ts';
import { type CertificateReference, createSearch, type Search } from './search.ts';
import { WHOLE_LIST } from './spans.ts';

/**
 * Null: every instance in question was searched whole and it is not there. Rejects with LOOKUP_INCOMPLETE when it was not found and an
 * instance could not be searched.
 */
export type LoadCertificate = (reference: CertificateReference) => Promise<Certificate | null>;

/** Instances that are walked at once. */
const MAX_PARALLEL_WALKS = 16;

export interface LookupDeps {
  readonly readRun: ReadRun;
  readonly held: HeldLists;
  readonly freshness: Freshness;
  /** Where a certificate known only by its ID is looked for. */
  readonly instanceIds: readonly string[];
  readonly meter: LoaderMeter;
}

/**
 * ROMA Connect has no lookup by ID, so the lists are walked: per instance one walk for all IDs of an operation, which stops as soon
 * as nothing is left to be found there. A list that is held whole is looked into instead.
 */
export function createLoadCertificate({ readRun, held, freshness, instanceIds, meter }: LookupDeps): LoadCertificate {
  const loader = new DataLoader<CertificateReference, Certificate | null, string>(
    async (references) => {
      const search = createSearch(references, instanceIds, held.lastSeenIn);
      const walks: Walks = new Map();
      for (let round = search.nextRound(); round.length > 0; round = search.nextRound()) {
        await forEachParallel(round, MAX_PARALLEL_WALKS, async (instanceId) => {
          if (search.isWanting(instanceId)) await (lookInto(search, instanceId) ?? walk(search, instanceId, walks));
        });
      }
      for (const { id, instanceId } of search.sightings()) held.sawIn(id, instanceId);
      return references.map(search.outcome);
    },
    { name: 'certificates', cacheKeyFn: ({ id, instanceId }) => JSON.stringify([id, instanceId]) },
  );
  return (reference) => loader.load(reference);

  function lookInto(search: Search, instanceId: string): true | undefined {
    const whole = held.get({ instanceId, filter: {} });
    if (whole === undefined) return undefined;
    freshness.note(whole.readAtMs);
    search.see(
      instanceId,
      search.wantedIn(instanceId).map((id) => whole.byId(id) ?? null),
    );
    return true;
  }

  /** Ends also when other walks have found the last that was wanted here: an instance that hangs must not hold up what others know. */
  async function walk(search: Search, instanceId: string, walks: Walks): Promise<void> {
    const { promise: leaving, resolve: leave } = Promise.withResolvers<undefined>();
    walks.set(instanceId, () => leave(undefined));
    try {
      const reading = readRun({ instanceId, filter: {} }, WHOLE_LIST, {
        see(rows) {
          search.see(instanceId, rows);
          for (const [other, leaveOther] of walks) if (other !== instanceId && !search.isWanting(other)) leaveOther();
        },
        isContent: () => !search.isWanting(instanceId),
      });
      const run = await Promise.race([reading, leaving]);
      if (run !== undefined) meter.walked(run.calls);
    } catch (error) {
      search.fail(instanceId, error);
    } finally {
      walks.delete(instanceId);
    }
  }
}

/** How to leave each walk under way. What it waits for then ends with the operation. */
type Walks = Map<string, () => void>;

/** Works through the items, so many at a time. */
async function forEachParallel<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
