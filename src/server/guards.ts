import type { FastifyInstance } from 'fastify';
import { toErrorBody } from './errorBody.ts';
import { JSON_TYPE } from './httpErrors.ts';
import { createSecretCheck } from './routerSecret.ts';

export interface GuardOptions {
  /** Empty: anybody may ask. */
  readonly routerSecrets: readonly string[];
  isOverloaded(): boolean;
}

/** Turns requests away before their body is read: when there is too much to do, and when they do not come from the router. */
export function addGuards(server: FastifyInstance, { routerSecrets, isOverloaded }: GuardOptions): void {
  const isSecret = createSecretCheck(routerSecrets);
  server.addHook('onRequest', ({ headers }, reply, done) => {
    if (isOverloaded()) {
      const message = 'The service has more to do than it can do in time. Try again in a second.';
      return reply.code(503).header('retry-after', '1').type(JSON_TYPE).send(toErrorBody('SERVICE_UNAVAILABLE', message));
    }
    const sent = headers['router-authorization'];
    if (routerSecrets.length > 0 && !(typeof sent === 'string' && isSecret(sent))) {
      const message = 'Only the router may ask this service: Router-Authorization is missing or wrong.';
      return reply.code(401).type(JSON_TYPE).send(toErrorBody('UNAUTHENTICATED', message));
    }
    return done();
  });
}
