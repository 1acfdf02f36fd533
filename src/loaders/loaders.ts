import type { Source } from '../cache/createCache.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import type { Operation } from '../certificates/operation.ts';
import { createLoadBoundDomains, type LoadBoundDomains } from './boundDomains.ts';
import { createLoadDetails, type LoadDetails } from './details.ts';
import { createFindDirectly } from './directLookups.ts';
import { createLoadEstatePage, type LoadEstatePage } from './estate.ts';
import { createInstances, type Instances } from './instances.ts';
import { createLoadCertificate, type LoadCertificate } from './lookups.ts';
import type { AroundBatch, LoaderMeter } from './meter.ts';
import { createLoadPage, type LoadPage } from './pages.ts';
import { createReadRange } from './readRange.ts';
import { Reads } from './reads.ts';
import { createWholeLists } from './wholeLists.ts';
import { createLoadWindow } from './windows.ts';

/** All that resolvers can ask for. Made for one operation: what one caller may see is never offered to another. */
export interface Loaders {
  readonly page: LoadPage;
  readonly estatePage: LoadEstatePage;
  readonly instances: Instances;
  readonly certificate: LoadCertificate;
  readonly details: LoadDetails;
  readonly boundDomains: LoadBoundDomains;
  readonly reads: Pick<Reads, 'oldestMs' | 'hasKnownRows'>;
}

/** Where everything is read. */
export type LoaderSource = Source;

export interface LoaderDeps extends Pick<Source, 'listCertificates' | 'read'> {
  readonly operation: Operation;
  /** What earlier operations of the same caller left. */
  readonly held: HeldLists;
  /** The instances that this service looks into. Null: those that ROMA Connect lists to the caller. */
  readonly instanceIds: readonly string[] | null;
  /** How a certificate is looked for by its ID: in lists, or by asking for its details where that takes fewer calls. Default: in lists. */
  readonly lookup?: 'list' | 'details';
  /** The operation's one now, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly meter: LoaderMeter;
  /** Default: nothing. */
  readonly around?: AroundBatch | undefined;
}

const nothing: AroundBatch = (_name, load) => load;

export function createLoaders(deps: LoaderDeps): Loaders {
  const { listCertificates, read, operation, held, instanceIds, nowMs, lookup, meter, around = nothing } = deps;
  const reads = new Reads({ listCertificates, operation, nowMs });
  const readRange = createReadRange({ reads, operation, held, meter });
  const wholeLists = createWholeLists({ readRange, nowMs, around });
  const instances = createInstances({ read, operation, configured: instanceIds, meter });
  const loadWindow = createLoadWindow(readRange, wholeLists.ifBegun, meter, around);
  const deferred = { read, operation, reads, around };
  let loadDetails: LoadDetails | undefined;
  let loadBoundDomains: LoadBoundDomains | undefined;
  let loadCertificate: LoadCertificate | undefined;
  const details: LoadDetails = (query) => {
    loadDetails ??= createLoadDetails(deferred);
    return loadDetails(query);
  };
  return {
    page: createLoadPage({ loadWindow, wholeLists, held, meter, beganAtMs: nowMs }),
    estatePage: createLoadEstatePage({ reads, instances, wholeLists, beganAtMs: nowMs }),
    instances,
    certificate(reference) {
      loadCertificate ??= createLoadCertificate({
        readRange,
        held,
        reads,
        instances,
        findDirectly: lookup === 'details' ? createFindDirectly({ loadDetails: details, held }) : null,
        around,
      });
      return loadCertificate(reference);
    },
    details,
    boundDomains(query) {
      loadBoundDomains ??= createLoadBoundDomains(deferred);
      return loadBoundDomains(query);
    },
    reads,
  };
}
