import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

/** A gateway that clients reach at `url`. It passes `X-Auth-Token` on to the certificates subgraph, and to no other. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
}

/** The subgraph that the caller's token is meant for. */
const TOKEN_GOES_TO = 'certificates';

export async function startApolloGateway(supergraphSdl: string, port = 0): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url = '' }) =>
      name === TOKEN_GOES_TO ? new TokenForwardingSource({ url }) : new RemoteGraphQLDataSource({ url }),
  });
  const server = new ApolloServer<{ token?: string }>({ gateway, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
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

export async function startHiveGateway(supergraphSdl: string, port = 0): Promise<Gateway> {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    // The Rust query planner of Hive Router. The older default leaves a partial object where an entity is null.
    unifiedGraphHandler,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request, subgraphName }) =>
        subgraphName === TOKEN_GOES_TO ? { 'x-auth-token': request.headers.get('x-auth-token') } : {},
    },
    logging: false,
  });
  const server = createServer(gateway);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await gateway[Symbol.asyncDispose]();
    },
  };
}
