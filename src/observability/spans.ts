import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { SubgraphError } from '../errors/SubgraphError.ts';

/** What log lines say, by the names that OpenTelemetry gives to them outside of its own formats. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** Begins spans, each below the one in whose work it begins. Nothing of OpenTelemetry is global here: apps share no state. */
export class Spans {
  readonly #tracer: Tracer;
  readonly #active = new AsyncLocalStorage<Context>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  get active(): Context {
    return this.#active.getStore() ?? ROOT_CONTEXT;
  }

  begin(name: string, options: SpanOptions, parent = this.active): Span {
    return this.#tracer.startSpan(name, options, parent);
  }

  /** What begins within the work, now or later, begins below this span. */
  within<Result>(span: Span, work: () => Result): Result {
    return this.run(trace.setSpan(this.active, span), work);
  }

  run<Result>(context: Context, work: () => Result): Result {
    return this.#active.run(context, work);
  }

  /** Of the span that is active; undefined outside of any. */
  ids(): TraceIds | undefined {
    const span = trace.getSpan(this.active);
    return span && idsOf(span);
  }
}

export function idsOf(span: Span): TraceIds {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** Marks a span as failed, by one of few words. Messages stay out of traces: they quote what others said. */
export function fail(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** An error code; for a defect, the one that clients see. */
export function toErrorType(error: unknown): string {
  return error instanceof SubgraphError ? error.code : 'INTERNAL_SERVER_ERROR';
}
