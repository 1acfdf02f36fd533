import { setTimeout as sleep } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import packageJson from '../../package.json' with { type: 'json' };
import type { AroundBatch } from '../loaders/meter.ts';
import type { CallTracer } from '../roma/meter.ts';
import { createBatchTracer } from './batchTracer.ts';
import { createCallTracer } from './callTracer.ts';
import { createRequestTracer, type RequestTracer } from './requestTracer.ts';
import { Spans, type TraceIds } from './spans.ts';

export interface TracingOptions {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Whether trace context is read from requests, and sent along. */
  readonly propagates: boolean;
}

/** Everything that follows operations on their way. */
export interface Tracing {
  readonly requests: RequestTracer;
  readonly batches: AroundBatch;
  readonly calls: CallTracer;
  /** Of what is being done right now. */
  ids(): TraceIds | undefined;
  /** Sends what is left, but does not wait long for a collector that does not answer. */
  stop(): Promise<void>;
}

const FLUSH_MS = 500;

/** An export fails every few seconds while the collector is away. */
const QUIET_MS = 60_000;

/**
 * OpenTelemetry's SDK without its instrumentation packages, which patch modules at run time. What {@link TracingOptions} does not
 * say, the SDK reads from the environment itself: endpoint, headers, sampler, limits, batches, resource. `warn` is called later, never
 * at once.
 */
export function createTracing(options: TracingOptions, warn: (details: object, message: string) => void): Tracing {
  const later = (details: object, message: string): void => void setImmediate(warn, details, message);
  reportTroubleTo(later);
  const { name, version } = packageJson;
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': name, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: options.exporters.map((name) => new BatchSpanProcessor(createExporter(name, options.protocol))),
  });
  const spans = new Spans(provider.getTracer(name, version));
  return {
    requests: createRequestTracer(spans, options.propagates ? new W3CTraceContextPropagator() : null),
    batches: createBatchTracer(spans),
    calls: createCallTracer(spans, options.propagates),
    ids: () => spans.ids(),
    async stop() {
      await Promise.race([provider.shutdown().catch(() => {}), sleep(FLUSH_MS)]);
    },
  };
}

function createExporter(name: 'otlp' | 'console', protocol: TracingOptions['protocol']): SpanExporter {
  if (name === 'console') return new ConsoleSpanExporter();
  return protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
}

/** What the SDK complains about, among which are values of its environment variables. */
function reportTroubleTo(warn: (details: object, message: string) => void): void {
  const complain = (message: string): void => warn({}, `OpenTelemetry: ${message}`);
  const ignore = (): void => {};
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  setGlobalErrorHandler((error) => {
    if (performance.now() - reportedAtMs < QUIET_MS) return;
    reportedAtMs = performance.now();
    const { code, message = String(error) } = error as { code?: unknown; message?: string };
    warn({ reason: code ?? message }, 'traces could not be exported');
  });
}
