import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

const OTHER = 'i-other';

let emulator: Emulator;
let app: App;
let uncached: App;
beforeAll(async () => {
  emulator = await startEmulator({ certificates: 600 });
  app = await startApp({ roma: emulator });
  uncached = await startApp({ roma: emulator, env: { CERTIFICATES_CACHE_TTL_MS: '0' } });
});
afterAll(async () => {
  await app.stop();
  await uncached.stop();
  await emulator.stop();
});
afterEach(async () => {
  await emulator.control.clearFaults();
  await emulator.control.clearCalls();
});

const page = (instanceId: string, first: number) =>
  `{ certificates(instanceId: "${instanceId}", first: ${first}) { nodes { id } } }`;
const calls = async () => (await emulator.control.calls()).total;

async function post(to: App, query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ query, variables });
  return to.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

describe('an upstream answer', () => {
  test('is reused by the next operation of the same caller, and by no other caller', async () => {
    const query = page(emulator.instanceIds[0] ?? OTHER, 7);
    const first = await app.ask(query);
    expect(await app.ask(query)).toEqual(first);
    expect(await calls()).toBe(1);
    await app.ask(query, {}, { 'x-auth-token': emulator.secondToken });
    expect(await calls()).toBe(2);
  });

  test('is not reused when CERTIFICATES_CACHE_TTL_MS is 0', async () => {
    const query = page(emulator.instanceIds[0] ?? OTHER, 7);
    await uncached.ask(query);
    await uncached.ask(query);
    expect(await calls()).toBe(2);
  });

  test('that shows a list whole serves its pages without a call', async () => {
    const instanceId = emulator.instanceIds[1] ?? OTHER;
    await app.ask(`{ certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { nodes { id } } }`);
    const before = await calls();
    const { data } = await app.ask(page(instanceId, 11));
    expect(data.certificates.nodes).toHaveLength(11);
    expect(await calls()).toBe(before);
  });
});

describe('Cache-Control', () => {
  test('says for how long a caller may reuse its answer', async () => {
    const response = await post(app, page(emulator.instanceIds[2] ?? OTHER, 3));
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=(9|10)$/);
    expect(response.headers.get('vary')).toContain('x-auth-token');
  });

  test('is no-store with an error, without reuse, and when nothing was read', async () => {
    const failing = page('i-unknown', 3);
    for (const response of [
      await post(app, failing),
      await post(uncached, page(emulator.instanceIds[2] ?? OTHER, 3)),
      await post(app, '{ __typename }'),
    ]) {
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('joins', () => {
  const entities = 'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Certificate { id name } } }';

  async function someIds(instanceId: string, count: number): Promise<string[]> {
    const { data } = await uncached.ask(page(instanceId, count));
    await emulator.control.clearCalls();
    return data.certificates.nodes.map(({ id }: { id: string }) => id);
  }

  test('of two aliases, which gateways send as two requests, cost what one does', async () => {
    const ids = await someIds(emulator.instanceIds[0] ?? OTHER, 30);
    const refs = ids.map((id) => ({ __typename: 'Certificate', id, instanceId: emulator.instanceIds[0] }));
    const [one, two] = await Promise.all([uncached.ask(entities, { refs }), uncached.ask(entities, { refs })]);
    expect(two).toEqual(one);
    expect(one.data._entities.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(await calls()).toBe(1);
  });

  test('by ID alone ask first where the certificate was seen last', async () => {
    const [id = ''] = await someIds(emulator.instanceIds[2] ?? OTHER, 1);
    const refs = [{ __typename: 'Certificate', id }];
    await uncached.ask(entities, { refs });
    await emulator.control.clearCalls();
    await uncached.ask(entities, { refs });
    expect(Object.keys((await emulator.control.calls()).byInstance)).toEqual([emulator.instanceIds[2]]);
  });

  test('fail one by one, at their index', async () => {
    const [id = ''] = await someIds(emulator.instanceIds[0] ?? OTHER, 1);
    const instanceId = emulator.instanceIds[0];
    const refs = [
      { __typename: 'Certificate', id, instanceId },
      { __typename: 'Certificate', id: 'not an ID' },
      { __typename: 'Nothing', id },
      { __typename: 'Certificate', id: 7 },
      { __typename: 'Certificate' },
      { __typename: 'Certificate', id: 'unknown', instanceId },
      { __typename: 'Certificate', id, instanceId: null },
      { __typename: 'Certificate', id, instanceId: 'i-unknown' },
      { __typename: 'RomaInstance', id: '../x' },
    ];
    const { data, errors = [] } = await app.ask(entities, { refs });
    expect(data._entities.map((found: { id: string } | null) => found?.id ?? null)).toEqual([
      id,
      null,
      null,
      null,
      null,
      null,
      id,
      null,
      null,
    ]);
    expect(errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
      [1, 'BAD_USER_INPUT'],
      [2, 'BAD_USER_INPUT'],
      [3, 'BAD_USER_INPUT'],
      [4, 'BAD_USER_INPUT'],
      [7, 'LOOKUP_INCOMPLETE'],
      [8, 'BAD_USER_INPUT'],
    ]);
    expect(errors.at(-2)?.extensions).toMatchObject({
      retryable: false,
      instances: [{ instanceId: 'i-unknown', code: 'NOT_FOUND', upstream: { status: 404, errorCode: 'APIG.3030' } }],
    });
  });
});
