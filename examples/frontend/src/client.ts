import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** One client per token: what one caller may see must not be left in another's cache. */
export function createClient(token: string): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({ uri: '/graphql', headers: token === '' ? {} : { 'X-Auth-Token': token } }),
    cache: new InMemoryCache({
      typePolicies: {
        Query: {
          fields: {
            // Pages of the same list are put together. What makes a list another one is in these arguments; its pages may have any size.
            certificates: relayStylePagination(['instanceId', 'filter', 'orderBy', 'partial']),
          },
        },
      },
    }),
  });
}
