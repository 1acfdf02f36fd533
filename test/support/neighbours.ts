import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { parse } from 'graphql';

// What neighbours know is references that they stored: nobody checks that they still exist.

export interface Domain {
  readonly name: string;
  readonly certificateId: string;
}

export interface Inventory {
  readonly listeners: readonly {
    readonly port: number;
    readonly certificate: { readonly id: string; readonly instanceId: string };
  }[];
  readonly instances: readonly { readonly id: string; readonly region: string }[];
}

export interface Neighbour extends AsyncDisposable {
  readonly url: string;
}

/** Knows certificates by ID alone. */
export const domainsSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    domains: [Domain!]!
  }

  type Domain @key(fields: "name") {
    name: ID!
    certificate: Certificate
  }

  type Certificate @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

/** Knows certificates by ID and instance, and owns the instances. */
export const inventorySdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    listeners: [Listener!]!
    ownedInstances: [RomaInstance!]!
  }

  type Listener @key(fields: "port") {
    port: Int!
    certificate: Certificate
  }

  type Certificate @key(fields: "id instanceId", resolvable: false) {
    id: ID!
    instanceId: ID!
  }

  type RomaInstance @key(fields: "id") {
    id: ID!
    region: String
  }
`;

export function startDomains(domains: readonly Domain[]): Promise<Neighbour> {
  return start(domainsSdl, {
    Query: { domains: () => domains },
    Domain: {
      certificate: ({ certificateId }: { certificateId: string }) => ({ id: certificateId }),
      __resolveReference: ({ name }: { name: string }) => domains.find((domain) => domain.name === name) ?? null,
    },
  });
}

export function startInventory({ listeners, instances }: Inventory): Promise<Neighbour> {
  return start(inventorySdl, {
    Query: { listeners: () => listeners, ownedInstances: () => instances },
    Listener: {
      __resolveReference: ({ port }: { port: number }) => listeners.find((listener) => listener.port === port) ?? null,
    },
    RomaInstance: {
      // A copy: @apollo/subgraph writes `__typename` on what it is given.
      __resolveReference: ({ id }: { id: string }) => ({
        id,
        region: instances.find((known) => known.id === id)?.region ?? null,
      }),
    },
  });
}

async function start(sdl: string, resolvers: GraphQLResolverMap): Promise<Neighbour> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  const server = new ApolloServer({
    schema,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}
