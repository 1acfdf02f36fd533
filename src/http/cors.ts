import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { VARY } from './requestHeaders.ts';

/** The hosted Apollo Sandbox, and pages that developers serve on their own machine, on any port. */
const DEVELOPMENT_ORIGINS = ['https://studio.apollographql.com', /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/];

const EXPOSED = ['x-request-id', 'retry-after'];

/** CORS headers of an answer to a request without `Origin`: `Vary` tells caches that a page would get another answer. */
export const CORS_HEADERS = { vary: `Origin, ${VARY}`, 'access-control-expose-headers': EXPOSED.join(', ') };

/** Lets pages of development tools call this server. Not called in production, where pages of other origins may not call. */
export async function allowDevelopmentOrigins(server: FastifyInstance): Promise<void> {
  server.addHook('onRequest', async (request, reply) => {
    // Chromium asks before a page from the internet calls an address of this machine ("private network access").
    if (request.headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true');
    }
  });
  await server.register(cors, {
    origin: DEVELOPMENT_ORIGINS,
    methods: ['GET', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: 600,
  });
}
