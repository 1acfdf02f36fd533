import type { ServerResponse } from 'node:http';
import type { Answer, Transfer } from './Answer.ts';
import { encoded, plainTransfer, send, toRefusalAnswer } from './Answer.ts';
import { answerDetails } from './answerDetails.ts';
import { answerDomains } from './answerDomains.ts';
import { answerInstances } from './answerInstances.ts';
import { answerList } from './answerList.ts';
import { answerToken } from './answerToken.ts';
import type { AnswerFault, Fault } from './faults/Fault.ts';
import { isMisbehaviour, misbehave, whileOpen } from './faults/misbehave.ts';
import { judgeCaller } from './judgeCaller.ts';
import type { Received } from './Received.ts';
import { toNewCall } from './Received.ts';
import { Refusal, refusals } from './refusals.ts';
import { createRequestId } from './requestId.ts';
import type { Service } from './Service.ts';

/** The gateway's bounds [P]; 128 KB for all headers is the HTTP server's own setting. */
const MAX_URI_BYTES = 32 * 1024;
const MAX_HEADER_BYTES = 32 * 1024;

interface Outcome extends Answer {
  readonly rows?: number;
  readonly errorCode?: string;
}

/**
 * Records and answers one request. The answer is made when the request arrives, and sent later when there is latency or a fault. So the rows
 * that a call sees depend on the order of calls, not on timing.
 */
export function answerRequest(received: Received, response: ServerResponse, service: Service): void {
  const fault = service.faults.take(received);
  const call = service.calls.begin(toNewCall(received, fault?.kind ?? null, Date.now()));
  const outcome = service.script.around(received, () => decide(received, service, fault));
  call.rows = outcome.rows ?? null;
  call.errorCode = outcome.errorCode ?? null;
  call.status = staysSilent(fault) ? null : outcome.status;

  const end = (how: 'sent' | 'cut' | 'gone'): void => {
    if (call.outcome === 'open') service.calls.end(call, how);
  };
  response.once('finish', () => end('sent'));
  response.once('close', () => end('gone'));
  if (service.switches.clockSkewMs !== 0) response.setHeader('date', new Date(service.nowMs()).toUTCString());

  const transfer = transferFor(received, service);
  const latencyMs = service.switches.latencyMs + (fault?.kind === 'delay' ? fault.ms : 0);
  const deliver = (): void => {
    if (isMisbehaviour(fault)) misbehave(response, encoded(outcome, plainTransfer), fault, () => end('cut'));
    else send(response, encoded(outcome, transfer), transfer.framing);
  };
  if (latencyMs === 0) deliver();
  else whileOpen(response, latencyMs, deliver);
}

function decide(received: Received, service: Service, fault: Fault | null): Outcome {
  const requestId = createRequestId();
  if (fault?.kind === 'answer') return toScriptedAnswer(fault, requestId);
  try {
    judgeSizes(received);
    if (received.path === 'iam') return answerToken(received, service, requestId);
    if (received.path === 'other') throw refusals.pathUnknown();
    judgeCaller(received, service);
    switch (received.path) {
      case 'list':
        return answerList(received, service, requestId, fault?.kind === 'page' ? fault : undefined);
      case 'details':
        return answerDetails(received, service, requestId);
      case 'domains':
        return answerDomains(received, service, requestId);
      default:
        return answerInstances(received, service, requestId);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...toRefusalAnswer(error, requestId), errorCode: error.code };
  }
}

function judgeSizes(received: Received): void {
  if (received.url.length > MAX_URI_BYTES) throw refusals.uriTooLarge();
  if (received.longestHeaderBytes > MAX_HEADER_BYTES) throw refusals.headersTooLarge();
}

function toScriptedAnswer({ status, body, contentType, headers }: AnswerFault, requestId: string): Outcome {
  const type = contentType === null ? {} : { 'content-type': contentType ?? 'application/json' };
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const code = (body as { error_code?: unknown } | null | undefined)?.error_code;
  const answer = { status, headers: { 'x-request-id': requestId, ...type, ...headers }, body: Buffer.from(text) };
  return typeof code === 'string' ? { ...answer, errorCode: code } : answer;
}

function transferFor(received: Received, { switches }: Service): Transfer {
  const accepted = /\bgzip\b/.test(String(received.headers['accept-encoding'] ?? ''));
  const gzip = switches.gzip === 'always' || (switches.gzip === 'whenAccepted' && accepted);
  return { gzip, framing: switches.framing };
}

function staysSilent(fault: Fault | null): boolean {
  return fault?.kind === 'raw' || ((fault?.kind === 'hang' || fault?.kind === 'reset') && fault.after === 'nothing');
}
