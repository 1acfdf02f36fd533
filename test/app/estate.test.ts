import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf, headersOf } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';

let roma: Emulator;
let app: App;
let ids: [string, string, string];
beforeAll(async () => {
  roma = await startEmulator({ instances: 3 });
  ids = roma.instanceIds as [string, string, string];
  app = await startApp({ env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: '', CERTIFICATES_CACHE_TTL_MS: '0' } });
});
afterEach(async () => {
  await roma.control.clearFaults();
  await roma.control.clearCalls();
});
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const row = (id: string, instance: string, days: number | null, name = id) => ({
  id,
  name,
  type: instance === 'common' ? 'global' : 'instance',
  instance_id: instance,
  san: [`${name}.example.com`],
  ...(days !== null && { not_after: inDays(days) }),
});

/** Three instances with two certificates each, and a global one, which all of them list. */
async function furnish(): Promise<void> {
  await roma.control.replaceCertificates(ids[0], [row('a1', ids[0], 5), row('a2', ids[0], 40)]);
  await roma.control.replaceCertificates(ids[1], [row('b1', ids[1], -3), row('b2', ids[1], null)]);
  await roma.control.replaceCertificates(ids[2], [row('c1', ids[2], 20), row('c2', ids[2], 400)]);
  await roma.control.replaceCertificates('common', [row('g1', 'common', 10)]);
}
beforeAll(furnish);

const ask = (query: string, headers = headersOf('passthrough', roma)) => app.ask(query, {}, headers);
const nodesOf = async (args: string) => {
  const { data, errors } = await ask(`{ certificates${args} { totalCount nodes { id } unread { code } } }`);
  expect(errors).toBeUndefined();
  expect(data.certificates.totalCount).toBe(data.certificates.nodes.length);
  return data.certificates.nodes.map(({ id }: { id: string }) => id).join(' ');
};

describe('one list over all instances', () => {
  test.each([
    ['', 'b1 a1 g1 c1 a2 c2 b2'],
    ['(orderBy: { field: NOT_AFTER })', 'b1 a1 g1 c1 a2 c2 b2'],
    ['(orderBy: { field: NAME, direction: DESC })', 'g1 c2 c1 b2 b1 a2 a1'],
    ['(instanceId: null)', 'b1 a1 g1 c1 a2 c2 b2'],
    ['(filter: { expired: true })', 'b1'],
    ['(filter: { expired: false })', 'a1 g1 c1 a2 c2'],
    ['(filter: { expiresWithinDays: 30 })', 'a1 g1 c1'],
    ['(filter: { search: "1.EXAMPLE" })', 'b1 a1 g1 c1'],
    ['(filter: { scope: GLOBAL })', 'g1'],
    ['(filter: { name: "a1" })', 'a1'],
  ])('certificates%s: %s', async (args, expected) => {
    expect(await nodesOf(args)).toBe(expected);
  });

  test('is paged both ways, and its two spellings of the order are one list', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 4; page++) {
      const order = page % 2 === 0 ? '' : 'orderBy: { field: NOT_AFTER }, ';
      const { data } = await ask(
        `{ certificates(${order}first: 2, after: ${JSON.stringify(after)}) { nodes { id } pageInfo { endCursor hasNextPage } } }`,
      );
      seen.push(...data.certificates.nodes.map(({ id }: { id: string }) => id));
      after = data.certificates.pageInfo.endCursor;
      expect(data.certificates.pageInfo.hasNextPage).toBe(page < 3);
    }
    expect(seen.join(' ')).toBe('b1 a1 g1 c1 a2 c2 b2');
    const { data } = await ask(
      `{ certificates(last: 3, before: ${JSON.stringify(after)}) { nodes { id } pageInfo { hasPreviousPage } } }`,
    );
    expect(data.certificates).toEqual({
      nodes: [{ id: 'c1' }, { id: 'a2' }, { id: 'c2' }],
      pageInfo: { hasPreviousPage: true },
    });
  });

  test('reads each list once an operation, however many aliases ask', async () => {
    await ask(
      '{ a: certificates { totalCount } b: certificates(orderBy: { field: NAME }) { nodes { id } } c: certificates(filter: { expired: true }) { totalCount } }',
    );
    expect((await roma.control.calls()).calls.filter(({ path }) => path === 'list')).toHaveLength(3);
  });

  test('has cursors of its own', async () => {
    const { data } = await ask(
      `{ all: certificates(first: 1) { pageInfo { endCursor } } one: certificates(instanceId: "${ids[0]}", orderBy: { field: NOT_AFTER }, first: 1) { pageInfo { endCursor } } }`,
    );
    const [all, one] = [data.all, data.one].map(({ pageInfo }) => JSON.stringify(pageInfo.endCursor));
    const { errors } = await ask(
      `{ a: certificates(after: ${one}) { totalCount } b: certificates(instanceId: "${ids[0]}", orderBy: { field: NOT_AFTER }, after: ${all}) { totalCount } c: certificates(filter: { expired: true }, after: ${all}) { totalCount } }`,
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['CURSOR_INVALID', 'CURSOR_INVALID', 'CURSOR_INVALID']);
  });

  test('goes on when an instance appears between two pages', async () => {
    const { data } = await ask('{ certificates(first: 2) { nodes { id } pageInfo { endCursor } } }');
    const fourth = await startEmulator({ instances: 1 });
    await fourth.stop();
    await using fewer = await startApp({
      env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: [ids[0], ids[1]].join(), CERTIFICATES_CACHE_TTL_MS: '0' },
    });
    const cursor = JSON.stringify(data.certificates.pageInfo.endCursor);
    const rest = await fewer.ask(`{ certificates(after: ${cursor}) { nodes { id } } }`, {}, headersOf('passthrough', roma));
    expect(rest.data.certificates.nodes.map(({ id }: { id: string }) => id)).toEqual(['g1', 'a2', 'b2']);
  });
});

describe('what could not be read', () => {
  const fail = (instanceId: string, status = 403, code = 'APIG.1005') =>
    roma.control.addFaults({
      fault: { kind: 'answer', status, body: { error_code: code, error_msg: 'No' } },
      match: { instanceId },
      times: 'always',
    });

  test('makes the list incomplete, with each cause', async () => {
    await fail(ids[1]);
    const { data, errors } = await ask('{ certificates { totalCount } }');
    expect(data).toEqual({ certificates: null });
    expect(errors?.[0]).toMatchObject({
      path: ['certificates'],
      extensions: {
        code: 'LIST_INCOMPLETE',
        retryable: false,
        instances: [{ instanceId: ids[1], code: 'FORBIDDEN', upstream: { status: 403, errorCode: 'APIG.1005' } }],
      },
    });
  });

  test('is named beside the rest, if that is asked for', async () => {
    await fail(ids[1], 500, 'APIG.9999');
    const { data, errors } = await ask(
      '{ certificates(partial: true) { totalCount nodes { id } unread { instance { id } code retryable message } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.certificates.nodes.map(({ id }: { id: string }) => id)).toEqual(['a1', 'g1', 'c1', 'a2', 'c2']);
    expect(data.certificates.unread).toEqual([
      { instance: { id: ids[1] }, code: 'UPSTREAM_ERROR', retryable: true, message: expect.any(String) },
    ]);
  });

  test('is not kept: once the instance is well, it is asked again', async () => {
    const query = '{ certificates(partial: true) { unread { code } } }';
    await using sick = await startApp({
      env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: '', CERTIFICATES_CACHE_TTL_MS: '60000' },
    });
    await fail(ids[1], 403, 'APIG.1005');
    const ask = () => sick.ask(query, {}, headersOf('passthrough', roma));
    for (let time = 0; time < 4; time++) expect((await ask()).data.certificates.unread).toEqual([{ code: 'FORBIDDEN' }]);
    const response = await sick.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf('passthrough', roma) },
      body: JSON.stringify({ query }),
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    await roma.control.clearFaults();
    expect((await ask()).data.certificates).toEqual({ unread: [] });
  });

  test('of all instances is never an answer', async () => {
    for (const id of ids) await fail(id);
    const { errors } = await ask('{ certificates(partial: true) { totalCount } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIST_INCOMPLETE', instances: [{}, {}, {}] });
  });

  test('for a token that every instance refuses is UNAUTHENTICATED, in lookups too', async () => {
    await using own = await startApp({ env: { ...envOf('token', roma), ROMA_AUTH_TOKEN: 'wrong' } });
    const { errors } = await own.ask(
      '{ a: certificates(partial: true) { totalCount } b: certificate(id: "a1") { id } c: instances { name } }',
    );
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(new Set(errors?.map(({ path }) => path?.[0]))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('for want of a token is UNAUTHENTICATED without a call', async () => {
    const { errors } = await ask('{ a: certificates { totalCount } b: instances { id } c: certificate(id: "a1") { id } }', {});
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect((await roma.control.calls()).total).toBe(0);
  });

  test('for want of calls is a cause like any other', async () => {
    await using poor = await startApp({
      env: { ...envOf('passthrough', roma), MAX_UPSTREAM_CALLS: '2', CERTIFICATES_CACHE_TTL_MS: '0' },
    });
    const { data } = await poor.ask(
      '{ certificates(partial: true) { nodes { id } unread { code } } }',
      {},
      headersOf('passthrough', roma),
    );
    expect(data.certificates.unread).toEqual([{ code: 'REQUEST_LIMIT_EXCEEDED' }]);
    expect(data.certificates.nodes.length).toBeGreaterThan(0);
  });
});

describe('the instances', () => {
  test('are those that ROMA Connect lists, with their names and states', async () => {
    const { data } = await ask('{ instances { id name status certificates { totalCount } } }');
    expect(data.instances).toEqual(
      ids.map((id) => ({ id, name: expect.any(String), status: expect.any(String), certificates: { totalCount: 3 } })),
    );
  });

  test('are asked for once in a minute, and only where they are needed', async () => {
    await using reusing = await startApp({ env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: '' } });
    const headers = headersOf('passthrough', roma);
    const listed = async () => (await roma.control.calls()).calls.filter(({ path }) => path === 'instances').length;
    await reusing.ask(`{ certificates(instanceId: "${ids[0]}") { totalCount } }`, {}, headers);
    expect(await listed()).toBe(0);
    for (let time = 0; time < 3; time++) await reusing.ask('{ instances { id } certificates { totalCount } }', {}, headers);
    expect(await listed()).toBe(1);
  });

  test('that are configured are not asked for, but their names are', async () => {
    await using configured = await startApp({ env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: `${ids[2]},unknown` } });
    const headers = headersOf('passthrough', roma);
    expect((await configured.ask('{ instances { id } }', {}, headers)).data).toEqual({
      instances: [{ id: ids[2] }, { id: 'unknown' }],
    });
    expect((await roma.control.calls()).calls).toEqual([]);
    const { data } = await configured.ask('{ instances { name } }', {}, headers);
    expect(data.instances).toEqual([{ name: expect.any(String) }, { name: null }]);
  });

  test('that could not be discovered are a cause, not an empty estate', async () => {
    await using fresh = await startApp({ env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: '' } });
    const askFresh = (query: string) => fresh.ask(query, {}, headersOf('passthrough', roma));
    await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, match: { path: 'instances' }, times: 'always' });
    const { errors } = await askFresh(
      '{ a: certificates(partial: true) { totalCount } b: certificate(id: "a1") { id } c: instances { id } }',
    );
    const of = (alias: string) => errors?.find(({ path }) => path?.[0] === alias)?.extensions;
    const incomplete = { instances: [], retryable: true, discovery: { code: 'UPSTREAM_ERROR', upstream: { status: 500 } } };
    expect(of('a')).toMatchObject({ code: 'LIST_INCOMPLETE', ...incomplete });
    expect(of('b')).toMatchObject({ code: 'LOOKUP_INCOMPLETE', ...incomplete });
    expect(of('c')).toMatchObject({ code: 'UPSTREAM_ERROR' });
    // A failure is not reused.
    await roma.control.clearFaults();
    expect((await askFresh('{ certificates { totalCount } }')).data).toEqual({ certificates: { totalCount: 7 } });
  });

  test('of v3 are listed where v2 is not there', async () => {
    await using fresh = await startApp({ env: { ...envOf('passthrough', roma), ROMA_INSTANCE_IDS: '' } });
    const askFresh = (query: string) => fresh.ask(query, {}, headersOf('passthrough', roma));
    await roma.control.addFaults({
      fault: { kind: 'answer', status: 404, body: { error_code: 'APIGW.0101', error_msg: 'no such API' } },
      match: { path: 'instances' },
      times: 'always',
    });
    const { data } = await askFresh('{ instances { id } }');
    expect(data.instances.map(({ id }: { id: string }) => id)).toEqual(ids);
  });
});
