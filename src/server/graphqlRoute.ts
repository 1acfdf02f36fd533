import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Ending } from '../certificates/endSignal.ts';
import type { Caller } from '../certificates/lists.ts';
import type { BeginContext } from '../context/beginContext.ts';
import type { Context } from '../context/context.ts';
import type { ExpressAnswer, ExpressLane } from './express/expressLane.ts';
import { logOf } from './requestLog.ts';
import type { RecordedRequest, RequestRecord } from './requestRecord.ts';
import { LANDING_PAGE_POLICY } from './securityHeaders.ts';

export interface GraphqlRoute {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Makes every operation that runs answer at once, and so those that still come. */
  hurry(): void;
}

/** The headers that decide how Apollo Server answers. It gets no others: credentials are not its business. */
const APOLLO_HEADERS = ['accept', 'content-type', 'x-apollo-operation-name', 'apollo-require-preflight'] as const;

export interface GraphqlRouteDeps {
  readonly apollo: ApolloServer<Context>;
  /** Null: everything goes through Apollo Server. */
  readonly express: ExpressLane | null;
  /** Whose credentials an operation uses, by the `X-Auth-Token` that came with it. */
  toCaller(authToken: string | undefined): Caller;
  readonly beginContext: BeginContext;
}

/** Hands HTTP requests to Apollo Server, or to the express lane, and gives each operation its context and its end. */
export function createGraphqlRoute({ apollo, express, toCaller, beginContext }: GraphqlRouteDeps): GraphqlRoute {
  const hurry = new Ending();

  const begin = (caller: Caller, { raw }: FastifyReply): Context => {
    const { context, running } = beginContext(caller);
    if (hurry.aborted) running.hurry();
    else hurry.addEventListener('abort', running.hurry);
    const end = (): void => {
      hurry.removeEventListener('abort', running.hurry);
      if (!raw.writableEnded) running.abandon();
      running.end();
    };
    // The response's `close` comes with every end, the client's leaving included; the request's does not.
    if (raw.closed) end();
    else raw.once('close', end);
    return context;
  };

  const answerByApollo = async (request: RecordedRequest, caller: Caller, reply: FastifyReply): Promise<FastifyReply> => {
    const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: request,
      context: async () => begin(caller, reply),
    });
    reply.code(status ?? 200);
    for (const [name, value] of headers) reply.header(name, value);
    const contentType = headers.get('content-type') ?? '';
    if (contentType.startsWith('text/html')) reply.header('content-security-policy', LANDING_PAGE_POLICY);
    if (status === undefined) express?.learnType(request.headers.get('accept') ?? '', contentType);
    if (body.kind !== 'complete') throw new Error('No operation of this schema answers in parts.');
    return reply.send(body.string);
  };

  return {
    async handle(request, reply) {
      const { headers } = request;
      const record: RequestRecord = { log: () => logOf(request), errorCodes: new Set() };
      request.graphql = record;
      // Caches between here and the client must not hand one caller's answer to another, nor JSON to who wants a page.
      reply.header('vary', [reply.getHeader('vary'), ...DECIDING_HEADERS].filter(Boolean).join(', '));
      const caller = toCaller(toText(headers['x-auth-token']));
      const isJson = request.method === 'POST' && JSON_TYPE.test(headers['content-type'] ?? '');
      const text = typeof request.body === 'string' ? request.body : '';
      if (!isJson) return answerByApollo(toApolloRequest(request, text, record), caller, reply);

      const asked = { accept: headers.accept ?? '', text };
      const ride = { callerKey: caller.key, record, begin: () => begin(caller, reply) };
      const reused = express?.reuse(asked, ride);
      if (reused !== undefined) return answerExpress(reused, reply);
      const body = readJson(text);
      const run = express?.run(asked, body, ride);
      if (run !== undefined) return answerExpress(await run, reply);
      return answerByApollo(toApolloRequest(request, body, record), caller, reply);
    },
    hurry: () => hurry.abort(),
  };
}

const DECIDING_HEADERS = ['accept', 'x-auth-token', 'router-authorization'];

const JSON_TYPE = /^application\/json\s*(;|$)/i;

function readJson(text: string): unknown {
  try {
    // `__proto__` becomes a property like any other here, and nobody downstream copies properties one by one.
    return JSON.parse(text);
  } catch {
    throw Object.assign(new Error('The request body is no JSON.'), { statusCode: 400 });
  }
}

function answerExpress({ body, contentType, cacheControl }: ExpressAnswer, reply: FastifyReply): FastifyReply {
  return reply.header('content-type', contentType).header('cache-control', cacheControl).send(body);
}

function toApolloRequest({ method, headers, url }: FastifyRequest, body: unknown, record: RequestRecord): RecordedRequest {
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
