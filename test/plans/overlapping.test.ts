import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { App } from '../support/app.ts';
import { app, calls, forgetAll, instanceId, list, post, roma, start, startAll, stopAll } from './laneApp.ts';

beforeAll(startAll);
afterEach(forgetAll);
afterAll(stopAll);

/** How often upstream answers were looked for, by all operations. */
async function lookedFor(of: App = app): Promise<number> {
  const metrics = await (await of.fetch('/metrics')).text();
  return [...metrics.matchAll(/^certificates_cache_requests_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

const delay = (ms: number) => roma.control.addFaults({ fault: { kind: 'delay', ms }, times: 'always' });
const under = () => vi.waitFor(async () => expect(await roma.control.calls()).toMatchObject({ inFlight: 1 }), 5_000);

test('operations of one caller with the same text that overlap run once', async () => {
  const query = list();
  await post(query, { first: 3 });
  const before = await lookedFor();
  await delay(100);
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(query, { first: 4 })));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(answers[0]?.body ?? '').data.certificates.nodes).toHaveLength(4);
  expect((await lookedFor()) - before).toBe(1);
});

test('other variables, and another caller, run on their own', async () => {
  const query = list();
  await post(query, { first: 3 });
  const before = await lookedFor();
  await delay(100);
  const token = await roma.control.issueToken();
  await Promise.all([
    post(query, { first: 4 }),
    post(query, { first: 4 }, { 'x-auth-token': token }),
    post(query, { first: 5 }),
    post(query, { first: 5 }),
  ]);
  expect((await lookedFor()) - before).toBe(3);
});

test('errors are shared, and logged with each request', async () => {
  const query = list();
  await post(query, { first: 3 });
  await roma.control.addFaults({ fault: { kind: 'answer', status: 403, body: { error_code: 'APIG.1005' } }, times: 'always' });
  const answers = await Promise.all(Array.from({ length: 3 }, () => post(query, { first: 4 })));
  for (const { body, cacheControl } of answers) {
    expect(JSON.parse(body).errors).toHaveLength(1);
    expect(cacheControl).toBe('no-store');
  }
  const metrics = await (await app.fetch('/metrics')).text();
  expect(metrics).toMatch(/^graphql_errors_total\{code="FORBIDDEN"\} 3$/m);
});

test('who stays gets an answer when the one who came first leaves', async () => {
  const query = list();
  await post(query, { first: 3 });
  await delay(200);
  const leaving = new AbortController();
  const left = app.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'router-authorization': 'secret', 'x-auth-token': roma.token },
    body: JSON.stringify({ query, variables: { first: 4 } }),
    signal: leaving.signal,
  });
  left.catch(() => {});
  await under();
  const stayed = [post(query, { first: 4 }), post(query, { first: 4 })];
  await vi.waitFor(async () => expect(await (await app.fetch('/metrics')).text()).toContain('graphql'));
  leaving.abort();
  await expect(left).rejects.toThrow();
  for (const { body } of await Promise.all(stayed)) expect(JSON.parse(body).data.certificates.nodes).toHaveLength(4);
});

test('values of the moment, and without reuse, everybody has their own', async () => {
  const timed = `query T($first: Int) { certificates(instanceId: "${instanceId}", first: $first) { nodes { id daysUntilExpiry } } }`;
  await post(timed, { first: 3 });
  let before = await lookedFor();
  await delay(50);
  await Promise.all([post(timed, { first: 4 }), post(timed, { first: 4 })]);
  expect((await lookedFor()) - before).toBe(2);

  await using never = await start({ CERTIFICATES_CACHE_TTL_MS: '0' });
  const query = list();
  await post(query, { first: 3 }, {}, never);
  before = await calls();
  const seen = await lookedFor(never);
  await Promise.all([post(query, { first: 4 }, {}, never), post(query, { first: 4 }, {}, never)]);
  expect((await lookedFor(never)) - seen).toBe(2);
});
