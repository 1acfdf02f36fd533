import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { fail, idsOf, type Spans, type TraceIds } from './spans.ts';

/** Follows requests through the HTTP edge. */
export interface RequestTracer {
  begin(request: TracedRequest): RequestTrace;
}

export interface TracedRequest {
  readonly method: string;
  /** One of the routes that exist; undefined when none matched. */
  readonly route: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RequestTrace {
  readonly ids: TraceIds;
  /** Does the work of a GraphQL operation, so that what it causes is followed as part of it. */
  operation<Result>(work: () => Result): Result;
  /** The operation's answer is complete. */
  answered(outcome: OperationOutcome, status: number): void;
  /** `abandoned`: the client left before the end. */
  end(status: number, abandoned: boolean): void;
}

export interface OperationOutcome {
  readonly operationType?: string;
  /** Bounded in length. */
  readonly operationName?: string;
  readonly errorCodes: ReadonlyMap<string, number>;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A request belongs to the trace that its headers name, if any: `propagator` reads them. */
export function createRequestTracer(spans: Spans, propagator: TextMapPropagator | null): RequestTracer {
  return {
    begin({ method, route, headers }) {
      const known = METHODS.has(method);
      const parent = propagator?.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) ?? ROOT_CONTEXT;
      const attributes = {
        'http.request.method': known ? method : '_OTHER',
        'url.scheme': 'http',
        // Routes have no parameters here. Any other path is the client's, and nobody's business.
        ...(route !== undefined && { 'http.route': route, 'url.path': route }),
      };
      const name = [known ? method : 'HTTP', route].filter(Boolean).join(' ');
      return follow(spans, spans.begin(name, { kind: SpanKind.SERVER, attributes }, parent), parent);
    },
  };
}

function follow(spans: Spans, span: Span, parent: Context): RequestTrace {
  let operation: Span | undefined;
  return {
    ids: idsOf(span),
    operation(work) {
      const context = trace.setSpan(parent, span);
      // Not of kind SERVER, which would make two requests out of one.
      operation = spans.begin('GraphQL Operation', { kind: SpanKind.INTERNAL }, context);
      return spans.run(trace.setSpan(context, operation), work);
    },
    answered({ operationType, operationName, errorCodes }, status) {
      if (operation === undefined) return;
      // Names are the clients' to choose: many, so they are not in the span's own name.
      if (operationType !== undefined)
        operation.updateName(operationType).setAttribute('graphql.operation.type', operationType);
      if (operationName !== undefined) operation.setAttribute('graphql.operation.name', operationName);
      const [first] = errorCodes.keys();
      if (first !== undefined) operation.setAttribute('certificates.error_codes', [...errorCodes.keys()]);
      if (first !== undefined || status >= 400) fail(operation, first ?? String(status));
      operation.end();
      operation = undefined;
    },
    end(status, abandoned) {
      operation?.end();
      if (abandoned) span.setAttribute('certificates.abandoned', true);
      else span.setAttribute('http.response.status_code', status);
      if (status >= 500) fail(span, String(status));
      span.end();
    },
  };
}
