import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type Answer, type App, startApp } from '../support/app.ts';

// Attempts may take longer than operations, so that only the operation's own end can end them.
const env = { ROMA_ATTEMPT_TIMEOUT_MS: '60000', CERTIFICATES_CACHE_TTL_MS: '0' };

let roma: Emulator;
let app: App;
let patient: App;
beforeAll(async () => {
  roma = await startEmulator({ certificates: 600, globalCertificates: 0 });
  app = await startApp({ roma, env: { ...env, OPERATION_DEADLINE_MS: '500' } });
  patient = await startApp({ roma, env: { ...env, OPERATION_DEADLINE_MS: '60000' } });
});
afterEach(async () => {
  await roma.control.clearFaults();
  await vi.waitUntil(async () => (await roma.control.state()).inFlight === 0);
  await roma.control.clearCalls();
});
afterAll(async () => {
  await app.stop();
  await patient.stop();
  await roma.stop();
});

const hang: Fault = { kind: 'hang', after: 'nothing' };
const drip: Fault = { kind: 'drip', bytes: 1, everyMs: 5 };
const page = (instanceId = roma.instanceIds[0]) => `{ certificates(instanceId: "${instanceId}") { nodes { id } } }`;
const list = (instanceId = roma.instanceIds[0]) =>
  `{ certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { nodes { id } } }`;
const lookup = '{ certificate(id: "nowhere") { id } }';

async function befall(fault: Fault, match = {}): Promise<void> {
  await roma.control.addFaults({ fault, match, times: 'always' });
}

const outcomes = async (): Promise<string[]> => (await roma.control.calls()).calls.map(({ outcome }) => outcome);

describe('an operation is answered by its deadline, and ends its calls then', () => {
  test.each<[name: string, fault: Fault]>([
    ['no headers', hang],
    ['headers and no body', { kind: 'hang', after: 'headers' }],
    ['half a body', { kind: 'hang', after: 'halfBody' }],
    ['a body drop by drop', drip],
    ['headers that come too late', { kind: 'delay', ms: 60_000 }],
    ['Retry-After that would pass it', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
  ])('%s', async (_name, fault) => {
    await befall(fault);
    const answers = await Promise.all([page(), list(), lookup].map((query) => app.ask(query)));
    for (const { data, errors } of answers) {
      expect(Object.values(data)).toEqual([null]);
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.extensions.retryable).toBe(true);
    }
    await vi.waitUntil(async () => (await roma.control.state()).inFlight === 0);
    const slow = fault.kind !== 'answer';
    expect(new Set(await outcomes())).toEqual(new Set([slow ? 'gone' : 'sent']));
  });

  test('pages without an end', async () => {
    await befall({ kind: 'page', limit: 1, total: 2 ** 31 - 1 });
    const [read, walked] = (await Promise.all([list(), lookup].map((query) => patient.ask(query)))) as [Answer, Answer];
    // A whole list is known to be too long after its first page; a walk goes on as long as it may.
    expect(read.errors?.[0]?.extensions).toEqual({ code: 'REQUEST_LIMIT_EXCEEDED', retryable: false });
    expect(walked.errors?.[0]?.extensions).toMatchObject({ code: 'LOOKUP_INCOMPLETE' });
    expect((await roma.control.calls()).total).toBeLessThanOrEqual(1 + 200);
  });
});

describe('when a client leaves', () => {
  async function leaveDuring(query: string, isUnderWay: () => Promise<boolean>): Promise<void> {
    const client = new AbortController();
    const asked = post(query, client.signal);
    await vi.waitUntil(isUnderWay);
    client.abort();
    expect(await asked).toBe('left');
  }

  const post = (query: string, signal?: AbortSignal): Promise<unknown> =>
    patient
      .fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: signal ?? null,
      })
      .then((response) => response.json())
      .catch(() => 'left');
  const inFlight = async (): Promise<number> => (await roma.control.state()).inFlight;
  const shared = async (): Promise<number> =>
    Number(/result="shared"\} (\d+)/.exec(await (await patient.fetch('/metrics')).text())?.[1]);

  test.each<[place: string, query: () => string, fault: Fault, calls: number]>([
    ['the first call of a page', page, hang, 1],
    ['the body of an answer', page, drip, 1],
    ['a whole list', list, hang, 1],
    ['a lookup in every instance', () => lookup, hang, 4],
  ])('%s is ended', async (_place, query, fault, calls) => {
    await befall(fault);
    await leaveDuring(query(), async () => (await inFlight()) === calls);
    await vi.waitUntil(async () => (await inFlight()) === 0, { timeout: 5_000 });
    expect(await outcomes()).toEqual(Array.from({ length: calls }, () => 'gone'));
  });

  test('the pause before a repeat is ended', async () => {
    await befall({ kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
    // In an instance of its own: it is asked more slowly for a while.
    await leaveDuring(page(roma.instanceIds[3]), async () => (await outcomes()).length === 1);
    // Longer than the repeat would have been waited for, which is what has to be ruled out.
    await new Promise((passed) => setTimeout(passed, 1_500));
    expect(await outcomes()).toEqual(['sent']);
  });

  test('what waits for a place is ended, and never asked', async () => {
    const instanceId = roma.instanceIds[0];
    await befall(hang);
    const client = new AbortController();
    const aliases = Array.from(
      { length: 40 },
      (_, at) => `a${at}: certificates(instanceId: "${instanceId}", filter: { name: "n${at}" }) { totalCount }`,
    );
    const asked = post(`{ ${aliases.join(' ')} }`, client.signal);
    await vi.waitUntil(async () => (await inFlight()) === 16);
    client.abort();
    await asked;
    await vi.waitUntil(async () => (await inFlight()) === 0);
    expect(await outcomes()).toHaveLength(16);
  });

  test('what somebody else of the same caller waits for goes on', async () => {
    await befall({ kind: 'delay', ms: 1_000 });
    const client = new AbortController();
    const leaving = post(page(), client.signal);
    await vi.waitUntil(async () => (await inFlight()) === 1);
    const before = await shared();
    const staying = post(page());
    await vi.waitUntil(async () => (await shared()) > before);
    client.abort();
    expect(await leaving).toBe('left');
    expect(await staying).toMatchObject({ data: { certificates: { nodes: expect.any(Array) } } });
    expect(await outcomes()).toEqual(['sent']);
  });

  test('what IAM is asked is ended', async () => {
    await using own = await startApp({
      env: {
        ROMA_ENDPOINT: roma.origin,
        ROMA_PROJECT_ID: roma.projectId,
        ROMA_AUTH: 'password',
        IAM_ENDPOINT: roma.origin,
        IAM_DOMAIN_NAME: 'd',
        IAM_USERNAME: 'u',
        IAM_PASSWORD: 'p',
        ROMA_ATTEMPT_TIMEOUT_MS: '60000',
        OPERATION_DEADLINE_MS: '500',
      },
    });
    await befall(hang, { path: 'iam' });
    const { errors } = await own.ask(page());
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true });
    await vi.waitUntil(async () => (await outcomes()).join() === 'gone');
  });
});

describe('an instance in trouble', () => {
  test('that hangs leaves the others working, in the same operation and in others, and lookups too', async () => {
    // Others than those that tests before let throttle.
    await using hurried = await startApp({ roma, env: { ...env, OPERATION_DEADLINE_MS: '500' } });
    await using waiting = await startApp({ roma, env: { ...env, OPERATION_DEADLINE_MS: '60000' } });
    const [hanging, sound] = roma.instanceIds as [string, string];
    await befall(hang, { instanceId: hanging });
    const [row] = (await roma.control.certificates(sound)) as [{ id: string }];
    // As many as there are places, and more who wait for one.
    const stuck = Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        hurried.ask(`{ certificates(instanceId: "${hanging}", first: ${at}) { nodes { id } } }`),
      ),
    );
    await vi.waitUntil(async () => (await roma.control.state()).inFlight === 16);
    const others = await Promise.all([
      ...Array.from({ length: 40 }, (_, at) =>
        waiting.ask(`{ certificates(instanceId: "${sound}", first: ${at}) { nodes { id } } }`),
      ),
      waiting.ask(`{ certificate(id: "${row.id}") { id } }`),
      hurried.ask(`{ certificates(instanceId: "${sound}") { totalCount } }`),
    ]);
    expect(others.filter(({ errors }) => errors !== undefined)).toEqual([]);
    await stuck;
  });

  test('that hangs is left alone, though clients leave before anything is known', async () => {
    await using brief = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0', ROMA_ATTEMPT_TIMEOUT_MS: '100' } });
    await befall(hang);
    for (let time = 0; time < 12; time++) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: page() }) };
      await brief.fetch('/graphql', { ...init, signal: AbortSignal.timeout(150) }).catch(() => {});
    }
    await roma.control.clearCalls();
    const { errors } = await brief.ask(page());
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect((await roma.control.calls()).total).toBe(0);
    // Who may have sent what makes it hang keeps nobody else away.
    await brief.ask(page(), {}, { 'x-auth-token': 'another' });
    expect((await roma.control.calls()).total).toBeGreaterThan(0);
  });

  test('that throttles has its whole list read, at its own pace', async () => {
    await using limited = await startEmulator({
      certificates: 5_000,
      instances: 1,
      globalCertificates: 0,
      switches: { rateLimitPerSecond: 5, rateLimitRetryAfter: false },
    });
    await using slow = await startApp({ roma: limited });
    const query = `{ certificates(instanceId: "${limited.instanceIds[0]}", orderBy: { field: NAME }) { totalCount } }`;
    expect(await slow.ask(query)).toEqual({ data: { certificates: { totalCount: 5_000 } } });
  });

  test('calls that nobody waits for any more count as cancelled', async () => {
    await using counted = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0' } });
    const [slow, ...others] = roma.instanceIds as [string, ...string[]];
    await befall({ kind: 'delay', ms: 2_000 }, { instanceId: slow });
    const [row] = (await roma.control.certificates(others[0] as string)) as [{ id: string }];
    expect(await counted.ask(`{ certificate(id: "${row.id}") { id } }`)).toEqual({ data: { certificate: { id: row.id } } });
    await vi.waitUntil(async () => (await roma.control.state()).inFlight === 0);
    const metrics = await (await counted.fetch('/metrics')).text();
    const outcomes = [...metrics.matchAll(/roma_requests_total\{outcome="(\w+)"\}/g)].map(([, outcome]) => outcome);
    expect(outcomes.sort()).toEqual(['cancelled', 'ok']);
  });

  test.each<[name: string, fault: Fault]>([
    ['fails', { kind: 'answer', status: 500 }],
    ['is reset', { kind: 'reset', after: 'nothing' }],
    ['is throttled', { kind: 'answer', status: 429 }],
  ])('when every call %s, 200 operations cost at most 1.2 calls each and 30', async (_name, fault) => {
    await using failing = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0' } });
    await befall(fault);
    const made = Array.from({ length: 200 }, (_, at) =>
      failing.ask(`{ certificates(instanceId: "made-up-${at}") { totalCount } }`),
    );
    const codes = new Set((await Promise.all(made)).map(({ errors }) => errors?.[0]?.extensions.retryable));
    expect(codes).toEqual(new Set([true]));
    const { total } = await roma.control.calls();
    expect(total).toBeGreaterThan(200);
    expect(total).toBeLessThanOrEqual(200 * 1.2 + 30);
  });
});
