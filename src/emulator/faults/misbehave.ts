import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer } from '../Answer.ts';
import { send } from '../Answer.ts';
import type { Fault, Stage } from './Fault.ts';

/** Long enough for what was written to leave before the reset overtakes it. */
const BEFORE_RESET_MS = 25;

/** The faults that concern how an answer travels; the others are in the answer already. */
export type Misbehaviour = Exclude<Fault, { readonly kind: 'answer' | 'page' | 'delay' }>;

export function isMisbehaviour(fault: Fault | null): fault is Misbehaviour {
  return fault !== null && fault.kind !== 'answer' && fault.kind !== 'page' && fault.kind !== 'delay';
}

/** Sends the encoded answer with the fault. `onCut` is called when the fault ends the connection. */
export function misbehave(response: ServerResponse, answer: Answer, fault: Misbehaviour, onCut: () => void): void {
  switch (fault.kind) {
    case 'hang':
      sendUntil(response, answer, fault.after, () => {});
      return;
    case 'reset':
      sendUntil(response, answer, fault.after, () => {
        onCut();
        response.socket?.resetAndDestroy();
      });
      return;
    case 'endEarly':
      sendUntil(response, answer, 'halfBody', () => {
        onCut();
        response.socket?.end();
      });
      return;
    case 'truncate':
      send(response, withBody(answer, answer.body.subarray(0, answer.body.length >> 1)), 'contentLength');
      return;
    case 'drip':
      response.writeHead(answer.status, answer.headers);
      drip(response, answer.body, fault.bytes, fault.everyMs);
      return;
    case 'bloat':
      send(response, bloated(answer, fault.bytes, fault.gzip), 'contentLength');
      return;
    case 'raw':
      onCut();
      response.socket?.end(fault.text);
      return;
  }
}

function sendUntil(response: ServerResponse, answer: Answer, stage: Stage, then: () => void): void {
  if (stage === 'nothing') {
    then();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  if (stage === 'headers') response.flushHeaders();
  else response.write(answer.body.subarray(0, answer.body.length >> 1));
  whileOpen(response, BEFORE_RESET_MS, then);
}

function drip(response: ServerResponse, rest: Buffer, bytes: number, everyMs: number): void {
  if (rest.length <= bytes) {
    response.end(rest);
    return;
  }
  response.write(rest.subarray(0, bytes));
  whileOpen(response, everyMs, () => drip(response, rest.subarray(bytes), bytes, everyMs));
}

function bloated(answer: Answer, bytes: number, gzip: boolean): Answer {
  const body = Buffer.concat([Buffer.alloc(bytes, ' '), answer.body]);
  if (!gzip) return withBody(answer, body);
  const zipped = withBody(answer, gzipSync(body));
  return { ...zipped, headers: { ...zipped.headers, 'content-encoding': 'gzip' } };
}

function withBody(answer: Answer, body: Buffer): Answer {
  return { ...answer, headers: { ...answer.headers, 'content-length': body.length }, body };
}

/** Runs a function later, unless the client has left by then. */
export function whileOpen(response: ServerResponse, ms: number, then: () => void): void {
  const timer = setTimeout(() => {
    response.off('close', cancel);
    then();
  }, ms);
  const cancel = (): void => clearTimeout(timer);
  response.once('close', cancel);
}
