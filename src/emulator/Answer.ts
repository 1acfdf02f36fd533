import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Refusal } from './refusals.ts';

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** How the body travels. */
export interface Transfer {
  readonly gzip: boolean;
  readonly framing: 'contentLength' | 'chunked' | 'untilClose';
}

export const plainTransfer: Transfer = { gzip: false, framing: 'contentLength' };

const nothing = Buffer.alloc(0);

export function toJsonAnswer(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify(value)) };
}

export function toRefusalAnswer(refusal: Refusal, requestId: string): Answer {
  return toJsonAnswer(refusal.status, refusal.toBody(requestId), { 'x-request-id': requestId, ...refusal.headers });
}

/** The answer as it crosses the network: compressed where asked for, its length told in the way asked for. */
export function encoded(answer: Answer, { gzip, framing }: Transfer): Answer {
  const bodiless = answer.status === 204 || answer.status === 304;
  const body = bodiless ? nothing : gzip ? gzipSync(answer.body) : answer.body;
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (gzip && !bodiless) headers['content-encoding'] = 'gzip';
  if (framing === 'contentLength' && !bodiless) headers['content-length'] = body.length;
  if (framing === 'untilClose') headers['connection'] = 'close';
  return { status: answer.status, headers, body };
}

/** Sends an encoded answer whole. */
export function send(response: ServerResponse, { status, headers, body }: Answer, framing: Transfer['framing']): void {
  if (framing === 'untilClose') response.useChunkedEncodingByDefault = false;
  response.writeHead(status, headers);
  // With one write before the end Node sends chunks; with `end` alone it would add a length of its own.
  if (framing === 'chunked' && body.length > 0) response.write(body);
  response.end(framing === 'chunked' ? undefined : body);
}
