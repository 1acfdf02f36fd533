import { hash } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  app,
  calls,
  forgetAll,
  instanceId,
  lines,
  list,
  names,
  post,
  roma,
  start,
  startAll,
  stopAll,
  TTL_MS,
  warnings,
} from './laneApp.ts';

/** How often the lane answered, and how. */
const spy = vi.hoisted(() => ({ lanes: 0, plans: 0, answers: 0 }));

vi.mock(import('../../src/graphql/plans/expressLane.ts'), async (importOriginal) => {
  const { watchLane } = await import('./watchLane.ts');
  return watchLane(await importOriginal(), spy);
});

beforeAll(startAll);
afterAll(stopAll);
afterEach(async () => {
  Object.assign(spy, { plans: 0, answers: 0 });
  await forgetAll();
});

describe('the express lane', () => {
  test('runs a document that was accepted before, and sends the same whole answer again', async () => {
    const query = list();
    const answers = [await post(query), await post(query), await post(query)];
    expect(spy).toMatchObject({ plans: 1, answers: 1 });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, cacheControl: 'private, max-age=10' });
    expect(await calls()).toBe(1);
  });

  test('says what is true at the moment of answering, though the rows are reused', async () => {
    const endsAt = new Date(Date.now() + 5_000).toISOString();
    const before = await roma.control.certificates(instanceId);
    const row = { id: 'c-1', type: 'instance', instance_id: instanceId, not_after: endsAt };
    await roma.control.replaceCertificates(instanceId, [row]);
    const query = `{ certificates(instanceId: "${instanceId}", filter: { scope: INSTANCE }) { nodes { expired daysUntilExpiry } } }`;
    for (let times = 0; times < 3; times++) expect((await post(query)).body).toContain('{"expired":false,"daysUntilExpiry":0}');
    vi.setSystemTime(Date.now() + 6_000);
    expect((await post(query)).body).toContain('{"expired":true,"daysUntilExpiry":-1}');
    expect(await calls()).toBe(1);
    await roma.control.replaceCertificates(instanceId, before);
  });

  test('sends no answer again when its reuse time is over, and says how much of it is left', async () => {
    const query = list();
    for (let asked = 0; asked < 2; asked++) await post(query);
    vi.setSystemTime(Date.now() + TTL_MS - 3_000);
    expect((await post(query)).cacheControl).toBe('private, max-age=3');
    expect(spy.answers).toBe(1);
    vi.setSystemTime(Date.now() + 3_000);
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
    const refused = [await post(query, rows)];
    expect(spy.plans).toBe(0);
    refused.push(await post(query, entities));
    expect(spy.plans).toBe(1);
    vi.setSystemTime(Date.now() + TTL_MS);
    await forgetAll();
    const again = `${query} # the other way round`;
    const others = [await post(again, entities), await post(again, rows)].reverse();
    expect(others).toEqual(refused);
    expect(refused.map(({ body }) => body)).toEqual([
      expect.stringContaining('REQUEST_LIMIT_EXCEEDED'),
      expect.stringContaining('REQUEST_LIMIT_EXCEEDED'),
    ]);
  });

  const send = async (body: object | string, to = app) => {
    const headers = { 'router-authorization': 'secret', 'x-auth-token': roma.token, 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return (await to.fetch('/graphql', { method: 'POST', headers, body: text })).json();
  };

  test('takes what says in extensions who sent it', async () => {
    const query = list();
    await post(query);
    const extensions = { clientLibrary: { name: '@apollo/client', version: '4.0.0' } };
    expect(await send({ query, extensions })).toMatchObject({ data: {} });
    expect(spy).toMatchObject({ plans: 1 });
  });

  test('takes persisted queries, with and without their text', async () => {
    const query = list();
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    expect(await send({ extensions })).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    const registered = await send({ query, extensions });
    expect(spy.plans).toBe(0);
    expect(await send({ extensions })).toEqual(registered);
    expect(spy.plans).toBe(1);
    expect(await send({ query, extensions })).toEqual(registered);
    expect(spy.plans).toBe(2);
    // Another text under the same hash.
    expect(await send({ query: `${query} `, extensions })).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(spy.plans).toBe(2);
  });

  test('takes no text with something before it for a document', async () => {
    const query = 'query A { __typename }';
    await send({ query, operationName: 'A' });
    expect(await send({ query, operationName: 'A' })).toEqual({ data: { __typename: 'Query' } });
    for (const before of ['1 A', '0 ', '1 ']) {
      expect(await send({ query: `${before}${query}` })).toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
      });
    }
  });

  test.each([...Object.getOwnPropertyNames(Object.prototype), '__proto', '_', '$'].filter((name) => /^\w+$/.test(name)))(
    'treats a variable named %s as graphql-js does',
    async (name) => {
      const query = `query ($${name}: Int, $s: CertificateScope) { certificates(instanceId: "${instanceId}", first: $${name}, filter: { scope: $s }) { totalCount nodes { instance { certificates(first: $${name}) { totalCount } } } } }`;
      const bodies = ['null', '2', undefined].map(
        (value) => `{"query":${JSON.stringify(query)},"variables":{${value === undefined ? '' : `"${name}":${value}`}}}`,
      );
      await using without = await start({ EXPRESS_LANE: 'off' });
      for (const body of bodies) {
        const expected = await send(body, without);
        for (let time = 0; time < 3; time++) expect(await send(body)).toEqual(expected);
      }
    },
  );

  test('leaves variables that do not fit to Apollo Server', async () => {
    const query = list();
    const before = await post(query, { first: 'many' });
    await post(query, { first: 1 });
    expect(spy.plans).toBe(1);
    expect(await post(query, { first: 'many' })).toEqual(before);
    expect(before.status).toBe(200);
    expect(before.body).toContain('BAD_USER_INPUT');
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
      200,
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
    expect(spy).toEqual({ lanes, plans: 0, answers: 0 });
  });
});
