import { createContextKey, type Span, SpanKind } from '@opentelemetry/api';
import { CancelledError } from '../errors/CancelledError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Ask } from '../roma/Endpoint.ts';
import type { CallTracer } from '../roma/meter.ts';
import { fail, type Spans, toErrorType } from './spans.ts';

/** A call under way. Its attempts come one after another. */
interface Call {
  readonly ask: Ask;
  attempts: number;
  /** Of the attempt that has sent something. */
  span?: Span | undefined;
}

const CALL = createContextKey('call');

// As the vendor's pages print it. No span says to which host a request went, or with which parameters.
const TOKEN_PATH = '/v3/auth/tokens';

/**
 * One span for each request that leaves, which ends when its answer has been read. `propagates`: the request says which trace it
 * belongs to. It says nothing else that callers sent: `tracestate` and baggage may tell more than is ROMA Connect's business.
 */
export function createCallTracer(spans: Spans, propagates: boolean): CallTracer {
  const begin = (method: string, template: string, peer: string): Span =>
    spans.begin(`${method} ${template}`, {
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': method, 'url.template': template, 'peer.service': peer },
    });

  return {
    call: (next) => (ask, operation) => {
      const call: Call = { ask, attempts: 0 };
      return spans.run(spans.active.setValue(CALL, call), () => next(ask, operation));
    },

    attempt: (next) => async (ask, operation) => {
      const call = spans.active.getValue(CALL) as Call;
      try {
        const answer = await next(ask, operation);
        call.span?.setAttributes({ 'roma.outcome': 'ok', ...ask.endpoint.tracedAnswer(answer) });
        return answer;
      } catch (error) {
        if (call.span !== undefined) failCall(call.span, error);
        throw error;
      } finally {
        call.span?.end();
        call.span = undefined;
      }
    },

    exchange: (exchange) => async (request, signal) => {
      const call = spans.active.getValue(CALL) as Call;
      const span = begin(request.method, call.ask.endpoint.template, 'ROMA Connect');
      span.setAttributes(call.ask.endpoint.traced(call.ask.query));
      span.setAttribute('roma.attempt', ++call.attempts);
      if (call.attempts > 1) span.setAttribute('http.request.resend_count', call.attempts - 1);
      call.span = span;
      // Signed already: a signature covers the headers that it names, and this is not among them.
      const headers = propagates ? { ...request.headers, traceparent: toTraceparent(span) } : request.headers;
      const answer = await exchange({ ...request, headers }, signal);
      span.setAttribute('http.response.status_code', answer.status);
      return answer;
    },

    login: (exchange) => async (request, signal) => {
      const span = begin(request.method, TOKEN_PATH, 'IAM');
      try {
        const answer = await exchange(request, signal);
        span.setAttribute('http.response.status_code', answer.status);
        if (answer.status >= 400) fail(span, String(answer.status));
        return answer;
      } catch (error) {
        failCall(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

/** W3C Trace Context, version 00. */
function toTraceparent(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function failCall(span: Span, error: unknown): void {
  if (CancelledError.isBehind(error)) {
    span.setAttribute('roma.outcome', 'cancelled');
    return;
  }
  const outcome = toErrorType(error);
  span.setAttribute('roma.outcome', outcome);
  const status = error instanceof SubgraphError ? error.extensions.upstream?.status : undefined;
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  fail(span, outcome);
}
