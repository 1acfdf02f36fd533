import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context/context.ts';
import { createExplorer } from './explorer.ts';
import type { FirstOperation } from './firstOperation.ts';
import { LANDING_PAGE_POLICY } from './securityHeaders.ts';

/** The pages for people, in development: Apollo Sandbox at `/` (and at `/graphql`, by Apollo Server itself), GraphiQL at `/explorer`. */
export function addPages(server: FastifyInstance, apollo: ApolloServer<Context>, first: FirstOperation): void {
  server.get('/', async (_request, reply) => {
    const httpGraphQLRequest = {
      method: 'GET',
      headers: new HeaderMap([['accept', 'text/html']]),
      search: '',
      body: undefined,
    };
    const { body } = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: refuseContext });
    reply.header('content-security-policy', LANDING_PAGE_POLICY).type(HTML_TYPE);
    return reply.send(body.kind === 'complete' ? body.string : '');
  });

  const explorer = createExplorer(first);
  server.get('/explorer', async ({ headers }, reply) => {
    const { html, gzipped, etag, contentSecurityPolicy } = await explorer();
    reply.headers({
      'cache-control': 'private, no-cache',
      'content-security-policy': contentSecurityPolicy,
      etag,
      vary: 'accept-encoding, origin',
    });
    if (headers['if-none-match'] === etag) return reply.code(304).send();
    if (!acceptsGzip(headers['accept-encoding'])) return reply.type(HTML_TYPE).send(html);
    return reply.type(HTML_TYPE).header('content-encoding', 'gzip').send(gzipped);
  });
}

const HTML_TYPE = 'text/html; charset=utf-8';

function acceptsGzip(accepted: string | string[] | undefined): boolean {
  return /(^|[\s,])(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9])[\d.]*\s*)?(,|$)/i.test(String(accepted ?? ''));
}

async function refuseContext(): Promise<Context> {
  throw new Error('A landing page needs no context.');
}
