import { type Certificate, COMMON_INSTANCE_ID, isGlobal } from '../certificates/certificate.ts';
import { SubgraphError, type UnsearchedInstance } from '../errors/SubgraphError.ts';

/** What other services know of a certificate. Without an instance it is looked for in all configured ones. */
export interface CertificateReference {
  readonly id: string;
  readonly instanceId: string | null;
}

/** The bookkeeping of one lookup of many references in many instances: what is wanted where, found, failed. No I/O. */
export interface Search {
  /** The instances to walk, side by side; asked again after they were walked, and empty when there is nothing more to try. */
  nextRound(): string[];
  /** Whether anything is still to be found in the instance. */
  isWanting(instanceId: string): boolean;
  /** The IDs that are still to be found in the instance. */
  wantedIn(instanceId: string): string[];
  /** Takes what is wanted from rows of the instance's list. */
  see(instanceId: string, rows: readonly (Certificate | null)[]): void;
  /** The instance could not be searched to the end. */
  fail(instanceId: string, error: unknown): void;
  /** Null: not there. An error: not found, and not all was searched. */
  outcome(reference: CertificateReference): Certificate | null | Error;
  /** Where certificates were found. */
  sightings(): Iterable<{ readonly id: string; readonly instanceId: string }>;
}

/** Where a certificate was seen last, if it is known: asked first. */
export type LastSeenIn = (id: string) => string | undefined;

export function createSearch(
  references: readonly CertificateReference[],
  configured: readonly string[],
  lastSeenIn: LastSeenIn,
): Search {
  /** Per instance, what is not found yet, by certificate ID. */
  const wanted = new Map<string, Map<string, CertificateReference[]>>();
  const found = new Map<CertificateReference, { readonly certificate: Certificate; readonly instanceId: string }>();
  const failed = new Map<string, SubgraphError>();
  /** Why no instance can be searched at all: the fault is not the instance's. */
  let refusal: Error | undefined;

  // Every instance lists the global certificates, so one will do for those; the next is asked only when it fails.
  const globals = references.filter(({ instanceId }) => instanceId === COMMON_INSTANCE_ID);
  const hosts = configured.values();
  let host: string | undefined;

  /** References that were looked for only where they were seen last. */
  let hinted: CertificateReference[] = [];
  for (const reference of references) {
    const targets = toTargets(reference);
    const hint = reference.instanceId === null ? lastSeenIn(reference.id) : undefined;
    if (hint !== undefined && targets.includes(hint)) {
      hinted.push(reference);
      want(hint, reference);
    } else {
      for (const instanceId of targets) want(instanceId, reference);
    }
  }
  let rounds = 0;

  function toTargets({ instanceId }: CertificateReference): readonly string[] {
    if (instanceId === COMMON_INSTANCE_ID) return [];
    return instanceId === null ? configured : [instanceId];
  }

  function want(instanceId: string, reference: CertificateReference): void {
    const byId = wanted.get(instanceId) ?? new Map<string, CertificateReference[]>();
    const alike = byId.get(reference.id);
    if (alike === undefined) byId.set(reference.id, [reference]);
    else alike.push(reference);
    wanted.set(instanceId, byId);
  }

  /** The next instance to look for global certificates in, unless that is settled. */
  function nextHost(): string[] {
    const open = globals.filter((reference) => !found.has(reference));
    if (open.length === 0 || (host !== undefined && !failed.has(host))) return [];
    host = hosts.find((instanceId) => !failed.has(instanceId)) ?? host;
    if (host === undefined || failed.has(host)) return [];
    for (const reference of open) want(host, reference);
    return [host];
  }

  /** The other instances for what was not where it was seen last. */
  function nextTargets(): string[] {
    const strayed = hinted.filter((reference) => !found.has(reference));
    hinted = [];
    const targets = new Set<string>();
    for (const reference of strayed) {
      for (const instanceId of toTargets(reference)) {
        if (instanceId === lastSeenIn(reference.id)) continue;
        want(instanceId, reference);
        targets.add(instanceId);
      }
    }
    return [...targets];
  }

  return {
    nextRound() {
      if (refusal !== undefined) return [];
      const global = nextHost();
      return rounds++ === 0 ? [...wanted.keys()] : [...new Set([...global, ...nextTargets()])];
    },

    isWanting(instanceId) {
      return refusal === undefined && (wanted.get(instanceId)?.size ?? 0) > 0;
    },

    wantedIn: (instanceId) => [...(wanted.get(instanceId)?.keys() ?? [])],

    see(instanceId, rows) {
      const byId = wanted.get(instanceId);
      if (byId === undefined) return;
      for (const row of rows) {
        if (row === null) continue;
        for (const reference of byId.get(row.id) ?? []) {
          if (reference.instanceId === COMMON_INSTANCE_ID && !isGlobal(row)) continue;
          found.set(reference, { certificate: row, instanceId });
          for (const target of toTargets(reference)) forget(target, reference);
          forget(instanceId, reference);
        }
      }
    },

    fail(instanceId, error) {
      const isRefusal = !(error instanceof SubgraphError) || (error.code === 'UNAUTHENTICATED' && !error.extensions.upstream);
      if (isRefusal) refusal = error as Error;
      else failed.set(instanceId, error);
    },

    outcome(reference) {
      const seen = found.get(reference);
      if (seen !== undefined) return seen.certificate;
      if (refusal !== undefined) return refusal;
      if (reference.instanceId === COMMON_INSTANCE_ID) {
        return host !== undefined && !failed.has(host) ? null : incomplete(reference, configured, failed);
      }
      const targets = toTargets(reference);
      const isSearched = targets.length > 0 && !targets.some((instanceId) => failed.has(instanceId));
      return isSearched ? null : incomplete(reference, targets, failed);
    },

    *sightings() {
      for (const { certificate, instanceId } of found.values()) yield { id: certificate.id, instanceId };
    },
  };

  function forget(instanceId: string, reference: CertificateReference): void {
    const byId = wanted.get(instanceId);
    const rest = byId?.get(reference.id)?.filter((other) => other !== reference) ?? [];
    if (rest.length > 0) byId?.set(reference.id, rest);
    else byId?.delete(reference.id);
  }
}

function incomplete(
  { id }: CertificateReference,
  targets: readonly string[],
  failed: ReadonlyMap<string, SubgraphError>,
): SubgraphError {
  const causes = targets.flatMap((instanceId) => {
    const error = failed.get(instanceId);
    return error === undefined ? [] : [{ instanceId, error }];
  });
  const instances = causes.map(({ instanceId, error }): UnsearchedInstance => {
    const { code, upstream } = error.extensions;
    return { instanceId, code, ...(upstream !== undefined && { upstream }) };
  });
  return new SubgraphError(
    'LOOKUP_INCOMPLETE',
    targets.length === 0
      ? `There is no instance to look for certificate ${id} in. Set ROMA_INSTANCE_IDS, or send "instanceId" with the reference.`
      : `Certificate ${id} was not found, and ${instances.length} of ${targets.length} instances could not be searched: see "instances".`,
    { retryable: causes.some(({ error }) => error.extensions.retryable), instances },
  );
}
