import { SpanKind } from '@opentelemetry/api';
import type { AroundBatch } from '../loaders/meter.ts';
import { fail, type Spans, toErrorType } from './spans.ts';

/** One span for each batch of a loader, around all calls that it causes. */
export function createBatchTracer(spans: Spans): AroundBatch {
  return (name, load) => async (keys) => {
    const span = spans.begin(`load ${name}`, {
      kind: SpanKind.INTERNAL,
      attributes: { 'certificates.loader': name, 'certificates.keys': keys.length },
    });
    try {
      const values = await spans.within(span, () => load(keys));
      const failures = values.filter((value) => value instanceof Error);
      span.setAttribute('certificates.failed', failures.length);
      if (failures.length > 0) fail(span, toErrorType(failures[0]));
      return values;
    } catch (error) {
      fail(span, toErrorType(error));
      throw error;
    } finally {
      span.end();
    }
  };
}
