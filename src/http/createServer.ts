import type { IncomingHttpHeaders } from 'node:http';
import { type FastifyInstance, fastify, LogController } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestTracer } from '../observability/requestTracer.ts';
import type { BeginContext } from '../operation/beginContext.ts';
import { compressAnswers } from './compression.ts';
import { allowDevelopmentOrigins, CORS_HEADERS } from './cors.ts';
import { createDrain, type Drain } from './drain.ts';
import { createEdge } from './edge.ts';
import { createGraphqlRoute, type GraphqlRouteDeps } from './graphqlRoute.ts';
import { addGuards, createGuards } from './guards.ts';
import { createHeldBytes, isLittle } from './heldBytes.ts';
import { answerErrors, answerUnreadable } from './httpErrors.ts';
import { createOperations } from './operations.ts';
import { addPages, type Pages } from './pages.ts';
import { addProbes } from './probes.ts';
import { readBodies } from './readBody.ts';
import { VARY } from './requestHeaders.ts';
import { createNoteAnswer, logRequests, readRequestId } from './requestLog.ts';
import { tracedOperation, traceRequests } from './requestTrace.ts';
import { addSecurityHeaders, SECURITY_HEADERS } from './securityHeaders.ts';

export interface ServerOptions extends Omit<GraphqlRouteDeps, 'operations'> {
  readonly beginContext: BeginContext;
  readonly routerSecrets: readonly string[];
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Default: requests are not traced. */
  readonly tracer?: RequestTracer | undefined;
  isOverloaded(): boolean;
  /** Development only: the pages for people. Development tools of other origins may then call, too. */
  readonly pages: Pages | null;
}

export interface HttpServer {
  readonly fastify: FastifyInstance;
  readonly drain: Drain;
  /** Makes every operation that runs answer at once. */
  hurry(): void;
}

// An import would make Node.js load its own fetch as well, which takes a tenth of the start.
const { createServer: createHttpServer } = process.getBuiltinModule('node:http');

const MAX_BODY_BYTES = 1024 * 1024;

/** A token alone may have 32,000 characters, and Node's default for all headers is 16 KiB. */
const MAX_HEADERS_BYTES = 64 * 1024;

/** Longer than load balancers keep an idle connection (60 s by default), so that the balancer closes it and loses no request. */
const KEEP_ALIVE_MS = 65_000;

const REQUEST_TIMEOUT_MS = 30_000;

/** A client that reads nothing of its answer for this long is disconnected. */
const IDLE_MS = 20_000;

/** Of all requests in flight. What is made of a body may take twenty times as much memory. */
const MAX_BODIES_BYTES = 4 * 1024 * 1024;

/** While there is no room for another body, one that takes longer than this to arrive is dropped. */
const PATIENCE_MS = 1_000;

/** Of all answers that clients have not read yet. */
const MAX_ANSWERS_BYTES = 48 * 1024 * 1024;

/** The HTTP edge, ready to listen. */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { express, toCaller, routerSecrets, log, metrics, tracer, pages } = options;
  const guards = createGuards(routerSecrets, options.isOverloaded);
  const operations = createOperations(options.beginContext);
  const noteAnswer = createNoteAnswer(log, metrics.http);
  const mayAnswer = (headers: IncomingHttpHeaders) => !drain.draining && !guards.isOverloaded() && guards.isFromRouter(headers);
  const logOf = (requestId: string) => log.child({ requestId });
  // When there is no room, bodies that are still arriving may be dropped. A body whose operation runs is kept.
  const bodies = createHeldBytes({
    maxBytes: MAX_BODIES_BYTES,
    mayEnd: ({ req }, heldMs) => !req.complete && heldMs > PATIENCE_MS,
  });
  const answers = createHeldBytes({ maxBytes: MAX_ANSWERS_BYTES, mayEnd: () => true, idleMs: IDLE_MS });
  const headers = { ...SECURITY_HEADERS, vary: VARY, ...(pages !== null && CORS_HEADERS) };
  // Only Fastify's requests are traced.
  const edge =
    tracer === undefined &&
    express &&
    createEdge({ express, operations, toCaller, mayAnswer, headers, noteAnswer, bodies, answers, logOf });
  const server = fastify({
    serverFactory: (answer) =>
      createHttpServer(
        { maxHeaderSize: MAX_HEADERS_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS },
        edge ? (request, response) => edge(request, response, answer) : answer,
      ),
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    genReqId: readRequestId,
    logController: new LogController({ disableRequestLogging: true }),
    // Fastify's own lines below `warn` repeat what the request log says.
    loggerInstance: log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level }),
    childLoggerFactory: (logger) => logger,
    clientErrorHandler: answerUnreadable,
  }) as unknown as FastifyInstance;
  const drain = createDrain(server.server);

  if (tracer !== undefined) traceRequests(server, tracer);
  logRequests(server, noteAnswer);
  addSecurityHeaders(server);
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (drain.partsWithClients) reply.header('connection', 'close');
    done();
  });
  answerErrors(server);
  compressAnswers(server);
  server.addHook('onSend', (_request, reply, payload, done) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    if (!isLittle(bytes) && !answers.add(reply.raw, bytes)) reply.raw.destroy();
    done();
  });
  readBodies(server, MAX_BODY_BYTES, bodies);
  if (pages !== null) await allowDevelopmentOrigins(server);

  addProbes(server, drain, metrics);
  if (pages !== null) addPages(server, pages);
  const route = createGraphqlRoute({ ...options, operations });
  const handler = tracer === undefined ? route : tracedOperation(route);
  await server.register((scope, _options, done) => {
    addGuards(scope, guards);
    // Apollo Server refuses the methods that are not allowed.
    scope.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url: '/graphql', handler });
    done();
  });
  return { fastify: server, drain, hurry: operations.hurry };
}
