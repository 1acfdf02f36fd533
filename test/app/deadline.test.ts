import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator();
  const env = { OPERATION_DEADLINE_MS: '400', ROMA_ATTEMPT_TIMEOUT_MS: '60000', CERTIFICATES_CACHE_TTL_MS: '0' };
  app = await startApp({ roma, env });
});
beforeEach(() => roma.control.reset());
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

test('what ROMA Connect does not answer by the deadline is UPSTREAM_TIMEOUT, and what it did answer is delivered', async () => {
  const [slow = '', quick = ''] = app.instanceIds;
  await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, match: { instanceId: slow }, times: 'always' });
  const { data, errors } = await app.ask(
    `{ slow: certificates(instanceId: "${slow}") { totalCount } quick: certificates(instanceId: "${quick}") { totalCount } }`,
  );
  expect(data).toEqual({ slow: null, quick: { totalCount: expect.any(Number) } });
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['slow'],
      extensions: expect.objectContaining({ code: 'UPSTREAM_TIMEOUT', retryable: true }),
    }),
  ]);
});

test('when the client goes away, what is asked of ROMA Connect for it ends', async () => {
  await roma.control.addFaults({ fault: { kind: 'hang', after: 'headers' }, times: 'always' });
  // A deadline far away, so that only the client's leaving can end the call.
  await using patient = await startApp({ roma, env: { OPERATION_DEADLINE_MS: '60000', ROMA_ATTEMPT_TIMEOUT_MS: '60000' } });
  const client = new AbortController();
  const body = JSON.stringify({ query: `{ certificates(instanceId: "${app.instanceIds[0]}") { totalCount } }` });
  const headers = { 'content-type': 'application/json' };
  const answer = patient.fetch('/graphql', { method: 'POST', headers, body, signal: client.signal }).catch(() => 'left');
  await vi.waitUntil(async () => (await roma.control.state()).inFlight === 1);
  client.abort();
  expect(await answer).toBe('left');
  await vi.waitUntil(async () => (await roma.control.state()).inFlight === 0);
});

test('an operation that still runs when the service has to end answers with what it has', async () => {
  const [hanging = '', quick = ''] = app.instanceIds;
  await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, match: { instanceId: hanging }, times: 'always' });
  const leaving = await startApp({ roma, env: { OPERATION_DEADLINE_MS: '60000', ROMA_ATTEMPT_TIMEOUT_MS: '60000' } });
  const answer = leaving.ask(
    `{ a: certificates(instanceId: "${hanging}") { totalCount } b: certificates(instanceId: "${quick}") { totalCount } }`,
  );
  await vi.waitUntil(
    async () => (await roma.control.state()).inFlight === 1 && (await roma.control.calls()).calls.length === 2,
  );
  await leaving.stop({ hurryAfterMs: 10 });
  const { data, errors } = await answer;
  expect(data).toEqual({ a: null, b: { totalCount: expect.any(Number) } });
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['a'],
      extensions: expect.objectContaining({ code: 'UPSTREAM_TIMEOUT', retryable: true }),
    }),
  ]);
});
