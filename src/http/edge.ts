import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Caller } from '../certificates/operation.ts';
import type { ExpressAnswer, ExpressLane } from '../graphql/plans/expressLane.ts';
import type { RequestLog, RequestRecord } from '../graphql/requestRecord.ts';
import { compress, isWorthwhile } from './compression.ts';
import { toErrorBody } from './errorBody.ts';
import { type HeldBytes, isLittle } from './heldBytes.ts';
import { JSON_TYPE } from './httpErrors.ts';
import type { Operations } from './operations.ts';
import { isPlainJson } from './requestHeaders.ts';
import { type NoteAnswer, readRequestId } from './requestLog.ts';

/** Answers a request, or hands it to Fastify with its body unread. */
export type Edge = (request: IncomingMessage, response: ServerResponse, toFastify: RequestListener) => void;

export interface EdgeDeps {
  readonly express: ExpressLane;
  readonly operations: Operations;
  /** Whose credentials an operation uses, by the `X-Auth-Token` that came with it. */
  toCaller(authToken: string | undefined): Caller;
  /** Whether a request with these headers may be answered: the router sent it, and the service is neither overloaded nor draining. */
  mayAnswer(headers: IncomingHttpHeaders): boolean;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly noteAnswer: NoteAnswer;
  /** Count the memory of bodies and of answers until their requests end. */
  readonly bodies: HeldBytes;
  readonly answers: HeldBytes;
  logOf(requestId: string): RequestLog;
}

const ROUTE = '/graphql';

/**
 * The entrance to the express lane. It answers what it can before Fastify sees the request, because Fastify would take as long as all
 * the rest. Fastify answers or refuses everything else: requests that are not plain, whose body has not arrived yet, that may not be
 * answered now, or whose operation is not known.
 */
export function createEdge(deps: EdgeDeps): Edge {
  const { express, operations, toCaller, mayAnswer, headers, noteAnswer, bodies, answers, logOf } = deps;
  return (request, response, toFastify) => {
    if (!isPlain(request) || !mayAnswer(request.headers)) return toFastify(request, response);
    const beganMs = performance.now();
    // Node reads the rest of the headers' packet after this callback: nearly always the whole body.
    process.nextTick(() => {
      const { readableLength } = request;
      if (readableLength === 0 || Number(request.headers['content-length']) !== readableLength)
        return toFastify(request, response);
      if (!isLittle(readableLength) && !bodies.add(response, readableLength)) return toFastify(request, response);
      const body: Buffer = request.read();
      if (isUtf8(body) && tryToTake(request, response, body.toString(), beganMs)) return void request.resume();
      request.unshift(body);
      toFastify(request, response);
    });
  };

  function tryToTake(...asked: Parameters<typeof take>): boolean {
    try {
      return take(...asked);
    } catch {
      // A defect, before the operation began. Fastify's route will throw it again, and answers and logs it.
      return false;
    }
  }

  function take(request: IncomingMessage, response: ServerResponse, text: string, beganMs: number): boolean {
    const { accept = '', 'x-auth-token': token } = request.headers;
    const id = readRequestId(request);
    const record: RequestRecord = { log: () => logOf(id), errorCodes: new Map() };
    const caller = toCaller(token as string | undefined);
    const asked = { callerKey: caller.key, accept, text };
    const answer = express.answer(asked, { record, begin: () => operations.begin(caller, response) });
    if (answer === undefined) return false;
    response.once('close', () => {
      const { statusCode: status, writableFinished } = response;
      const ms = performance.now() - beganMs;
      noteAnswer({ id, method: 'POST', route: ROUTE, status, ms, abandoned: !writableFinished, graphql: record });
    });
    if (answer instanceof Promise) {
      answer.then(
        (ready) => write(request, response, 200, id, ready),
        (error) => fail(request, response, id, error),
      );
    } else {
      write(request, response, 200, id, answer);
    }
    return true;
  }

  function fail(request: IncomingMessage, response: ServerResponse, id: string, error: unknown): void {
    logOf(id).error({ err: error }, 'defect');
    const body = Buffer.from(toErrorBody('INTERNAL_SERVER_ERROR', 'Internal server error'));
    write(request, response, 500, id, { body, contentType: JSON_TYPE, cacheControl: 'no-store' });
  }

  /** Sends the headers that Fastify's route sends; a test compares them. */
  function write(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    id: string,
    { body, contentType, cacheControl }: ExpressAnswer,
  ): void {
    const send = (bytes: Buffer, encoding?: 'gzip'): void => {
      response.writeHead(status, {
        ...headers,
        'cache-control': cacheControl,
        ...(encoding && { 'content-encoding': encoding }),
        'content-length': bytes.length,
        'content-type': contentType,
        'x-request-id': id,
      });
      if (isLittle(bytes.length) || answers.add(response, bytes.length)) response.end(bytes);
      else response.destroy();
    };
    if (isWorthwhile(body, request.headers['accept-encoding'])) void compress(body).then((zipped) => send(zipped, 'gzip'));
    else send(body);
  }
}

/** Only JSON by POST. Requests with an `Origin` go to Fastify, which answers CORS. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return method === 'POST' && url === ROUTE && headers.origin === undefined && isPlainJson(headers);
}
