import { useQuery } from '@apollo/client/react';
import { type Expiry, toFilter } from './filter.ts';
import type { CountsQuery as Answer } from './gql/graphql.ts';
import { CountsQuery } from './queries.ts';
import type { View } from './view.ts';

/** Null where the instance could not be read. */
export type Counts = Readonly<Record<Expiry, { readonly totalCount: number } | null>>;
export type Instance = NonNullable<Answer['instances']>[number];

export interface EstateCounts {
  readonly overall: Counts | undefined;
  /** Undefined until they are known; empty where they could not be. */
  readonly instances: readonly Instance[] | undefined;
  refresh(): Promise<void>;
}

export function useCounts(view: View): EstateCounts {
  const { data, previousData, error, refetch } = useQuery(CountsQuery, {
    variables: {
      valid: toFilter(view, 'valid'),
      expired: toFilter(view, 'expired'),
      week: toFilter(view, 'week'),
      month: toFilter(view, 'month'),
      quarter: toFilter(view, 'quarter'),
      all: toFilter(view, 'all'),
    },
    // An instance that cannot be read leaves its own counts empty, and no others. The list says why.
    errorPolicy: 'all',
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  const counts = data ?? (error === undefined ? previousData : undefined);
  return {
    overall: counts,
    instances: counts === undefined ? error && [] : (counts.instances ?? []),
    async refresh() {
      await refetch();
    },
  };
}
