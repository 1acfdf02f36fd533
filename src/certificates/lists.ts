import type { SubgraphError } from '../errors/SubgraphError.ts';
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

/** The most that a GraphQL Int holds: `totalCount` is one, while ROMA Connect's `total` is a 64-bit number. */
export const MAX_TOTAL = 2 ** 31 - 1;

/** What one call answered. */
export interface ListPage {
  /** The offset that was asked for. */
  readonly from: number;
  /** Matches of the query, 0 to {@link MAX_TOTAL}. */
  readonly total: number;
  /**
   * The rows from there on, at most as many as asked for, each at its position. Null holds the place of a row without a readable ID:
   * it counts as a position but cannot be delivered.
   */
  readonly rows: readonly (Certificate | null)[];
  /** When it was asked for, in milliseconds since the epoch: what changed later may not be in it. */
  readonly readAtMs: number;
  /** Why it is shown although its reuse time is over: the call for a newer one failed. */
  readonly staleBecause?: SubgraphError;
  /** The same answer came before, so its rows are those of that time. */
  readonly isKnown?: boolean;
}

/**
 * Asks for rows of a list. Rejects with a SubgraphError. `cache/createCache.ts` implements it, and calls ROMA Connect for what it does not have.
 * `notBeforeMs`, in milliseconds since the epoch, forbids the answer to a call that was made earlier. Default: any will do.
 */
export type ListCertificates = (query: ListQuery, operation: Operation, options?: ListOptions) => Promise<ListPage>;

export interface ListOptions {
  readonly notBeforeMs: number;
  /** It is read for a whole list, which will be kept as one. Default: it is kept by itself. */
  readonly isPart?: boolean;
}
