import { NetworkStatus } from '@apollo/client';
import { useApolloClient, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { toFilter, toOrder } from './filter.ts';
import type { CertificatesQuery as Answer } from './gql/graphql.ts';
import { type Problem, toProblem } from './problem.ts';
import { CertificatesQuery } from './queries.ts';
import type { View } from './view.ts';

export type CertificatePage = NonNullable<Answer['certificates']>;

export interface Certificates {
  /** All pages so far. Those of the list before, while the next is on its way: a page that jumps to nothing and back tires the eyes. */
  readonly page: CertificatePage | undefined;
  /** Whether another list, or the same anew, is on its way. A further page is not. */
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  /** Its failure is `problem`. */
  refresh(): Promise<void>;
  /** Rejects when the next page could not be had. */
  loadMore(after: string): Promise<void>;
}

const PAGE_SIZE = 20;
/** The most that the service gives at once. */
const MAX_PAGE_SIZE = 500;

export function useCertificates(view: View): Certificates {
  const client = useApolloClient();
  const variables = {
    instanceId: view.instance === '' ? null : view.instance,
    filter: toFilter(view, view.expiry),
    orderBy: toOrder(view),
    first: PAGE_SIZE,
  };
  const list = useQuery(CertificatesQuery, { variables, fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' });
  const key = JSON.stringify(variables);
  const [refreshing, setRefreshing] = useState(false);
  // A refresh that failed says nothing about the list that is shown after it.
  const [failure, setFailure] = useState<{ readonly key: string; readonly problem: Problem }>();

  const shown = list.data?.certificates ?? (list.error === undefined ? list.previousData?.certificates : undefined);
  const ownFailure = failure?.key === key ? failure.problem : undefined;

  const refresh = async (): Promise<void> => {
    setRefreshing(true);
    try {
      // As long as what is there, so that nobody who has scrolled loses their place. All readers of this list see what it writes.
      const first = Math.min(Math.max(list.data?.certificates?.edges.length ?? 0, PAGE_SIZE), MAX_PAGE_SIZE);
      if (list.error !== undefined) await list.refetch();
      else await client.query({ query: CertificatesQuery, variables: { ...variables, first }, fetchPolicy: 'network-only' });
      setFailure(undefined);
    } catch (error) {
      setFailure({ key, problem: toProblem(error) });
    } finally {
      setRefreshing(false);
    }
  };

  return {
    page: shown ?? undefined,
    busy: (list.loading && list.networkStatus !== NetworkStatus.fetchMore) || refreshing,
    problem: list.error === undefined ? ownFailure : toProblem(list.error),
    refresh,
    async loadMore(after) {
      await list.fetchMore({ variables: { after } });
    },
  };
}
