import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestRecord } from '../graphql/requestRecord.ts';
import type { Logger } from '../observability/logger.ts';
import type { HttpMeter } from '../observability/metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What became of the operation that this request carried; null for any other request. */
    graphql: RequestRecord | null;
  }
}

/** What is noted of a request once its answer was sent, or given up. */
export interface AnsweredRequest {
  readonly id: string;
  readonly method: string;
  /** One of the routes that exist, or `unmatched`. */
  readonly route: string;
  readonly status: number;
  /** From the request's arrival on. */
  readonly ms: number;
  /** The client left before the end. */
  readonly abandoned: boolean;
  readonly graphql: RequestRecord | null;
  /** Of its trace. */
  readonly ids?: object | undefined;
}

export type NoteAnswer = (answered: AnsweredRequest) => void;

/** One measurement and one log line for each request: at `info` where something went wrong, else at `debug`, for it costs time. */
export function createNoteAnswer(log: Logger, meter: HttpMeter): NoteAnswer {
  return ({ id, method, route, status, ms, abandoned, graphql, ids }) => {
    meter.answered(route, method, status, ms / 1_000);
    if (graphql !== null) for (const [code, count] of graphql.errorCodes) meter.errors(code, count);
    // Probes and scrapes come every few seconds and tell nothing.
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
      ...(abandoned && { abandoned }),
    };
    log[level](line, 'request');
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

/** The log of one request. Fastify would make one for each, and most have nothing to say. */
export function logOf({ log, id }: FastifyRequest): FastifyBaseLogger {
  return log.child({ requestId: id });
}

/** What orchestrators and monitoring ask all the time. */
export const QUIET_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** The caller's own ID, so that its log and ours can be brought together, unless it could be anything but an ID. */
export function readRequestId({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.:-]{1,128}$/.test(sent) ? sent : randomUUID();
}
