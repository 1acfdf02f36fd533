import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { RequestTrace, RequestTracer } from '../observability/requestTracer.ts';
import { QUIET_ROUTES } from './requestLog.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace of the request. Probes and scrapes have none. */
    trace?: RequestTrace | null;
  }
}

/** Traces requests from their arrival to the end of their answer. */
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

/** Runs a handler of GraphQL operations as part of the request's trace. */
export function tracedOperation(handle: RouteHandlerMethod): RouteHandlerMethod {
  return function (request, reply) {
    const { trace } = request;
    return trace ? trace.operation(() => handle.call(this, request, reply)) : handle.call(this, request, reply);
  };
}
