import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { UpstreamDetails } from '../errors/SubgraphError.ts';
import type { RequestRecord } from '../graphql/requestRecord.ts';
import type { Logger } from '../observability/logger.ts';
import type { HttpMeter } from '../observability/metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is recorded of the operation in this request. Null when it has none. */
    graphql: RequestRecord | null;
  }
}

/** What is logged and measured of a request when its answer was sent, or its client left. */
export interface AnsweredRequest {
  readonly id: string;
  readonly method: string;
  /** One of the routes that exist, or `unmatched`. */
  readonly route: string;
  readonly status: number;
  /** From the request's arrival to the end of its answer. */
  readonly ms: number;
  /** The client left before it had the whole answer. */
  readonly abandoned: boolean;
  readonly graphql: RequestRecord | null;
  /** The IDs of its trace and span. */
  readonly ids?: object | undefined;
}

export type NoteAnswer = (answered: AnsweredRequest) => void;

/** Measures each request, and logs a line: at `info` when something went wrong, else at `debug`, because logging costs time. */
export function createNoteAnswer(log: Logger, meter: HttpMeter): NoteAnswer {
  return ({ id, method, route, status, ms, abandoned, graphql, ids }) => {
    meter.answered(route, method, status, ms / 1_000);
    if (graphql !== null) for (const [code, count] of graphql.errorCodes) meter.errors(code, count);
    // Probes and scrapes come every few seconds: their failures would fill the log.
    const isNews = (status >= 400 || abandoned || graphql?.errorCodes.size) && !QUIET_ROUTES.has(route);
    const level = isNews ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    const line = {
      requestId: id,
      ...ids,
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      ...(graphql?.operationName && { operation: graphql.operationName }),
      ...(graphql?.errorCodes.size && { errors: [...graphql.errorCodes.keys()] }),
      ...(graphql?.firstError && toPlace(graphql.firstError)),
      ...(abandoned && { abandoned }),
    };
    log[level](line, 'request');
  };
}

/** Aliases are as long as clients like. */
const MAX_PATH_LENGTH = 200;

/** Where the first error is, and whose answer it was. Messages stay out: some repeat what the client sent. */
function toPlace({ path, extensions }: GraphQLFormattedError): object {
  const { status, errorCode, requestId, instanceId } = (extensions?.['upstream'] ?? {}) as UpstreamDetails;
  return {
    ...(path && { path: path.join('.').slice(0, MAX_PATH_LENGTH) }),
    ...(extensions?.['upstream'] !== undefined && { upstream: { status, errorCode, requestId, instanceId } }),
  };
}

/** Notes every request that Fastify answers. */
export function logRequests(server: FastifyInstance, noteAnswer: NoteAnswer): void {
  server.decorateRequest('graphql', null);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('onResponse', ({ id, method, graphql, trace, routeOptions }, reply, done) => {
    const { statusCode: status, elapsedTime: ms } = reply;
    const abandoned = !reply.raw.writableFinished;
    noteAnswer({ id, method, route: routeOptions.url ?? 'unmatched', status, ms, abandoned, graphql, ids: trace?.ids });
    done();
  });
}

/** The log of one request. Made on demand: most requests log nothing, and Fastify would make a child logger for each. */
export function logOf({ log, id }: FastifyRequest): FastifyBaseLogger {
  return log.child({ requestId: id });
}

/** Routes that orchestrators and monitoring ask every few seconds. */
export const QUIET_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** The caller's `X-Request-Id`, so that its log and ours can be joined. One that does not look like an ID is replaced. */
export function readRequestId({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.:-]{1,128}$/.test(sent) ? sent : randomUUID();
}
