import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

export const domainsSdl = readFileSync(new URL('domains.graphql', import.meta.url), 'utf8');

/** What the service has stored. Nobody tells it when a certificate is deleted. */
export interface Domain {
  readonly name: string;
  readonly certificateId: string;
  readonly instanceId: string;
}

export interface DomainsService extends AsyncDisposable {
  readonly url: string;
}

/** A neighbour of the certificates subgraph: it knows which domain is served with which certificate. */
export async function startDomains(domains: readonly Domain[], port = 0): Promise<DomainsService> {
  const resolvers = {
    Query: {
      domains: () => domains,
    },
    Domain: {
      // A reference is the key, and nothing else.
      certificate: ({ certificateId }: Domain) => ({ id: certificateId }),
      __resolveReference: async ({ name }: { name: string }) => domains.find((domain) => domain.name === name) ?? null,
    },
    RomaInstance: {
      domains: ({ id }: { id: string }) => domains.filter(({ instanceId }) => instanceId === id),
      __resolveReference: async ({ id }: { id: string }) => ({ id }),
    },
  };
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs: parse(domainsSdl), resolvers }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { port, host: '127.0.0.1' } });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}
