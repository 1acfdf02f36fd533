import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf, headersOf, modes } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../support/collector.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${PARENT}-01`;

let roma: Emulator;
let collector: Collector;
beforeEach(async () => {
  roma = await startEmulator();
  collector = await startCollector();
  // The SDK reads its variables from the process.
  for (const [name, value] of Object.entries(toOtelEnv())) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector[Symbol.asyncDispose]();
  await roma.stop();
});

function toOtelEnv() {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
}

/** The spans that an app has sent when it has stopped. */
async function spansOf(act: (app: App) => Promise<unknown>, env: Record<string, string> = {}): Promise<ReceivedSpan[]> {
  const app = await startApp({ roma, env: { ...toOtelEnv(), ...env } });
  await act(app);
  await app.stop();
  return collector.spans();
}

interface Tree {
  readonly name: string;
  readonly below?: Tree[];
}

/** Names, nested; siblings by name. */
function treeOf(spans: readonly ReceivedSpan[], parent: string | undefined): Tree[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, spanId }) => {
      const below = treeOf(spans, spanId);
      return below.length === 0 ? { name } : { name, below };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

const list = 'GET /v2/{project_id}/apic/certificates';

function page(app: App, more = ''): string {
  return `query Page { certificates(instanceId: "${app.instanceIds[0]}", first: 2 ${more}) { nodes { id } } }`;
}

test('an operation is followed from the request to each call, as part of the trace of who asks', async () => {
  const spans = await spansOf((app) =>
    app.ask(
      `query Expiring($id: ID!) {
         a: certificates(instanceId: $id, first: 2) { nodes { id } }
         b: certificates(instanceId: $id, first: 2, orderBy: { field: NOT_AFTER }) { nodes { id } }
         certificate(id: "nowhere") { id }
       }`,
      { id: app.instanceIds[0] },
      { traceparent },
    ),
  );
  expect(spans.map(({ traceId }) => traceId)).toEqual(spans.map(() => TRACE));
  const [root, ...others] = treeOf(spans, PARENT);
  expect(others).toEqual([]);
  expect(root).toMatchObject({
    name: 'POST /graphql',
    below: [
      {
        name: 'query',
        below: [
          { name: 'load lookups', below: expect.arrayContaining([{ name: list }]) },
          { name: 'load whole lists', below: expect.arrayContaining([{ name: list }]) },
          { name: 'load windows' },
        ],
      },
    ],
  });
});

test('spans say what semantic conventions ask for, and what is special here', async () => {
  const spans = await spansOf((app) => app.ask(page(app)));
  expect(spans.map(({ name, kind, attributes, failed }) => ({ name, kind, attributes, failed }))).toEqual(
    expect.arrayContaining([
      {
        name: 'POST /graphql',
        kind: 'SERVER',
        failed: false,
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/graphql',
          'url.path': '/graphql',
          'url.scheme': 'http',
          'http.response.status_code': 200,
        },
      },
      {
        name: 'query',
        kind: 'INTERNAL',
        failed: false,
        attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'Page' },
      },
      {
        name: 'load windows',
        kind: 'INTERNAL',
        failed: false,
        attributes: { 'certificates.loader': 'windows', 'certificates.keys': 1, 'certificates.failed': 0 },
      },
      {
        name: list,
        kind: 'CLIENT',
        failed: false,
        attributes: {
          'http.request.method': 'GET',
          'url.template': '/v2/{project_id}/apic/certificates',
          'peer.service': 'ROMA Connect',
          'http.response.status_code': 200,
          'roma.instance_id': roma.instanceIds[0],
          'roma.offset': 0,
          'roma.limit': expect.any(Number),
          'roma.attempt': 1,
          'roma.outcome': 'ok',
          'roma.rows': expect.any(Number),
          'roma.total': expect.any(Number),
        },
      },
    ]),
  );
  expect(spans).toHaveLength(4);
  expect(spans[0]?.resource).toMatchObject({
    'service.name': 'roma-certificates-subgraph',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

test('calls for details and bound domains are spans of their own kind, without an ID', async () => {
  const spans = await spansOf((app) =>
    app.ask(
      `{ certificates(instanceId: "${app.instanceIds[0]}", first: 2) { nodes { details { version } boundDomains { id } } } }`,
    ),
  );
  const below = (name: string) => spans.filter((span) => span.name === name).map(({ attributes }) => attributes);
  const details = '/v2/{project_id}/apic/certificates/{certificate_id}';
  expect(below(`GET ${details}`)).toEqual(
    Array(2).fill({
      'http.request.method': 'GET',
      'url.template': details,
      'peer.service': 'ROMA Connect',
      'http.response.status_code': 200,
      'roma.attempt': 1,
      'roma.outcome': 'ok',
    }),
  );
  expect(below(`GET ${details}/attached-domains`)).toEqual(
    Array(2).fill(expect.objectContaining({ 'roma.offset': 0, 'roma.limit': 500, 'roma.total': expect.any(Number) })),
  );
  expect(below('load details')).toMatchObject([{ 'certificates.keys': 2, 'certificates.failed': 0 }]);
});

test('the express lane is followed alike', async () => {
  const spans = await spansOf(
    async (app) => {
      for (let round = 0; round < 3; round++) await app.ask(page(app), {}, { traceparent });
    },
    { CERTIFICATES_CACHE_TTL_MS: '0' },
  );
  const made = { name: 'query', below: [{ name: 'load windows', below: [{ name: list }] }] };
  expect(treeOf(spans, PARENT)).toEqual([made, made, made].map((operation) => ({ name: 'POST /graphql', below: [operation] })));
});

test('an answer of before has an operation and nothing below', async () => {
  const spans = await spansOf(async (app) => {
    for (let round = 0; round < 3; round++) await app.ask(page(app));
  });
  expect(spans.filter(({ name }) => name === 'query')).toHaveLength(3);
  expect(spans.filter(({ name }) => name === list)).toHaveLength(1);
});

test('each attempt is a span of its own, with its number and how it ended', async () => {
  await roma.control.addFaults({ fault: { kind: 'answer', status: 503 } }, { fault: { kind: 'reset', after: 'headers' } });
  const spans = await spansOf((app) => app.ask(page(app)));
  const attempts = spans.filter(({ name }) => name === list);
  expect(attempts.map(({ attributes, failed }) => ({ ...pick(attributes), failed }))).toEqual([
    { attempt: 1, resend: undefined, status: 503, outcome: 'UPSTREAM_ERROR', type: 'UPSTREAM_ERROR', failed: true },
    { attempt: 2, resend: 1, status: 200, outcome: 'UPSTREAM_UNAVAILABLE', type: 'UPSTREAM_UNAVAILABLE', failed: true },
    { attempt: 3, resend: 2, status: 200, outcome: 'ok', type: undefined, failed: false },
  ]);
});

function pick(attributes: ReceivedSpan['attributes']) {
  return {
    attempt: attributes['roma.attempt'],
    resend: attributes['http.request.resend_count'],
    status: attributes['http.response.status_code'],
    outcome: attributes['roma.outcome'],
    type: attributes['error.type'],
  };
}

test('errors mark the operation and its batch, by code and without a message; the request itself did not fail', async () => {
  const error = { error_code: 'APIG.1005', error_msg: 'message-canary' };
  await roma.control.addFaults({ fault: { kind: 'answer', status: 403, body: error }, times: 'always' });
  const spans = await spansOf((app) => app.ask(page(app)));
  const byName = Object.fromEntries(spans.map((span) => [span.name, span]));
  for (const name of ['query', 'load windows', list]) {
    expect(byName[name]).toMatchObject({ failed: true, attributes: { 'error.type': 'FORBIDDEN' } });
  }
  expect(byName['query']?.attributes['certificates.error_codes']).toEqual(['FORBIDDEN']);
  expect(byName['POST /graphql']?.failed).toBe(false);
  expect(JSON.stringify(spans)).not.toContain('message-canary');
});

test.each([
  { what: 'no JSON', body: '{', type: '400' },
  { what: 'no GraphQL', body: '{"query":"{ wrong "}', type: 'GRAPHQL_PARSE_FAILED' },
])('a request with $what has an operation of no type that failed', async ({ body, type }) => {
  const headers = { 'content-type': 'application/json' };
  const spans = await spansOf((app) => app.fetch('/graphql', { method: 'POST', headers, body }));
  expect(spans).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'GraphQL Operation', attributes: expect.objectContaining({ 'error.type': type }) }),
      expect.objectContaining({ name: 'POST /graphql', failed: false }),
    ]),
  );
});

test('probes are not followed, and paths that a client makes up are not told', async () => {
  const spans = await spansOf(async (app) => {
    for (const path of ['/health', '/ready', '/metrics', '/path-canary?query-canary']) await app.fetch(path);
  });
  expect(spans.map(({ name }) => name)).toEqual(['GET']);
  expect(JSON.stringify(spans)).not.toContain('canary');
});

test('names of operations are bounded in length', async () => {
  const spans = await spansOf((app) => app.ask(`query ${'n'.repeat(10_000)} { __typename }`));
  expect(spans.find(({ name }) => name === 'query')?.attributes['graphql.operation.name']).toBe('n'.repeat(100));
});

test.each(modes)('with %s, calls say which trace they belong to, and nothing of whom or where', async (mode) => {
  const sent = { traceparent, tracestate: 'vendor=state-canary', baggage: 'user=baggage-canary' };
  const spans = await spansOf(
    (app) => app.ask(page(app), {}, { ...sent, ...headersOf(mode, roma) }),
    envOf(mode, roma) as Record<string, string>,
  );
  const { calls } = await roma.control.calls();
  const [call] = calls.filter(({ path }) => path === 'list');
  const attempt = spans.find(({ name }) => name === list);
  expect(call).toMatchObject({ status: 200, headers: { traceparent: `00-${TRACE}-${attempt?.spanId}-01` } });
  expect(calls.flatMap(({ headerNames }) => headerNames)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/tracestate|baggage/)]),
  );
  if (mode === 'password')
    expect(spans).toContainEqual(expect.objectContaining({ name: 'POST /v3/auth/tokens', kind: 'CLIENT' }));

  const { host, hostname, port } = new URL(roma.origin);
  const secrets = [roma.token, roma.accessKey, roma.secretKey, ...Object.values(roma.iamUser), roma.projectId];
  const betrayed = [...secrets, host, hostname, port, 'baggage-canary'].filter((secret) =>
    JSON.stringify(spans).includes(secret),
  );
  expect(betrayed).toEqual([]);
});

test('without a propagator, nothing is taken from callers and nothing goes to ROMA Connect', async () => {
  const spans = await spansOf((app) => app.ask(page(app), {}, { traceparent }), { OTEL_PROPAGATORS: 'none' });
  expect(spans.map(({ traceId }) => traceId)).not.toContain(TRACE);
  expect(treeOf(spans, undefined)).toHaveLength(1);
  const { calls } = await roma.control.calls();
  expect(calls.flatMap(({ headerNames }) => headerNames)).not.toContain('traceparent');
});

test.each(['not a trace', `00-${'0'.repeat(32)}-${PARENT}-01`, `${traceparent}, ${traceparent}`])(
  'a malformed traceparent begins a trace of its own: %s',
  async (malformed) => {
    const spans = await spansOf((app) => app.ask('{ __typename }', {}, { traceparent: malformed }));
    expect(treeOf(spans, undefined)).toEqual([{ name: 'POST /graphql', below: [{ name: 'query' }] }]);
  },
);

test('the sampler of the environment decides, and a caller that does not sample is followed by default', async () => {
  await spansOf((app) => app.ask(page(app), {}, { traceparent: traceparent.replace(/01$/, '00') }));
  expect(collector.exports).toEqual([]);
  vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
  await spansOf((app) => app.ask(page(app), {}, { traceparent }));
  expect(collector.exports).toEqual([]);
});

test('what the SDK reads itself is honoured: name, resource, headers', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'another-name');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=staging');
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=key-canary');
  const [span] = await spansOf((app) => app.ask('{ __typename }'));
  expect(span?.resource).toMatchObject({ 'service.name': 'another-name', 'deployment.environment.name': 'staging' });
  expect(collector.exports[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'key-canary' } });
  expect(JSON.stringify(collector.spans())).not.toContain('key-canary');
});

test('by default traces are sent as Protocol Buffers', async () => {
  await spansOf((app) => app.ask('{ __typename }'), { OTEL_EXPORTER_OTLP_PROTOCOL: '' });
  expect(collector.exports).toEqual([expect.objectContaining({ contentType: 'application/x-protobuf' })]);
  expect(collector.exports[0]?.body.includes('POST /graphql')).toBe(true);
});

test('log lines name the trace', async () => {
  const lines: string[] = [];
  const { token: _, ...target } = roma;
  await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, times: 'always' });
  const app = await startApp({
    env: { ...toOtelEnv(), ...envOf('token', roma), NODE_ENV: 'production', LOG_LEVEL: 'info' },
    destination: { write: (line) => void lines.push(line) },
  });
  await app.ask(`{ certificates(instanceId: "${target.instanceIds[0]}") { totalCount } }`, {}, { traceparent });
  await app.stop();
  const spans = collector.spans();
  const idOf = (name: string) => spans.find((span) => span.name === name)?.spanId;
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toContainEqual(expect.objectContaining({ msg: 'request', trace_id: TRACE, span_id: idOf('POST /graphql') }));
  expect(logged).toContainEqual(expect.objectContaining({ level: 'warn', trace_id: TRACE, span_id: idOf('query') }));
  // Outside of any request there is none.
  expect(logged[0]).not.toHaveProperty('trace_id');
});

test.each([
  ['refuses', (response: { writeHead(status: number): { end(): void } }) => response.writeHead(401).end()],
  ['hangs', () => {}],
])('a collector that %s holds up neither operations nor the end, and is reported', async (_what, answer) => {
  await using bad = await startCollector(answer);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', bad.url);
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '10');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
  const lines: string[] = [];
  const app = await startApp({
    roma,
    env: { ...toOtelEnv(), LOG_LEVEL: 'warn' },
    destination: { write: (line) => void lines.push(line) },
  });
  expect(await app.ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  await expect.poll(() => bad.exports.length).toBeGreaterThan(0);
  expect(await app.ask('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  await expect.poll(() => lines.join('')).toContain('traces could not be exported');
  await app.stop();
});
