import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

/** How often the lane answered. The app itself knows nothing of it. */
const spy = vi.hoisted(() => ({ lanes: 0, plans: 0, answers: 0, renewed: 0, remade: 0 }));

vi.mock(import('../../src/server/express/expressLane.ts'), async (importOriginal) => {
  const original = await importOriginal();
  const createExpressLane: typeof original.createExpressLane = (deps) => {
    const lane = original.createExpressLane(deps);
    spy.lanes += 1;
    return {
      ...lane,
      answer(...request) {
        const answer = lane.answer(...request);
        // What is there at once was there before.
        if (answer !== undefined) spy[answer instanceof Promise ? 'plans' : 'answers'] += 1;
        return answer;
      },
    };
  };
  return { ...original, createExpressLane };
});

vi.mock(import('../../src/loaders/reads.ts'), async (importOriginal) => {
  const original = await importOriginal();
  class Reads extends original.Reads {
    override async again(read: Parameters<InstanceType<typeof original.Reads>['again']>[0]): Promise<number | undefined> {
      const readAtMs = await super.again(read);
      spy[readAtMs === undefined ? 'remade' : 'renewed'] += 1;
      return readAtMs;
    }
  }
  return { ...original, Reads };
});

const TTL_MS = 10_000;
const lines: string[] = [];
const warnings: string[] = [];
let roma: Emulator;
let app: App;
let instanceId: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:00:00.500Z') });
  roma = await startEmulator({ now: Date.now });
  instanceId = roma.instanceIds[0] ?? '';
  app = await start();
});
afterAll(async () => {
  await app.stop();
  await roma.stop();
  vi.useRealTimers();
});
afterEach(async () => {
  Object.assign(spy, { plans: 0, answers: 0, renewed: 0, remade: 0 });
  // What was read for one test is too old for the next.
  vi.setSystemTime(Date.now() + 2 * TTL_MS);
  await roma.control.clearFaults();
  await roma.control.clearCalls();
});

function start(env: Record<string, string> = {}): Promise<App> {
  return startApp({
    env: {
      // JSON lines are a matter of production.
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      ROMA_ENDPOINT: roma.origin,
      ROMA_PROJECT_ID: roma.projectId,
      ROMA_INSTANCE_IDS: roma.instanceIds.join(','),
      ROUTER_SECRET: 'secret',
      MAX_ROWS: '1000',
      MAX_ENTITIES: '5',
      CERTIFICATES_CACHE_TTL_MS: `${TTL_MS}`,
      ...env,
    },
    destination: {
      write(line) {
        if (line.includes('"route":"/graphql"')) lines.push(line);
        if (line.includes('"level":"warn"')) warnings.push(line);
      },
    },
  });
}

let names = 0;

/** A document of the test's own. */
function list(): string {
  names += 1;
  return `query Q${names}($first: Int) { certificates(instanceId: "${instanceId}", first: $first) { nodes { id } asOf } }`;
}

async function post(
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
  to = app,
): Promise<{ status: number; cacheControl: string | null; body: string }> {
  const response = await to.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'router-authorization': 'secret',
      'x-auth-token': roma.token,
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, cacheControl: response.headers.get('cache-control'), body: await response.text() };
}

const calls = async (): Promise<number> => (await roma.control.calls()).total;

describe('the express lane', () => {
  test('runs a document that was accepted before, and sends the same whole answer again', async () => {
    const query = list();
    const answers = [await post(query), await post(query), await post(query)];
    expect(spy).toMatchObject({ plans: 1, answers: 1 });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, cacheControl: 'private, max-age=10' });
    expect(await calls()).toBe(1);
  });

  test('sends no answer again when its reuse time is over, and says how much of it is left', async () => {
    const query = list();
    for (let asked = 0; asked < 2; asked++) await post(query);
    vi.setSystemTime(Date.now() + TTL_MS - 1_000);
    expect((await post(query)).cacheControl).toBe('private, max-age=1');
    expect(spy.answers).toBe(1);
    vi.setSystemTime(Date.now() + 1_000);
    expect((await post(query)).cacheControl).toBe('private, max-age=10');
    expect(spy).toMatchObject({ plans: 2, answers: 1 });
    expect(await calls()).toBe(2);
  });

  test('sends nobody what another caller was answered', async () => {
    const query = list();
    for (let asked = 0; asked < 3; asked++) await post(query);
    expect(spy.answers).toBe(1);
    const other = { 'x-auth-token': roma.restrictedToken };
    expect((await post(query, {}, other)).body).toContain('FORBIDDEN');
    expect((await post(query, {}, { 'x-auth-token': '' })).body).toContain('UNAUTHENTICATED');
    expect((await post(query, {}, { 'x-auth-token': roma.secondToken })).body).toContain('"data":{"certificates":{"nodes"');
    expect(spy.answers).toBe(1);
    expect(await calls()).toBe(3);
  });

  test('keeps no answer with an error, not even one with data beside it', async () => {
    const query = `query Partial { a: certificates(instanceId: "${instanceId}", first: 1) { totalCount } b: certificates(instanceId: "${roma.instanceIds[1]}", first: 7) { totalCount } }`;
    const refusal = { kind: 'answer', status: 403, body: { error_code: 'APIG.1005', error_msg: 'No' } } as const;
    await roma.control.addFaults({ fault: refusal, times: 3, match: { instanceId: roma.instanceIds[1] ?? '' } });
    for (let asked = 0; asked < 3; asked++) {
      const { body, cacheControl } = await post(query);
      expect(body).toContain('FORBIDDEN');
      expect(cacheControl).toBe('no-store');
    }
    expect(spy).toMatchObject({ plans: 2, answers: 0 });
    expect((await post(query)).body).not.toContain('errors');
  });

  test('refuses what its variables make too large, in the same words', async () => {
    const query = `query Large($first: Int, $of: [_Any!]!) { certificates(instanceId: "${instanceId}", first: $first) { nodes { instance { certificates(first: 40) { nodes { id } } } } } _entities(representations: $of) { __typename } }`;
    const rows = { first: 30, of: [] };
    const entities = { first: 1, of: Array.from({ length: 6 }, () => ({ __typename: 'RomaInstance', id: 'i' })) };
    const refused = [await post(query, rows), await post(query, entities)];
    expect(refused.map(({ status }) => status)).toEqual([400, 400]);
    // Accepted nevertheless: the document is not what is wrong.
    await post(query, { first: 1, of: [] });
    expect(spy.plans).toBe(1);
    expect([await post(query, rows), await post(query, entities)]).toEqual(refused);
    expect(spy.plans).toBe(1);
    expect(refused.map(({ body }) => body)).toEqual([
      expect.stringContaining('REQUEST_LIMIT_EXCEEDED'),
      expect.stringContaining('REQUEST_LIMIT_EXCEEDED'),
    ]);
  });

  test('leaves variables that do not fit to Apollo Server', async () => {
    const query = list();
    const before = await post(query, { first: 'many' });
    await post(query, { first: 1 });
    expect(spy.plans).toBe(1);
    expect(await post(query, { first: 'many' })).toEqual(before);
    expect(before.status).toBe(400);
    expect(spy.plans).toBe(1);
  });

  test.each<[name: string, send: (query: string) => RequestInit & { search?: string }, status: number]>([
    ['GET', (query) => ({ search: `?query=${encodeURIComponent(query)}` }), 200],
    [
      'GET with the body of a POST in its address',
      (query) => ({ search: `?query=${encodeURIComponent(query)}&variables={}` }),
      200,
    ],
    [
      'a form',
      (query) => ({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ query }).toString(),
      }),
      400,
    ],
    [
      'JSON that calls itself text',
      (query) => ({
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ query, variables: {} }),
      }),
      400,
    ],
    [
      'a persisted query of a wrong hash',
      (query) => ({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash: 'wrong' } } }),
      }),
      400,
    ],
    [
      'a batch',
      (query) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ query }]) }),
      400,
    ],
    [
      'an empty operation name',
      (query) => ({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, operationName: '' }),
      }),
      400,
    ],
  ])('does not take %s', async (_name, toInit, status) => {
    const query = list();
    await post(query);
    await post(query);
    expect(spy.plans).toBe(1);
    const { search = '', ...init } = toInit(query);
    const headers = { 'router-authorization': 'secret', 'x-auth-token': roma.token, ...init.headers };
    // What a browser sends of itself with a GET is not enough.
    const preflighted = search === '' ? {} : { 'apollo-require-preflight': '1' };
    const response = await app.fetch(`/graphql${search}`, { ...init, headers: { ...headers, ...preflighted } });
    await response.text();
    expect(response.status).toBe(status);
    if (search !== '') expect((await app.fetch(`/graphql${search}`, { headers })).status).toBe(400);
    expect(spy).toMatchObject({ plans: 1, answers: 0 });
  });

  test('is closed to who does not know the router secret', async () => {
    const query = list();
    for (let asked = 0; asked < 3; asked++) await post(query);
    expect(spy.answers).toBe(1);
    expect((await post(query, {}, { 'router-authorization': 'guess' })).status).toBe(401);
    expect(spy).toMatchObject({ plans: 1, answers: 1 });
  });

  test('is counted and logged like the long way', async () => {
    const query = list();
    const count = async (): Promise<number> => {
      const text = await (await app.fetch('/metrics')).text();
      return Number(
        /^http_server_request_duration_seconds_count\{route="\/graphql",method="POST",status="200"\} (\d+)/m.exec(text)?.[1],
      );
    };
    const before = [await count(), lines.length] as const;
    for (let asked = 0; asked < 3; asked++) await post(query);
    expect(spy).toMatchObject({ plans: 1, answers: 1 });
    await expect.poll(() => lines.length).toBe(before[1] + 3);
    expect(await count()).toBe(before[0] + 3);
    const shape = { msg: 'request', method: 'POST', route: '/graphql', status: 200, operation: `Q${names}` };
    for (const line of lines.slice(before[1])) expect(JSON.parse(line)).toMatchObject(shape);
  });

  test('logs and shows the codes of errors', async () => {
    const query = 'query Bad($id: ID!) { certificates(instanceId: $id) { totalCount } }';
    const before = lines.length;
    const [first, second] = [await post(query, { id: '/' }), await post(query, { id: '/' })];
    expect(spy.plans).toBe(1);
    expect(second).toEqual(first);
    await expect.poll(() => lines.length).toBe(before + 2);
    for (const line of lines.slice(before))
      expect(JSON.parse(line)).toMatchObject({ operation: 'Bad', errors: ['BAD_USER_INPUT'] });
  });

  test('takes a body that comes in pieces', async () => {
    const query = list();
    await post(query);
    const { hostname, port } = new URL(app.url);
    const body = JSON.stringify({ query });
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept: */*\r\ncontent-type: application/json\r\nrouter-authorization: secret\r\n` +
        `x-auth-token: ${roma.token}\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    for (const piece of [body.slice(0, 9), body.slice(9)]) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.write(piece);
    }
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK.*"data":\{"certificates"/s);
    expect(spy.plans).toBe(1);
  });

  test('gives up what its client no longer waits for', async () => {
    const query = list();
    await post(query);
    await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, times: 'always' });
    const before = lines.length;
    warnings.length = 0;
    const client = new AbortController();
    const headers = { 'content-type': 'application/json', 'router-authorization': 'secret', 'x-auth-token': roma.token };
    const body = JSON.stringify({ query, variables: { first: 3 } });
    const asked = app.fetch('/graphql', { method: 'POST', headers, body, signal: client.signal });
    await expect.poll(async () => (await roma.control.state()).inFlight).toBe(1);
    expect(spy.plans).toBe(1);
    client.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(async () => (await roma.control.state()).inFlight).toBe(0);
    await expect.poll(() => lines.length).toBe(before + 1);
    expect(JSON.parse(lines[before] ?? '')).toMatchObject({ level: 'info', abandoned: true });
    await (await app.fetch('/health')).text();
    // Nothing is wrong with ROMA Connect.
    expect(warnings).toEqual([]);
  });

  test('is not there with EXPRESS_LANE=off', async () => {
    const { lanes } = spy;
    const off = await start({ EXPRESS_LANE: 'off' });
    const query = list();
    for (let asked = 0; asked < 3; asked++) await post(query, {}, {}, off);
    await off.stop();
    expect(spy).toEqual({ lanes, plans: 0, answers: 0, renewed: 0, remade: 0 });
  });
});

describe('an answer that is too old', () => {
  /** Says the same at any time, other than those with `asOf`. */
  const names = (): string => list().replace(' asOf', '').replace('{ id }', '{ id name }');

  async function askTwice(query: string): Promise<string> {
    await post(query);
    const { body } = await post(query);
    vi.setSystemTime(Date.now() + 2 * TTL_MS);
    await roma.control.clearCalls();
    return body;
  }

  async function rename(): Promise<void> {
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly id: string }[];
    await roma.control.change({ kind: 'update', owner: instanceId, id: row?.id ?? '', values: { name: `Neu_${Date.now()}` } });
  }

  test('is sent again, for as long as a new one, when its only call brings the same', async () => {
    const query = names();
    const before = await askTwice(query);
    expect(await post(query)).toEqual({ status: 200, cacheControl: 'private, max-age=10', body: before });
    expect(spy).toMatchObject({ renewed: 1, remade: 0 });
    expect(await calls()).toBe(1);
    // From now on it is reused as any other.
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 1, answers: 1 });
    expect(await calls()).toBe(1);
  });

  test('is made anew from what the same call brings, when that is something else', async () => {
    const query = names();
    const before = await askTwice(query);
    await rename();
    const { body, cacheControl } = await post(query);
    expect(body).toContain('Neu_');
    expect(body).not.toBe(before);
    expect(cacheControl).toBe('private, max-age=10');
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(1);
  });

  test('is an error when its call fails, after as many calls as for any other', async () => {
    const query = names();
    await askTwice(query);
    const refusal = { kind: 'answer', status: 403, body: { error_code: 'APIG.1005', error_msg: 'No' } } as const;
    await roma.control.addFaults({ fault: refusal, times: 1 });
    const { body, cacheControl } = await post(query);
    expect(body).toContain('FORBIDDEN');
    expect(cacheControl).toBe('no-store');
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(1);
    expect((await post(query)).body).not.toContain('errors');
  });

  test.each(['expired', 'daysUntilExpiry', 'asOf'])('is not renewed with %s, which hangs on the time', async (field) => {
    const query = field === 'asOf' ? list() : names().replace('{ id name }', `{ id ${field} }`);
    await askTwice(query);
    expect((await post(query)).body).toContain(field);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
  });

  test('is not renewed when more than one call went into it', async () => {
    const of = roma.instanceIds
      .slice(0, 2)
      .map((id, at) => `i${at}: certificates(instanceId: "${id}", first: 1) { nodes { id } }`);
    const query = `query Two${Date.now()} { ${of.join(' ')} }`;
    await askTwice(query);
    await post(query);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(2);
  });

  test('takes no call where none is needed', async () => {
    const query = names();
    const before = await askTwice(query);
    // Leaves the whole list behind, read just now.
    await post(
      `query Sorted${Date.now()} { certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { totalCount } }`,
    );
    await post(
      `query Names${Date.now()} { certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { nodes { id } } }`,
    );
    await roma.control.clearCalls();
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(0);
  });

  test('is not renewed once its filter is known to be ignored', async () => {
    await using plain = await start({ CERTIFICATES_CACHE_TTL_MS: '0' });
    const rows = await roma.control.certificates(instanceId);
    const typed = rows.map((row, at) => ({ ...(row as object), algorithm_type: at === 30 ? 'ECC' : 'RSA' }));
    const global = await roma.control.certificates('common');
    await roma.control.replaceCertificates(instanceId, typed);
    await roma.control.replaceCertificates('common', []);
    await roma.control.setSwitches({ ignoredFilters: ['algorithm_type'] });
    const ask = (first: number, name: string) =>
      post(
        `query ${name} { certificates(instanceId: "${instanceId}", first: ${first}, filter: { algorithmType: RSA }) { totalCount nodes { id } } }`,
        {},
        {},
        plain,
      );
    const total = async (answer: Promise<{ body: string }>): Promise<number> =>
      JSON.parse((await answer).body).data.certificates.totalCount;
    for (let asked = 0; asked < 3; asked++) expect(await total(ask(20, 'Few'))).toBe(rows.length);
    expect(spy).toMatchObject({ renewed: 1, remade: 0 });
    // Reaches the row that contradicts.
    expect(await total(ask(40, 'Many'))).toBe(rows.length - 1);
    expect(await total(ask(20, 'Few'))).toBe(rows.length - 1);
    await roma.control.setSwitches({ ignoredFilters: [] });
    await roma.control.replaceCertificates(instanceId, rows);
    await roma.control.replaceCertificates('common', global);
  });

  test('is not renewed when it leaves a whole list behind, which serves others', async () => {
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly name: string }[];
    const ask = (first: number): string =>
      `query Few${Date.now()} { certificates(instanceId: "${instanceId}", first: ${first}, filter: { name: "${row?.name}" }) { totalCount nodes { id } } }`;
    const query = ask(5);
    // The first time for itself, the second time with a plan that has to read.
    for (let asked = 0; asked < 2; asked++) await askTwice(query);
    expect((await post(query)).body).toContain('"totalCount":1,');
    await post(ask(3));
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(1);
  });

  test('is not renewed for a lookup, which waits for no instance that hangs', async () => {
    await roma.control.setSwitches({ maxLimit: 50 });
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly id: string }[];
    const query = `query Lookup${Date.now()} { _entities(representations: [{ __typename: "Certificate", id: "${row?.id}", instanceId: "${instanceId}" }]) { ... on Certificate { name } } }`;
    const before = await askTwice(query);
    expect(before).toContain('name');
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(1);
    await roma.control.setSwitches({ maxLimit: 500 });
  });

  test("is renewed with nobody else's call", async () => {
    const query = names();
    await askTwice(query);
    expect((await post(query, {}, { 'x-auth-token': roma.restrictedToken })).body).toContain('FORBIDDEN');
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
  });

  test('is not renewed with REVALIDATION=off', async () => {
    await using off = await start({ REVALIDATION: 'off' });
    const query = names();
    for (let asked = 0; asked < 3; asked++) {
      await post(query, {}, {}, off);
      vi.setSystemTime(Date.now() + 2 * TTL_MS);
    }
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(3);
  });
});
