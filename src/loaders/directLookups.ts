import { type Certificate, COMMON_INSTANCE_ID, isGlobal } from '../certificates/certificate.ts';
import type { HeldLists } from '../certificates/heldLists.ts';
import { MAX_LIMIT } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { FoundDetails } from '../roma/endpoints/certificateDetails.ts';
import type { LoadDetails } from './details.ts';
import { type CertificateReference, incompleteFor } from './search.ts';

/** What is known of references without walking any list: null is "not there". The others have to be looked for in lists. */
export type FindDirectly = (
  references: readonly CertificateReference[],
  /** Where a certificate known only by its ID is looked for. */
  instanceIds: readonly string[],
) => Promise<Map<CertificateReference, Outcome>>;

type Outcome = Certificate | null | Error;

export interface DirectLookupDeps {
  readonly loadDetails: LoadDetails;
  readonly held: HeldLists;
}

/**
 * Asks for certificates by their ID, one call each, where that takes fewer calls than a walk. This caller's lists are walked instead, for
 * some minutes, once the endpoint turns out to be missing or forbidden; and always for a certificate of which the answer does not say
 * whose it is.
 */
export function createFindDirectly({ loadDetails, held }: DirectLookupDeps): FindDirectly {
  return async (references, instanceIds) => {
    const outcomes = new Map<CertificateReference, Outcome>();
    if (held.hints.lacksDetails()) return outcomes;
    const chosen = chooseDirect(references, instanceIds, held);
    await Promise.all(
      Map.groupBy(chosen, ({ id }) => id)
        .values()
        .map(async (alike) => {
          const [{ id, instanceId }] = alike as [CertificateReference];
          const found = await loadDetails({ id, instanceId }).catch((error: unknown) => error as Error);
          for (const reference of alike) {
            const outcome = judge(reference, found, instanceIds);
            if (outcome !== undefined) outcomes.set(reference, outcome);
          }
        }),
    );
    return outcomes;
  };

  /** Undefined: the lists have to say. */
  function judge(
    reference: CertificateReference,
    found: FoundDetails | null | Error,
    instanceIds: readonly string[],
  ): Outcome | undefined {
    if (found instanceof Error) return judgeFailure(reference, found, instanceIds);
    if (found === null) return null;
    const { certificate } = found;
    if (certificate === null) return undefined;
    const { instanceId } = reference;
    const isKnown = instanceIds.includes(certificate.instanceId);
    if (isKnown) held.hints.sawIn(certificate.id, certificate.instanceId);
    // All instances list a global one.
    if (instanceId === null) return isKnown || isGlobal(certificate) ? certificate : null;
    if (instanceId === COMMON_INSTANCE_ID) return isGlobal(certificate) ? certificate : null;
    if (instanceId === certificate.instanceId) return certificate;
    // Whether there is such an instance, only its list can tell.
    if (!instanceIds.includes(instanceId)) return undefined;
    return isGlobal(certificate) ? certificate : null;
  }

  function judgeFailure(reference: CertificateReference, error: Error, instanceIds: readonly string[]): Outcome | undefined {
    if (!(error instanceof SubgraphError) || error.code === 'UNAUTHENTICATED') return error;
    if (isClosed(error)) {
      held.hints.noteLacksDetails();
      return undefined;
    }
    if (isAboutOne(error)) return undefined;
    const { instanceId } = reference;
    const targets = instanceId === null || instanceId === COMMON_INSTANCE_ID ? instanceIds : [instanceId];
    return incompleteFor(reference, targets, new Map(targets.map((target) => [target, error])));
  }
}

/** Whether the endpoint is missing, or this caller may not use it: a lack of permission is told with 403, a wrong path with 404. */
function isClosed({ code, extensions: { upstream } }: SubgraphError): boolean {
  if (code === 'FORBIDDEN') return upstream?.errorCode !== OTHER_TENANT;
  return code === 'UPSTREAM_ERROR' && (upstream?.status === 404 || upstream?.status === 405);
}

/** Whether the endpoint only does not answer for this certificate; an ID that is none to ROMA Connect may be a refused argument. */
function isAboutOne({ code }: SubgraphError): boolean {
  return code === 'FORBIDDEN' || code === 'NOT_FOUND' || code === 'BAD_USER_INPUT';
}

/** "No permissions to perform operations on this instance" (API Gateway, "Error Codes"). */
const OTHER_TENANT = 'APIG.1136';

/**
 * The rule: of references that are looked for in the same lists, n different ones take n calls here, and a walk takes as many as those lists
 * have pages of 500, one each for those whose length nobody knows; lists that are held or walked already take none. They are asked
 * for here where that takes fewer calls. Where it takes as many, they are asked for here only if the length of a list is not known.
 */
function chooseDirect(
  references: readonly CertificateReference[],
  instanceIds: readonly string[],
  held: HeldLists,
): CertificateReference[] {
  const chosen: CertificateReference[] = [];
  const walked = new Set<string>();
  const groups = Map.groupBy(references, placeOf);
  // Those that may be anywhere come last: what is walked for others is walked for them.
  const everywhere = groups.get(null) ?? [];
  groups.delete(null);
  for (const [instanceId, group] of groups) choose(group, [instanceId as string]);
  choose(everywhere, instanceIds);
  return chosen;

  /** The instance in whose list it is looked for first; null: all. */
  function placeOf({ id, instanceId }: CertificateReference): string | null {
    if (instanceId === COMMON_INSTANCE_ID) return instanceIds[0] ?? null;
    if (instanceId !== null) return instanceId;
    const hint = held.hints.lastSeenIn(id);
    return hint !== undefined && instanceIds.includes(hint) ? hint : null;
  }

  function choose(group: readonly CertificateReference[], targets: readonly string[]): void {
    let pages = 0;
    let isKnown = true;
    const lists: NonNullable<ReturnType<HeldLists['get']>>[] = [];
    for (const instanceId of targets) {
      const list = { instanceId, filter: {} };
      const whole = held.get(list);
      if (whole !== undefined) lists.push(whole);
      if (whole !== undefined || walked.has(instanceId)) continue;
      const length = held.hints.lengthOf(list);
      pages += length === undefined ? 1 : Math.max(1, Math.ceil(length / MAX_LIMIT));
      isKnown &&= length !== undefined;
    }
    const sought = group.filter(({ id }) => !lists.some((list) => list.byId(id) !== undefined));
    const ids = new Set(sought.map(({ id }) => id)).size;
    if (ids < pages || (ids === pages && !isKnown)) chosen.push(...sought);
    else if (ids > 0) for (const instanceId of targets) walked.add(instanceId);
  }
}
