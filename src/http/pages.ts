import type { FastifyInstance } from 'fastify';
import type { Explorer } from '../devpages/explorer.ts';
import type { Sandbox } from '../devpages/sandbox.ts';
import { acceptsGzip } from './compression.ts';
import { LANDING_PAGE_POLICY } from './securityHeaders.ts';

/** The pages for people, in development. */
export interface Pages {
  readonly sandbox: Sandbox;
  readonly explorer: Explorer;
}

/** Apollo Sandbox at `/` (and at `/graphql`, by Apollo Server itself), GraphiQL at `/explorer`. */
export function addPages(server: FastifyInstance, { sandbox, explorer }: Pages): void {
  server.get<{ Querystring: { example?: unknown } }>('/', async ({ query: { example } }, reply) => {
    reply.header('content-security-policy', LANDING_PAGE_POLICY).type(HTML_TYPE);
    return reply.send(await sandbox.render(example));
  });

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
