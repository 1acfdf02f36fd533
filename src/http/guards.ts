import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { toErrorBody } from './errorBody.ts';
import { JSON_TYPE } from './httpErrors.ts';
import type { IsOverloaded } from './overload.ts';
import { createSecretCheck } from './routerSecret.ts';

export interface Guards {
  readonly isOverloaded: IsOverloaded;
  /** Whether the request comes from the router, if only the router may ask. */
  isFromRouter(headers: IncomingHttpHeaders): boolean;
}

/** `routerSecrets`: when there are none, anybody may ask. */
export function createGuards(routerSecrets: readonly string[], isOverloaded: IsOverloaded): Guards {
  const isSecret = createSecretCheck(routerSecrets);
  return {
    isOverloaded,
    isFromRouter({ 'router-authorization': sent }) {
      return routerSecrets.length === 0 || (typeof sent === 'string' && isSecret(sent));
    },
  };
}

/** Turns requests away before their body is read: when there is too much to do, and when they do not come from the router. */
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
