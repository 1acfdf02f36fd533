import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BeginContext } from '../context/beginContext.ts';
import type { RunningOperation } from '../context/beginOperation.ts';
import type { Context } from '../context/context.ts';
import type { RecordedRequest, RequestRecord } from './requestRecord.ts';
import { LANDING_PAGE_POLICY } from './securityHeaders.ts';

export interface GraphqlRoute {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Makes every operation that runs answer at once, and so those that still come. */
  hurry(): void;
}

/** The headers that decide how Apollo Server answers. It gets no others: credentials are not its business. */
const APOLLO_HEADERS = ['accept', 'content-type', 'x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** Hands HTTP requests to Apollo Server, and gives each operation its context and its end. */
export function createGraphqlRoute(apollo: ApolloServer<Context>, beginContext: BeginContext): GraphqlRoute {
  const running = new Set<RunningOperation>();
  let hurried = false;

  const begin = (request: FastifyRequest, { raw }: FastifyReply): Context => {
    const { context, running: operation } = beginContext(toText(request.headers['x-auth-token']));
    running.add(operation);
    if (hurried) operation.hurry();
    const end = (): void => {
      running.delete(operation);
      if (!raw.writableEnded) operation.abandon();
      operation.end();
    };
    // The response's `close` comes with every end, the client's leaving included; the request's does not.
    if (raw.closed) end();
    else raw.once('close', end);
    return context;
  };

  return {
    async handle(request, reply) {
      const record: RequestRecord = { log: request.log, errorCodes: new Set() };
      request.graphql = record;
      const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: toApolloRequest(request, record),
        context: async () => begin(request, reply),
      });
      reply.code(status ?? 200);
      for (const [name, value] of headers) reply.header(name, value);
      if (headers.get('content-type')?.startsWith('text/html')) reply.header('content-security-policy', LANDING_PAGE_POLICY);
      if (body.kind !== 'complete') throw new Error('No operation of this schema answers in parts.');
      return reply.send(body.string);
    },
    hurry() {
      hurried = true;
      for (const operation of running) operation.hurry();
    },
  };
}

function toApolloRequest({ method, headers, url, body }: FastifyRequest, record: RequestRecord): RecordedRequest {
  const sent = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = toText(headers[name]);
    if (value !== undefined) sent.set(name, value);
  }
  const mark = url.indexOf('?');
  return { method, headers: sent, search: mark === -1 ? '' : url.slice(mark), body, record };
}

function toText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
