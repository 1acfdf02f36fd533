import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it arrived, with the nesting of the protocol undone. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'other';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly failed: boolean;
  readonly message: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface ReceivedExport {
  readonly path: string;
  readonly contentType: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Receives traces by OTLP over HTTP. `await using collector = await startCollector()`. */
export interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly exports: readonly ReceivedExport[];
  /** Of all exports in JSON. */
  spans(): ReceivedSpan[];
}

export async function startCollector(answer: (response: ServerResponse) => void = accept): Promise<Collector> {
  const exports: ReceivedExport[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const { headers, url: path = '' } = request;
    exports.push({ path, contentType: headers['content-type'] ?? '', headers, body });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    spans: () =>
      exports
        .filter(({ contentType }) => contentType === 'application/json')
        .flatMap(({ body }) => (JSON.parse(body.toString()) as WireExport).resourceSpans)
        .flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map((span) => toReceived(span, toRecord(resource.attributes)))),
        ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function accept(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

interface WireExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly WireAttribute[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface WireAttribute {
  readonly key: string;
  readonly value: WireValue;
}

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}

const KINDS = ['other', 'INTERNAL', 'SERVER', 'CLIENT'] as const;
const ERROR = 2;

function toReceived(span: WireSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const { name, kind, traceId, spanId, parentSpanId, attributes, status } = span;
  return {
    name,
    kind: KINDS[kind] ?? 'other',
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    failed: status.code === ERROR,
    message: status.message,
    attributes: toRecord(attributes),
    resource,
  };
}

function toRecord(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toValue(value)]));
}

function toValue({ stringValue, intValue, boolValue, arrayValue }: WireValue): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(toValue);
  return stringValue ?? boolValue ?? Number(intValue);
}
