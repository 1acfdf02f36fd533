import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { type Context, createContext, schema } from './subgraph.ts';

/** Apollo Server as its first page of documentation starts it. */
const server = new ApolloServer<Context>({ schema });
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env['PORT']) },
  context: async () => createContext(),
});
