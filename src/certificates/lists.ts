import type { Certificate, CertificateAlgorithmType, CertificateScope } from './certificate.ts';
import type { Operation } from './operation.ts';

/** The conditions that ROMA Connect itself can filter by. A condition that is not set is absent. */
export interface ListFilter {
  readonly name?: string;
  readonly commonName?: string;
  readonly signatureAlgorithm?: string;
  readonly scope?: CertificateScope;
  readonly algorithmType?: CertificateAlgorithmType;
}

/** A list that ROMA Connect can be asked for: one instance under one filter. */
export interface List {
  readonly instanceId: string;
  readonly filter: ListFilter;
}

/** Equal for equal lists, and for no others. `filter` is always built in the same order of keys. */
export function toListKey({ instanceId, filter }: List): string {
  // No ID begins with a bracket.
  return isEmpty(filter) ? instanceId : JSON.stringify([instanceId, filter]);
}

export function isEmpty(filter: ListFilter): boolean {
  for (const _ in filter) return false;
  return true;
}

/** A run of a list. Offsets count rows from 0; `limit` is 1 to {@link MAX_LIMIT}. */
export interface ListQuery extends List {
  readonly offset: number;
  readonly limit: number;
}

/**
 * The most rows that one call is asked for. The 2023-06-29 edition of the API reference states 1 to 500; today's page states no
 * bounds, and API Gateway clamps silently, so nothing relies on getting as many as asked.
 */
export const MAX_LIMIT = 500;

/** What one call answered. */
export interface ListPage {
  /** Matches of the query, 0 to 2^31-1: `totalCount` is a GraphQL Int. */
  readonly total: number;
  /**
   * The rows from `offset` on, at most `limit` of them, each at its position. Null holds the place of a row without a readable ID:
   * it counts as a position but cannot be delivered.
   */
  readonly rows: readonly (Certificate | null)[];
  /** When the answer arrived, in milliseconds since the epoch. */
  readonly readAtMs: number;
  /** One and the same for pages of one query that ROMA Connect sent byte for byte alike; absent where that is not known. */
  readonly edition?: object | undefined;
}

/** A call that was made, and the edition of the page that it brought. */
export interface Read {
  readonly query: ListQuery;
  readonly edition: object;
}

/**
 * Asks ROMA Connect for a run of a list. Rejects with a SubgraphError. The client implements it; retry, measuring and reuse wrap it.
 * `fresh` forbids the answer of an earlier call, for what was found to fit nothing else.
 */
export type ListCertificates = (
  query: ListQuery,
  operation: Operation,
  options?: { readonly fresh: boolean },
) => Promise<ListPage>;
