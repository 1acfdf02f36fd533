import type { FastifyInstance } from 'fastify';

/** For answers that are not pages: a browser runs nothing in them and shows them in no frame. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Apollo's landing page brings its own policy in a meta tag, where `frame-ancestors` has no effect. */
export const LANDING_PAGE_POLICY = "frame-ancestors 'none'";

/** Sent with every answer; a route may replace one. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': DATA_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    done();
  });
}
