import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { toErrorBody } from './errorBody.ts';
import { JSON_TYPE } from './httpErrors.ts';
import type { IsOverloaded } from './overload.ts';
import { createSecretCheck } from './routerSecret.ts';

export interface Guards {
  readonly isOverloaded: IsOverloaded;
  /** Whether the request has a router secret, or none is configured. */
  isFromRouter(headers: IncomingHttpHeaders): boolean;
}

/** Without `routerSecrets`, requests need not come from the router. */
export function createGuards(routerSecrets: readonly string[], isOverloaded: IsOverloaded): Guards {
  const isSecret = createSecretCheck(routerSecrets);
  return {
    isOverloaded,
    isFromRouter({ 'router-authorization': sent }) {
      return routerSecrets.length === 0 || (typeof sent === 'string' && isSecret(sent));
    },
  };
}

/** Refuses requests before their body is read: when the service is overloaded, and when they do not come from the router. */
export function addGuards(server: FastifyInstance, { isOverloaded, isFromRouter }: Guards): void {
  server.addHook('onRequest', ({ headers }, reply, done) => {
    if (isOverloaded()) {
      const message = 'The service has more to do than it can do in time. Try again in a second.';
      return reply.code(503).header('retry-after', '1').type(JSON_TYPE).send(toErrorBody('SERVICE_UNAVAILABLE', message));
    }
    if (!isFromRouter(headers)) {
      const message = 'Only the router may ask this service: Router-Authorization is missing or wrong.';
      return reply.code(401).type(JSON_TYPE).send(toErrorBody('UNAUTHENTICATED', message));
    }
    return done();
  });
}
