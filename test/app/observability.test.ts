import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

const lines: string[] = [];
let app: App;
beforeAll(async () => {
  // JSON lines are a matter of production, which needs a ROMA Connect; nobody listens at this one.
  const env = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    ROMA_ENDPOINT: 'http://127.0.0.1:9',
    ROMA_PROJECT_ID: 'p-1',
    ROUTER_SECRET: 'router-canary',
  };
  app = await startApp({ env, destination: { write: (line) => lines.push(line) } });
});
afterAll(() => app.stop());

const secret = { 'router-authorization': 'router-canary' };

async function logOf(act: () => Promise<unknown>): Promise<Line[]> {
  const before = lines.length;
  await act();
  // The line is written when the answer is complete on this side, which may be after it arrived on that.
  await expect.poll(() => lines.length).toBeGreaterThan(before);
  return lines.slice(before).map((line) => JSON.parse(line) as Line);
}

test('one line for each request that went wrong says what became of it', async () => {
  const query = 'query Expiring { certificates(instanceId: "/") { totalCount } }';
  const log = await logOf(() => app.ask(query, {}, { ...secret, 'x-request-id': 'r-1', 'x-auth-token': 'token-canary' }));
  expect(log).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      msg: 'request',
      requestId: 'r-1',
      method: 'POST',
      route: '/graphql',
      status: 200,
      ms: expect.any(Number),
      operation: 'Expiring',
      errors: ['BAD_USER_INPUT'],
      path: 'certificates',
    },
  ]);
});

test('no line holds what a client sent as credentials, variables or address', async () => {
  const body = JSON.stringify({
    query: 'query ($id: ID!) { certificate(id: $id) { id } }',
    variables: { id: 'variable-canary' },
  });
  const headers = { 'content-type': 'application/json', 'x-auth-token': 'token-canary', ...secret };
  await logOf(() => app.fetch('/graphql?address-canary', { method: 'POST', headers, body }));
  await logOf(() => app.fetch('/path-canary?query-canary', { headers: { 'router-authorization': 'guess-canary' } }));
  expect(lines.join('')).not.toContain('canary');
});

test('a client can make no line long by the name of its operation', async () => {
  const [line] = await logOf(() =>
    app.ask(`query ${'n'.repeat(10_000)} { certificates(instanceId: "/") { totalCount } }`, {}, secret),
  );
  expect(line?.['operation']).toBe('n'.repeat(100));
});

test('what went well is logged at debug only, and so are probes', async () => {
  const log = await logOf(async () => {
    for (const path of ['/health', '/ready', '/metrics']) await app.fetch(path);
    await app.ask('{ __typename }', {}, secret);
    await app.ask('{ __typename }');
  });
  expect(log.map(({ status }) => status)).toEqual([401]);

  const debug: string[] = [];
  await using talkative = await startApp({
    env: { LOG_LEVEL: 'debug' },
    destination: { write: (line) => void debug.push(line) },
  });
  await talkative.ask('query Fine { __typename }');
  await talkative.fetch('/health');
  await expect.poll(() => debug.filter((line) => line.includes('DEBUG: request'))).toHaveLength(2);
  expect(debug.join('')).toContain('"operation":"Fine"');
});

test('a request that ROMA Connect failed says where, and whose answer it was; each call is a line at debug', async () => {
  await using roma = await startEmulator();
  const written: string[] = [];
  await using talkative = await startApp({
    roma,
    env: { LOG_LEVEL: 'debug', NODE_ENV: 'production', ...envOf('passthrough', roma) },
    destination: { write: (line) => void written.push(line) },
  });
  await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, times: 'always' });
  const [instanceId] = roma.instanceIds;
  const headers = { 'x-auth-token': roma.token };
  await talkative.ask(`{ mine: certificates(instanceId: "${instanceId}") { nodes { id } } }`, {}, headers);
  const linesOf = (msg: string) => written.map((line) => JSON.parse(line) as Line).filter((line) => line['msg'] === msg);
  await expect.poll(() => linesOf('request')).toHaveLength(1);
  expect(linesOf('request')[0]).toMatchObject({
    errors: ['UPSTREAM_ERROR'],
    path: 'mine',
    upstream: { status: 500, instanceId, requestId: expect.any(String) },
  });
  const calls = linesOf('call to ROMA Connect');
  expect(calls.length).toBeGreaterThan(0);
  expect(calls[0]).toMatchObject({ endpoint: 'certificates', instanceId, outcome: 'UPSTREAM_ERROR', status: 500 });
  const text = written.join('');
  for (const hidden of [roma.token, new URL(roma.origin).host]) expect(text).not.toContain(hidden);
});

test('open circuits and the age of the token are metrics', async () => {
  await using roma = await startEmulator();
  await using own = await startApp({ env: envOf('password', roma) });
  const metric = async (name: string) =>
    new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await own.fetch('/metrics')).text())?.[1];
  expect(await metric('roma_circuits_open')).toBe('0');
  expect(await metric('iam_token_age_seconds')).toBeUndefined();
  const [instanceId] = roma.instanceIds;
  const ask = () => own.ask(`{ certificates(instanceId: "${instanceId}", first: 1) { nodes { id } } }`);
  await ask();
  expect(Number(await metric('iam_token_age_seconds'))).toBeGreaterThanOrEqual(0);
  await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, times: 'always' });
  for (let time = 0; time < 10; time++) {
    await own.ask(`{ certificates(instanceId: "${instanceId}", first: ${time + 2}) { nodes { id } } }`);
  }
  expect(await metric('roma_circuits_open')).toBe('1');
});

test('requests are measured by routes that exist, and by nothing that a client chooses', async () => {
  await app.fetch('/made-up-1');
  await app.fetch('/made-up-2');
  await app.ask('query MadeUp { __typename }', {}, secret);
  const response = await app.fetch('/metrics');
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toMatch(/^http_server_request_duration_seconds_count\{route="unmatched",method="GET",status="404"\} \d+$/m);
  expect(text).not.toMatch(/made-?up/i);
});
