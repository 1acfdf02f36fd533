import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

/** A gateway that clients reach at `url`. It passes `X-Auth-Token` on to every subgraph, as a production one would to ours. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
}

export async function startApolloGateway(supergraphSdl: string): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => new TokenForwardingSource({ url: url ?? '' }),
  });
  const server = new ApolloServer<{ token?: string }>({ gateway, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => tokenOf(req.headers['x-auth-token']),
  });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}

class TokenForwardingSource extends RemoteGraphQLDataSource<{ token?: string }> {
  override willSendRequest({ request, context }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]): void {
    if (context?.['token']) request.http?.headers.set('x-auth-token', context['token']);
  }
}

function tokenOf(header: string | string[] | undefined): { token?: string } {
  return typeof header === 'string' ? { token: header } : {};
}

export async function startHiveGateway(supergraphSdl: string): Promise<Gateway> {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    // The Rust query planner of Hive Router. The older default leaves a partial object where an entity is null.
    unifiedGraphHandler,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ 'x-auth-token': request.headers.get('x-auth-token') }),
    },
    logging: false,
  });
  const server = createServer(gateway);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await gateway[Symbol.asyncDispose]();
    },
  };
}
