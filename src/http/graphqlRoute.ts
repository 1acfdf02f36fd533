import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { Caller } from '../certificates/operation.ts';
import type { ExpressAnswer, ExpressLane } from '../graphql/plans/expressLane.ts';
import { isRequestError } from '../graphql/protocolErrors.ts';
import type { RecordedRequest, RequestRecord } from '../graphql/requestRecord.ts';
import type { Context } from '../operation/context.ts';
import type { Operations } from './operations.ts';
import { isJson, VARY } from './requestHeaders.ts';
import { logOf } from './requestLog.ts';
import { LANDING_PAGE_POLICY } from './securityHeaders.ts';

/** The headers that decide how Apollo Server answers. It gets no others, so that it sees no credentials. */
const APOLLO_HEADERS = ['accept', 'content-type', 'x-apollo-operation-name', 'apollo-require-preflight'] as const;

export interface GraphqlRouteDeps {
  readonly apollo: ApolloServer<Context>;
  /** Null: Apollo Server answers everything. */
  readonly express: ExpressLane | null;
  /** Whose credentials an operation uses, by the `X-Auth-Token` that came with it. */
  toCaller(authToken: string | undefined): Caller;
  readonly operations: Operations;
}

/** Answers HTTP requests by the express lane or by Apollo Server. Each operation gets a context, which ends with its response. */
export function createGraphqlRoute({ apollo, express, toCaller, operations }: GraphqlRouteDeps): RouteHandlerMethod {
  const answerByApollo = async (request: RecordedRequest, caller: Caller, reply: FastifyReply): Promise<FastifyReply> => {
    const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: request,
      context: async () => operations.begin(caller, reply.raw),
    });
    const contentType = headers.get('content-type') ?? '';
    reply.code(toStatus(status ?? 200, contentType, request.record));
    for (const [name, value] of headers) reply.header(name, value);
    if (contentType.startsWith('text/html')) reply.header('content-security-policy', LANDING_PAGE_POLICY);
    if (status === undefined && isJson(contentType)) express?.learnType(request.headers.get('accept') ?? '', contentType);
    if (body.kind !== 'complete') throw new Error('No operation of this schema answers in parts.');
    return reply.send(body.string);
  };

  return async (request, reply) => {
    const { headers } = request;
    const record: RequestRecord = { log: () => logOf(request), errorCodes: new Map() };
    request.graphql = record;
    reply.header('vary', [reply.getHeader('vary'), VARY].filter(Boolean).join(', '));
    const caller = toCaller(toText(headers['x-auth-token']));
    const isJsonPost = request.method === 'POST' && isJson(headers['content-type']);
    const text = typeof request.body === 'string' ? request.body : '';
    if (!isJsonPost) return answerByApollo(toApolloRequest(request, text, record), caller, reply);

    const asked = { callerKey: caller.key, accept: headers.accept ?? '', text };
    const answer = await express?.answer(asked, { record, begin: () => operations.begin(caller, reply.raw) });
    if (answer !== undefined) return answerExpress(answer, reply);
    return answerByApollo(toApolloRequest(request, readJson(text), record), caller, reply);
  };
}

/**
 * GraphQL over HTTP: an `application/json` answer to a well-formed GraphQL request has status 200, so that clients do not take it for the
 * error of a proxy. Apollo Server answers 400, which gateways replace by an error of their own, without our code.
 */
function toStatus(status: number, contentType: string, { errorCodes }: RequestRecord): number {
  const [code] = errorCodes.keys();
  return status === 400 && isJson(contentType) && code !== undefined && isRequestError(code) ? 200 : status;
}

function readJson(text: string): unknown {
  try {
    // `JSON.parse` makes `__proto__` a plain property. That is safe because no code after this copies properties one by one.
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
