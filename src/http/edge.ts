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

/** Answers a request, or sends it onwards as it came. */
export type Edge = (request: IncomingMessage, response: ServerResponse, onwards: RequestListener) => void;

export interface EdgeDeps {
  readonly express: ExpressLane;
  readonly operations: Operations;
  /** Whose credentials an operation uses, by the `X-Auth-Token` that came with it. */
  toCaller(authToken: string | undefined): Caller;
  /** Whether nothing stands against answering: the router sent it, there is time, and the service stays. */
  isWelcome(headers: IncomingHttpHeaders): boolean;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly noteAnswer: NoteAnswer;
  /** Bodies, and answers, until their requests end. */
  readonly bodies: HeldBytes;
  readonly answers: HeldBytes;
  logOf(requestId: string): RequestLog;
}

const ROUTE = '/graphql';

/**
 * The entrance to the express lane: takes what it can answer before Fastify sees it, which would take as long as all the rest. A request
 * that is not plain, not whole yet, not welcome or not known goes on to Fastify as it came, and is answered or refused there.
 */
export function createEdge(deps: EdgeDeps): Edge {
  const { express, operations, toCaller, isWelcome, headers, noteAnswer, bodies, answers, logOf } = deps;
  return (request, response, onwards) => {
    if (!isPlain(request) || !isWelcome(request.headers)) return onwards(request, response);
    const beganMs = performance.now();
    // After the headers comes what else was in their packet: nearly always the whole body.
    process.nextTick(() => {
      const { readableLength } = request;
      if (readableLength === 0 || Number(request.headers['content-length']) !== readableLength)
        return onwards(request, response);
      if (!isLittle(readableLength) && !bodies.add(response, readableLength)) return onwards(request, response);
      const body: Buffer = request.read();
      if (isUtf8(body) && tryToTake(request, response, body.toString(), beganMs)) return void request.resume();
      request.unshift(body);
      onwards(request, response);
    });
  };

  function tryToTake(...asked: Parameters<typeof take>): boolean {
    try {
      return take(...asked);
    } catch {
      // A defect, before anything was begun. Fastify's way meets it again, answers and reports it.
      return false;
    }
  }

  function take(request: IncomingMessage, response: ServerResponse, text: string, beganMs: number): boolean {
    const { accept = '', 'x-auth-token': token } = request.headers;
    const id = readRequestId(request);
    const record: RequestRecord = { log: () => logOf(id), errorCodes: new Map() };
    const caller = toCaller(token as string | undefined);
    const asked = { callerKey: caller.key, accept, text };
    const ride = { record, begin: () => operations.begin(caller, response) };
    const answer = express.answer(asked, ride);
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

  /** The same headers as on the other way, which a test compares. */
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

/** Bodies of other methods and types, and the questions of pages of other origins, are not for this lane. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return method === 'POST' && url === ROUTE && headers.origin === undefined && isPlainJson(headers);
}
