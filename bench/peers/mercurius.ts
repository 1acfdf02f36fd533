import { mercuriusFederationPlugin } from '@mercuriusjs/federation';
import { fastify } from 'fastify';
import { findCertificates, type PageArguments, type Reference, readPage } from './romaConnect.ts';
import { typeDefs } from './typeDefs.ts';

/** Mercurius with its own batching of references, and queries compiled at their second use. */
const server = fastify();
await server.register(mercuriusFederationPlugin, {
  schema: typeDefs,
  resolvers: { Query: { certificates: (_root: unknown, args: PageArguments) => readPage(args) } },
  loaders: {
    Certificate: {
      __resolveReference: (queries: { obj: Reference }[]) => findCertificates(queries.map(({ obj }) => obj)),
    },
  },
  jit: 1,
} as never);
await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
