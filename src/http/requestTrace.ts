import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { RequestTrace, RequestTracer } from '../observability/requestTracer.ts';
import { QUIET_ROUTES } from './requestLog.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Follows the request, if requests are followed and this one is of interest. */
    trace?: RequestTrace | null;
  }
}

/** Has requests followed from their arrival to their end. */
export function traceRequests(server: FastifyInstance, tracer: RequestTracer): void {
  server.decorateRequest('trace', null);
  server.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, routeOptions } = request;
    const route = routeOptions.url;
    if (route === undefined || !QUIET_ROUTES.has(route)) request.trace = tracer.begin({ method, route, headers });
    done();
  });
  server.addHook('onSend', ({ trace, graphql }, reply, _payload, done) => {
    if (graphql !== null) trace?.answered(graphql, reply.statusCode);
    done();
  });
  server.addHook('onResponse', ({ trace }, reply, done) => {
    trace?.end(reply.statusCode, !reply.raw.writableFinished);
    done();
  });
}

/** A handler of GraphQL operations that does its work as part of the request's trace. */
export function tracedOperation(handle: RouteHandlerMethod): RouteHandlerMethod {
  return function (request, reply) {
    const { trace } = request;
    return trace ? trace.operation(() => handle.call(this, request, reply)) : handle.call(this, request, reply);
  };
}
