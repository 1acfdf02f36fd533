import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

const secrets = ['the-old-secret', 'the-new-secret'] as const;

let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator();
  app = await startApp({
    env: {
      NODE_ENV: 'production',
      ROMA_ENDPOINT: roma.origin,
      ROMA_PROJECT_ID: roma.projectId,
      ROMA_INSTANCE_IDS: roma.instanceIds.join(','),
      ROUTER_SECRET: secrets.join(','),
    },
  });
});
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

const ask = (query: string, headers: Record<string, string> = {}) =>
  app.ask(query, {}, { 'router-authorization': secrets[0], ...headers });

test.each(secrets)('the router may ask with %s', async (secret) => {
  expect(await ask('{ __typename }', { 'router-authorization': secret })).toEqual({ data: { __typename: 'Query' } });
});

test.each([undefined, '', 'the-old-secret,the-new-secret', 'the-old-secre', 'the-old-secrets', 'The-Old-Secret'])(
  'nobody may ask with %o, not even for the SDL',
  async (secret) => {
    const response = await app.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret !== undefined && { 'router-authorization': secret }) },
      body: '{"query":"{ _service { sdl } }"}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }] });
  },
);

test.each(['/health', '/ready', '/metrics'])('%s needs no secret', async (path) => {
  expect((await app.fetch(path)).status).toBe(200);
});

test('the SDL is served, for composition', async () => {
  const { data } = await ask('{ _service { sdl } }');
  expect(data._service.sdl).toContain('type Certificate');
});

test('there is no introspection', async () => {
  const { errors } = await ask('{ __schema { types { name } } }');
  expect(errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED', retryable: false });
});

test.each<[what: string, query: string, variables?: object]>([
  ['a field', '{ certificate(id: "c") { nam } }'],
  [
    'a variable of a wrong shape',
    'query ($f: CertificateFilter) { certificates(instanceId: "i", filter: $f) { totalCount } }',
    { f: { nam: 'x' } },
  ],
  [
    'an enum value',
    'query ($s: CertificateFilter) { certificates(instanceId: "i", filter: $s) { totalCount } }',
    { s: { scope: 'GLOBA' } },
  ],
])('there are no suggestions for %s', async (_what, query, variables = {}) => {
  for (let time = 0; time < 2; time++) {
    const { errors } = await app.ask(query, variables, { 'router-authorization': secrets[0] });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).not.toMatch(/Did you mean|name|GLOBAL/);
  }
});

test('nothing carries a stack trace', async () => {
  for (const query of ['{', '{ nothing }', '{ certificates(instanceId: "/") { totalCount } }']) {
    expect(JSON.stringify(await ask(query))).not.toMatch(/stacktrace|node_modules|\.ts:/);
  }
});

test.each(['/', '/explorer'])('there is no page at %s', async (path) => {
  expect((await app.fetch(path, { headers: { accept: 'text/html' } })).status).toBe(404);
});

test('a browser gets no page at /graphql', async () => {
  const response = await app.fetch('/graphql', { headers: { accept: 'text/html', 'router-authorization': secrets[0] } });
  expect(response.headers.get('content-type')).not.toContain('html');
});

test('no other origin may call', async () => {
  const origin = 'https://studio.apollographql.com';
  const preflight = await app.fetch('/graphql', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(404);
  expect((await app.fetch('/health', { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
});

test('a caller without a token is told so, and nothing is asked of ROMA Connect', async () => {
  await roma.control.clearCalls();
  const { errors } = await ask(`{ certificates(instanceId: "${app.instanceIds[0]}") { totalCount } }`);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
  expect((await roma.control.calls()).calls).toHaveLength(0);
});
