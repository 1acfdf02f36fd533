import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp({});
});
afterAll(() => app.stop());

const json = { 'content-type': 'application/json' };
const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
  app.fetch('/graphql', { method: 'POST', headers: { ...json, ...headers }, body });

test('GET and POST answer the same', async () => {
  const query = '{ __typename }';
  const got = await app.fetch(`/graphql?query=${encodeURIComponent(query)}`, { headers: json });
  const posted = await post(JSON.stringify({ query }));
  expect(await got.json()).toEqual({ data: { __typename: 'Query' } });
  expect(await posted.json()).toEqual({ data: { __typename: 'Query' } });
});

test.each<[name: string, status: number, code: string, body: string, headers?: Record<string, string>]>([
  ['no JSON', 400, 'BAD_REQUEST', '{"query":'],
  ['an empty body', 400, 'BAD_REQUEST', ''],
  ['no query', 400, 'BAD_REQUEST', '{"variables":{}}'],
  ['variables of the wrong type', 400, 'BAD_REQUEST', '{"query":"{ __typename }","variables":[]}'],
  ['a batch', 400, 'BAD_REQUEST', '[{"query":"{ __typename }"}]'],
  ['no GraphQL', 200, 'GRAPHQL_PARSE_FAILED', '{"query":"{"}'],
  ['an unknown field', 200, 'GRAPHQL_VALIDATION_FAILED', '{"query":"{ nothing }"}'],
  [
    'an operation that is not there',
    200,
    'OPERATION_RESOLUTION_FAILURE',
    '{"query":"query A { __typename }","operationName":"B"}',
  ],
  ['a mutation', 200, 'GRAPHQL_VALIDATION_FAILED', '{"query":"mutation { x }"}'],
  ['a subscription', 200, 'GRAPHQL_VALIDATION_FAILED', '{"query":"subscription { x }"}'],
  ['a variable that does not fit', 200, 'BAD_USER_INPUT', '{"query":"query ($id: ID!) { certificate(id: $id) { id } }"}'],
  [
    'a persisted query of an unknown version',
    400,
    'BAD_REQUEST',
    '{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}',
  ],
  ['a body over 1 MiB', 413, 'BAD_REQUEST', `{"query":"{ __typename }","padding":"${'x'.repeat(1024 * 1024)}"}`],
  [
    'a form, as a page of another origin could send it',
    400,
    'BAD_REQUEST',
    'query=x',
    { 'content-type': 'application/x-www-form-urlencoded' },
  ],
  ['plain text', 400, 'BAD_REQUEST', '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }],
  ['another charset', 415, 'BAD_REQUEST', '{"query":"{ __typename }"}', { 'content-type': 'application/json; charset=gbk' }],
  ['another encoding', 415, 'BAD_REQUEST', '{"query":"{ __typename }"}', { 'content-encoding': 'br' }],
  ['gzip that is none', 400, 'BAD_REQUEST', '{"query":"{ __typename }"}', { 'content-encoding': 'gzip' }],
  ['a malformed content type', 415, 'BAD_REQUEST', '{"query":"{ __typename }"}', { 'content-type': 'json' }],
])('%s is refused with %i %s', async (_name, status, code, body, headers) => {
  const response = await post(body, headers);
  const { errors } = (await response.json()) as { errors: [{ message: string; extensions: object }] };
  expect(response.status).toBe(status);
  expect(errors[0].message).not.toBe('');
  expect(errors[0].extensions).toEqual({ code, retryable: false });
});

test.each([
  ['{', 'GRAPHQL_PARSE_FAILED'],
  ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['mutation { x }', 'GRAPHQL_VALIDATION_FAILED'],
  ['query ($id: ID!) { certificate(id: $id) { id } }', 'BAD_USER_INPUT'],
])('%s is 400 for who knows application/graphql-response+json', async (query, code) => {
  const response = await post(JSON.stringify({ query }), { accept: 'application/graphql-response+json' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
});

const typename = { data: { __typename: 'Query' } };

test('bodies may be compressed, have a byte order mark, and say their charset', async () => {
  const body = '{"query":"{ __typename }"}';
  expect(await (await post(gzipSync(body), { 'content-encoding': 'gzip' })).json()).toEqual(typename);
  expect(await (await post(`\uFEFF${body}`)).json()).toEqual(typename);
  for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
    expect(await (await post(body, { 'content-type': `application/json;charset=${charset}` })).json()).toEqual(typename);
  }
});

test('a body that is not UTF-8 is refused, whichever way it would go', async () => {
  const text = (name: string) =>
    `{"query":"{ certificates(instanceId: \\"i\\", filter: { name: \\"${name}\\" }) { totalCount } }"}`;
  const gbk = Buffer.from(text('\xca\xe9'), 'latin1');
  for (let time = 0; time < 3; time++) {
    const response = await post(gbk);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ message: 'The request body is not UTF-8.' }] });
  }
});

test('a small body that becomes large is refused', async () => {
  const bomb = gzipSync(`{"query":"{ __typename }","padding":"${'x'.repeat(20 * 1024 * 1024)}"}`);
  expect(bomb.length).toBeLessThan(100_000);
  expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
});

test('JSON is answered as JSON after a browser has opened the page', async () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  expect((await app.fetch('/graphql', { headers: { accept } })).headers.get('content-type')).toContain('text/html');
  for (let time = 0; time < 3; time++) {
    const response = await post('{"query":"{ a: __typename }"}', { accept });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ data: { a: 'Query' } });
  }
});

test('cross-site request forgery is refused as such', async () => {
  const response = await post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' });
  expect(await response.text()).toContain('CSRF');
});

test.each(['PUT', 'PATCH', 'DELETE', 'HEAD'])('%s is not allowed, and the answer says what is', async (method) => {
  const response = await app.fetch('/graphql', { method, headers: { 'apollo-require-preflight': '1' } });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
});

test('an unknown address is 404, in the shape of a GraphQL error', async () => {
  const response = await app.fetch('/nothing', { headers: json });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] });
});

test('a null variable for a non-null argument is bad input, not a defect', async () => {
  const query = 'query ($id: ID = "x") { certificate(id: $id) { id } }';
  const { errors } = await app.ask(query, { id: null });
  expect(errors).toEqual([
    expect.objectContaining({ path: ['certificate'], extensions: { code: 'BAD_USER_INPUT', retryable: false } }),
  ]);
});

test.each(['__proto__', 'constructor', 'toString'])('%s is a string like any other', async (name) => {
  const query = `query ($${name}: ID!) { ${name}: certificates(instanceId: $${name}, first: 1) { totalCount } }`;
  const response = await post(`{"query":${JSON.stringify(query)},"variables":{"${name}":"${app.instanceIds[0]}"}}`);
  expect(await response.text()).toMatch(new RegExp(`^{"data":{"${name}":{"totalCount":\\d+}}}$`));
});

test('a representation may hold names of methods', async () => {
  const body = `{"query":"query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
    "variables":{"r":[{"__typename":"RomaInstance","id":"i","__proto__":{"id":"x"},"constructor":null}]}}`;
  expect(await (await post(body)).json()).toEqual({ data: { _entities: [{ __typename: 'RomaInstance' }] } });
});

test('a token of 32,000 characters passes', async () => {
  const query = `{ certificates(instanceId: "${app.instanceIds[0]}", first: 1) { totalCount } }`;
  const { errors } = await app.ask(query, {}, { 'x-auth-token': 'x'.repeat(32_000) });
  // The emulator does not know it, but it got there.
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', upstream: { status: 401 } });
});

test('headers beyond 64 KiB are refused', async () => {
  const response = await app.fetch('/health', { headers: { 'x-auth-token': 'x'.repeat(66_000) } });
  expect(response.status).toBe(431);
});

test('an empty token is as if none was sent', async () => {
  const query = `{ certificates(instanceId: "${app.instanceIds[0]}", first: 1) { totalCount } }`;
  expect(await app.ask(query, {}, { 'x-auth-token': '' })).not.toHaveProperty('errors');
});

describe('request IDs', () => {
  test('the caller may choose one', async () => {
    const response = await app.fetch('/health', { headers: { 'x-request-id': 'caller-1.2:3' } });
    expect(response.headers.get('x-request-id')).toBe('caller-1.2:3');
  });

  test.each(['', 'two words', 'x'.repeat(129), '<script>'])('%o is replaced', async (id) => {
    const response = await app.fetch('/health', { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('every answer carries the security headers', async () => {
  for (const path of ['/health', '/nothing', '/graphql?query={__typename}']) {
    const { headers } = await app.fetch(path, { headers: json });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

describe('other origins', () => {
  const preflight = (origin: string): Promise<Response> =>
    app.fetch('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-auth-token',
        'access-control-request-private-network': 'true',
      },
    });

  test.each(['https://studio.apollographql.com', 'http://localhost:3000', 'http://127.0.0.1', 'https://[::1]:8443'])(
    '%s may call in development, from a public address too',
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-headers')).toBe('content-type,x-auth-token');
      expect(headers.get('access-control-allow-private-network')).toBe('true');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  test.each([
    'https://studio.apollographql.com.evil.example',
    'http://studio.apollographql.com',
    'http://localhost.evil.example',
    'https://evil.example',
    'null',
  ])('%s may not', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('probes answer', async () => {
  expect(await (await app.fetch('/health')).json()).toEqual({ status: 'ok' });
  expect(await (await app.fetch('/ready')).json()).toEqual({ status: 'ready' });
});
