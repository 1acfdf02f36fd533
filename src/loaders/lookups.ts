import DataLoader from 'dataloader';
import { type Certificate, COMMON_INSTANCE_ID } from '../certificates/certificate.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import type { Watcher } from './callPages.ts';
import type { FindDirectly } from './directLookups.ts';
import type { Instances } from './instances.ts';
import type { AroundBatch } from './meter.ts';
import { WHOLE_LIST } from './ranges.ts';
import type { ReadRange } from './readRange.ts';
import type { Reads } from './reads.ts';
import { type CertificateReference, createSearch, type Searchable, type Walk } from './search.ts';
import { sideBySide } from './sideBySide.ts';

/**
 * Null: every instance in question was searched whole and it is not there. Rejects with LOOKUP_INCOMPLETE when it was not found and an
 * instance could not be searched.
 */
export type LoadCertificate = (reference: CertificateReference) => Promise<Certificate | null>;

/** Walks that others wait for. */
const MAX_AWAITED_WALKS = 16;

/** A walk that gets no answer for this long goes on, but nobody waits for it any more: an instance that hangs holds up no other. */
const PATIENCE_MS = 500;

export interface LookupDeps {
  readonly readRange: ReadRange;
  readonly held: HeldLists;
  readonly reads: Reads;
  readonly instances: Instances;
  /** Asks for those that cost less by themselves. Null: lists are walked. */
  readonly findDirectly: FindDirectly | null;
  readonly around: AroundBatch;
}

/**
 * The list has no filter by ID, so that lists are walked unless certificates may be asked for by themselves: per instance one walk for all
 * IDs of an operation, which stops as soon as nothing is left to be found there. A list that is held whole is looked into without a call.
 */
export function createLoadCertificate(deps: LookupDeps): LoadCertificate {
  const { readRange, held, reads, instances, findDirectly, around } = deps;
  const loader = new DataLoader<CertificateReference, Certificate | null, string>(
    around('lookups', async (references) => {
      const searchable = await searchableFor(references);
      const direct =
        (await findDirectly?.(references, searchable.ids)) ?? new Map<CertificateReference, Certificate | null | Error>();
      const sought = references.filter((reference) => !direct.has(reference));
      const search = createSearch(sought, searchable, held.hints.lastSeenIn);
      const walks = new Walks();
      for (let batch = search.first(); batch.length > 0; batch = search.next()) {
        await sideBySide(batch, MAX_AWAITED_WALKS, (walk) => walks.start(walk, run));
      }
      await walks.over();
      for (const { id, instanceId } of search.sightings()) held.hints.sawIn(id, instanceId);
      return references.map((reference) => {
        const outcome = direct.get(reference);
        return outcome === undefined ? search.outcome(reference) : outcome;
      });
    }),
    { name: 'certificates', cacheKeyFn: ({ id, instanceId }) => JSON.stringify([id, instanceId]) },
  );
  return (reference) => loader.load(reference);

  /** Which instances there are matters to references that name none. To others it only saves walks, which is not worth a call. */
  async function searchableFor(references: readonly CertificateReference[]): Promise<Searchable> {
    const isOpen = references.some(({ instanceId }) => instanceId === null || instanceId === COMMON_INSTANCE_ID);
    if (!isOpen && (findDirectly === null || !instances.areConfigured)) return { ids: [] };
    try {
      return { ids: await instances.ids() };
    } catch (error) {
      return { ids: [], failure: error as Error };
    }
  }

  async function run(walk: Walk, onProgress: () => void): Promise<void> {
    const watcher: Watcher = {
      see(listing) {
        walk.see(listing);
        onProgress();
      },
      isContent: walk.isDone,
    };
    await readRange({ list: { instanceId: walk.instanceId, filter: {} }, range: WHOLE_LIST, watcher });
    // A stale list shows what is in it; it does not show that something is missing.
    const trouble = reads.staleBecause(walk.instanceId);
    if (trouble !== undefined && !walk.isDone()) throw trouble;
  }
}

/** The walks of one lookup, which end with their lists, or when there is nothing left for them to find. */
class Walks {
  readonly #all: Promise<void>[] = [];
  /** How to leave each one under way. What it still waits for then ends with the operation. */
  readonly #leave = new Map<Walk, () => void>();

  /** Resolves when the walk is over, or keeps others waiting. */
  start(walk: Walk, run: (walk: Walk, onProgress: () => void) => Promise<void>): Promise<void> {
    if (walk.isDone()) return Promise.resolve();
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    const { promise: late, resolve: giveWay } = Promise.withResolvers<void>();
    const patience = setTimeout(giveWay, PATIENCE_MS);
    this.#leave.set(walk, leave);
    const onProgress = (): void => {
      patience.refresh();
      this.#leaveDone();
    };
    const over = Promise.race([run(walk, onProgress).then(walk.end, walk.fail), left]).then(() => {
      clearTimeout(patience);
      this.#leave.delete(walk);
      this.#leaveDone();
    });
    this.#all.push(over);
    return Promise.race([over, late]);
  }

  async over(): Promise<void> {
    await Promise.all(this.#all);
  }

  #leaveDone(): void {
    for (const [walk, leave] of this.#leave) if (walk.isDone()) leave();
  }
}
