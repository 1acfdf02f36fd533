import { type Certificate, COMMON_INSTANCE_ID, isGlobal } from '../certificates/certificate.ts';
import type { Listing } from '../certificates/listing.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { refusedByAll, toDiscoveryFailure, toUnsearched } from './causes.ts';

/** What other services know of a certificate. Without an instance it is looked for in all configured ones. */
export interface CertificateReference {
  readonly id: string;
  readonly instanceId: string | null;
}

/** Where a certificate was seen last, if it is known: asked first. */
export type LastSeenIn = (id: string) => string | undefined;

/** References by certificate ID that are looked for in the same places and not found yet. */
type Wanted = Map<string, CertificateReference[]>;

/** A walk through the list of one instance, and what it looks for. */
export interface Walk {
  readonly instanceId: string;
  /** Whether nothing is left to be found there. */
  isDone(): boolean;
  /** Takes what is wanted from rows of the instance's list. */
  see(listing: Listing): void;
  /** The list was seen to its end. */
  end(): void;
  /** The list could not be seen to its end. */
  fail(error: unknown): void;
}

/** The bookkeeping of one lookup of many references in many instances. No I/O. */
export interface Search {
  /** The walks to make first, one for each instance. */
  first(): Walk[];
  /** The walks to make when those before have ended, or make others wait; empty when there is nothing else to try. */
  next(): Walk[];
  /** Null: not there. An error: not found, and not all was searched. To be asked when all walks are over. */
  outcome(reference: CertificateReference): Certificate | null | Error;
  /** Where certificates were found. */
  sightings(): Iterable<{ readonly id: string; readonly instanceId: string }>;
}

/** Where to look for what names no instance. */
export interface Searchable {
  readonly ids: readonly string[];
  /** Why the instances could not be discovered. */
  readonly failure?: Error;
}

/**
 * First each reference is looked for where it is said to be, or where it was seen last, or else everywhere; and the global ones in one instance,
 * because each instance lists them all. Then what was not where it was seen last is looked for everywhere else, and the global ones in the
 * next instance when the last gave no answer.
 */
export function createSearch(
  references: readonly CertificateReference[],
  { ids: configured, failure: discoveryFailure }: Searchable,
  lastSeenIn: LastSeenIn,
): Search {
  const found = new Map<CertificateReference, { readonly certificate: Certificate; readonly instanceId: string }>();
  const failed = new Map<string, SubgraphError>();
  /** Why no instance can be searched at all: the fault is not the instance's. */
  let refusal: Error | undefined;

  const globals = references.filter(({ instanceId }) => instanceId === COMMON_INSTANCE_ID);
  const wantedGlobals: Wanted = new Map();
  for (const reference of globals) want(wantedGlobals, reference);
  const instancesForGlobals = configured.values();
  let areGlobalsSearched = false;

  /** What is looked for first where it was seen last, with all that it is wanted in. */
  const hinted = new Map<CertificateReference, { readonly instanceId: string; readonly wantedIn: Wanted[] }>();
  let mayLookElsewhere = true;

  return {
    first() {
      const isConfigured = new Set(configured);
      const everywhere: Wanted = new Map();
      const here = new Map<string, Wanted>();
      for (const reference of references) {
        if (reference.instanceId === COMMON_INSTANCE_ID) continue;
        const hint = reference.instanceId === null ? lastSeenIn(reference.id) : undefined;
        const instanceId = reference.instanceId ?? (hint !== undefined && isConfigured.has(hint) ? hint : undefined);
        const wanted = instanceId === undefined ? everywhere : (here.get(instanceId) ?? new Map());
        want(wanted, reference);
        if (instanceId === undefined) continue;
        here.set(instanceId, wanted);
        if (instanceId === hint) hinted.set(reference, { instanceId, wantedIn: [wanted] });
      }
      const forGlobals = nextForGlobals();
      const instances = new Set(here.keys());
      if (everywhere.size > 0) for (const instanceId of configured) instances.add(instanceId);
      if (forGlobals !== undefined) instances.add(forGlobals);
      return [...instances].map((instanceId) => {
        const own = here.get(instanceId) ?? new Map();
        return walk(instanceId, isConfigured.has(instanceId) ? [own, everywhere] : [own], instanceId === forGlobals);
      });
    },

    next() {
      if (refusal !== undefined) return [];
      const elsewhere: Wanted = new Map();
      const lookedIn = new Set<string>();
      for (const [reference, { instanceId, wantedIn }] of mayLookElsewhere ? hinted : []) {
        if (found.has(reference)) continue;
        want(elsewhere, reference);
        wantedIn.push(elsewhere);
        lookedIn.add(instanceId);
      }
      mayLookElsewhere = false;
      const forGlobals = nextForGlobals();
      const instances = new Set(forGlobals === undefined ? [] : [forGlobals]);
      if (elsewhere.size > 0) {
        for (const instanceId of configured) {
          // When all of them were looked for in the same instance, that one need not be walked again.
          if (lookedIn.size > 1 || !lookedIn.has(instanceId)) instances.add(instanceId);
        }
      }
      return [...instances].map((instanceId) => walk(instanceId, [elsewhere], instanceId === forGlobals));
    },

    outcome(reference) {
      const seen = found.get(reference);
      if (seen !== undefined) return seen.certificate;
      if (refusal !== undefined) return refusal;
      if (reference.instanceId === COMMON_INSTANCE_ID) {
        return areGlobalsSearched ? null : (discoveryProblem(reference) ?? incompleteFor(reference, configured, failed));
      }
      if (reference.instanceId !== null) {
        return failed.has(reference.instanceId) ? incompleteFor(reference, [reference.instanceId], failed) : null;
      }
      const isSearched = configured.length > 0 && !configured.some((instanceId) => failed.has(instanceId));
      return isSearched ? null : (discoveryProblem(reference) ?? incompleteFor(reference, configured, failed));
    },

    *sightings() {
      for (const { certificate, instanceId } of found.values()) yield { id: certificate.id, instanceId };
    },
  };

  function discoveryProblem({ id }: CertificateReference): Error | undefined {
    if (discoveryFailure === undefined) return undefined;
    return toDiscoveryFailure('LOOKUP_INCOMPLETE', `Certificate ${id} was not looked for`, discoveryFailure);
  }

  function nextForGlobals(): string | undefined {
    return wantedGlobals.size === 0 ? undefined : instancesForGlobals.next().value;
  }

  function walk(instanceId: string, sought: readonly Wanted[], seeksGlobals: boolean): Walk {
    const all = seeksGlobals ? [...sought, wantedGlobals] : sought;
    return {
      instanceId,
      isDone: () => refusal !== undefined || all.every(({ size }) => size === 0),
      see(listing) {
        for (const wanted of all) {
          for (const [id, references] of [...wanted]) {
            const row = listing.byId(id);
            if (row === undefined || (wanted === wantedGlobals && !isGlobal(row))) continue;
            for (const reference of references) take(wanted, reference, row);
          }
        }
      },
      end() {
        if (!seeksGlobals) return;
        areGlobalsSearched = true;
        wantedGlobals.clear();
      },
      fail(error) {
        if (!(error instanceof SubgraphError) || error.isTokenMissing) refusal = error as Error;
        else failed.set(instanceId, error);
      },
    };

    function take(wanted: Wanted, reference: CertificateReference, certificate: Certificate): void {
      if (!found.has(reference)) found.set(reference, { certificate, instanceId });
      for (const other of hinted.get(reference)?.wantedIn ?? [wanted]) forget(other, reference);
    }
  }
}

function forget(wanted: Wanted, reference: CertificateReference): void {
  const rest = wanted.get(reference.id)?.filter((other) => other !== reference) ?? [];
  if (rest.length > 0) wanted.set(reference.id, rest);
  else wanted.delete(reference.id);
}

function want(wanted: Wanted, reference: CertificateReference): void {
  const alike = wanted.get(reference.id);
  if (alike === undefined) wanted.set(reference.id, [reference]);
  else alike.push(reference);
}

/** Not found, and the named targets could not be searched for these reasons. */
export function incompleteFor(
  { id }: CertificateReference,
  targets: readonly string[],
  failed: ReadonlyMap<string, SubgraphError>,
): SubgraphError {
  const causes = targets.flatMap((instanceId) => {
    const error = failed.get(instanceId);
    return error === undefined ? [] : [{ instanceId, error }];
  });
  const refusal = refusedByAll(targets.length, causes);
  if (refusal !== undefined) return refusal;
  const instances = causes.map(toUnsearched);
  return new SubgraphError(
    'LOOKUP_INCOMPLETE',
    targets.length === 0
      ? `There is no instance to look for certificate ${id} in. Set ROMA_INSTANCE_IDS, or send "instanceId" with the reference.`
      : `Certificate ${id} was not found, and ${instances.length} of ${targets.length} instances could not be searched: see "instances".`,
    { retryable: causes.some(({ error }) => error.extensions.retryable), instances },
  );
}
