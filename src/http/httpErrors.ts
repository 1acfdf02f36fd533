import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance } from 'fastify';
import { toErrorBody } from './errorBody.ts';
import { TOO_LARGE } from './readBody.ts';
import { logOf } from './requestLog.ts';

/** Answers what fails outside GraphQL in the shape of a GraphQL error. The answer to a defect tells nothing about it. */
export function answerErrors(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) => {
    void reply
      .code(404)
      .type(JSON_TYPE)
      .send(toErrorBody('BAD_REQUEST', 'There is nothing at this address. Send operations to /graphql.'));
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) {
      // RFC 9110, section 12.5.3: name the encodings that would be accepted.
      if (status === 415) reply.header('accept-encoding', 'gzip');
      return reply
        .code(status)
        .type(JSON_TYPE)
        .send(toErrorBody('BAD_REQUEST', messages[error.code] ?? error.message));
    }
    if (status === 503) {
      // The rest of the body is not read, so the connection cannot be used again.
      return reply
        .code(503)
        .header('retry-after', '1')
        .header('connection', 'close')
        .type(JSON_TYPE)
        .send(toErrorBody('SERVICE_UNAVAILABLE', error.message));
    }
    logOf(request).error({ err: error }, 'defect');
    return reply.code(500).type(JSON_TYPE).send(toErrorBody('INTERNAL_SERVER_ERROR', 'Internal server error'));
  });
}

/** Answers a request that Node could not parse. Fastify has no request and no reply for it. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = unreadable[error.code ?? ''] ?? ['400 Bad Request', 'This is no HTTP request.'];
  const body = toErrorBody('BAD_REQUEST', message);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

export const JSON_TYPE = 'application/json; charset=utf-8';

const messages: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: TOO_LARGE,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The content-type header is malformed. Send application/json.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The request body is empty. Send a JSON object with "query".',
};

const unreadable: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The request headers are too large: at most 64 KiB are allowed.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive.'],
};
