import { deflateRawSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { createCache } from '../../src/cache/createCache.ts';
import { createGuardedStore } from '../../src/cache/guardedStore.ts';
import { decodeList, encodeList } from '../../src/cache/listCodec.ts';
import { createSharedLists } from '../../src/cache/sharedLists.ts';
import { Listing } from '../../src/certificates/listing.ts';
import type { ListCertificates, ListPage } from '../../src/certificates/lists.ts';
import type { AskRoma } from '../../src/roma/Endpoint.ts';
import { certificateDetails } from '../../src/roma/endpoints/certificateDetails.ts';
import { aCertificate } from '../support/certificates.ts';
import { anOperation, asking } from '../support/listUpstream.ts';

const LIST = { instanceId: 'i-1', filter: {} };
const QUERY = { ...LIST, offset: 0, limit: 20 };
const silent = { request: () => {}, stale: () => {}, refresh: () => {}, read: () => {}, write: () => {} };
const SECRET = Buffer.from('a secret');
const SCOPE = ['https://roma.example.com', 'p-1'];

/** What stands for Redis: a map that tests look into, and tamper with. */
function aStore() {
  const values = new Map<string, Buffer>();
  const ttlsMs: number[] = [];
  const store = {
    get: async (key: string) => values.get(key) ?? null,
    async set(key: string, value: Buffer, ttlMs: number) {
      ttlsMs.push(ttlMs);
      values.set(key, value);
    },
    add: async () => true,
    trouble: () => undefined,
    reconnect() {},
    close() {},
  };
  return { values, ttlsMs, guarded: createGuardedStore(store, { meter: silent }) };
}

interface ReplicaOptions {
  readonly secret?: Buffer;
  readonly scope?: readonly string[];
  readonly ttlMs?: number;
}

function aReplica({ guarded }: ReturnType<typeof aStore>, list: ListCertificates, options: ReplicaOptions = {}) {
  const { secret = SECRET, scope = SCOPE, ttlMs = 10_000 } = options;
  const replicas = createSharedLists({ store: guarded, secret, scope, ttlMs });
  return createCache(asking(list), { ttlMs, meter: silent, replicas });
}

const DETAILS = { id: 'c-1', instanceId: 'i-1' };

describe('what is no list', () => {
  /** Details that say how often they were asked for; those of a certificate that is gone say nothing. */
  function aReplicaOfDetails({ guarded }: ReturnType<typeof aStore>, gone = false) {
    let calls = 0;
    const ask: AskRoma = async (endpoint, query) => {
      calls++;
      const decoding = { query, askedAtMs: Date.now(), unknownValue: () => {} };
      const code = gone ? 'APIG.3021' : undefined;
      const answer = gone
        ? endpoint.decodeRefusal?.(code, decoding)
        : endpoint.decode({ id: 'c-1', type: 'global', serial_number: `${calls}`, san: ['a.example'] }, decoding);
      if (answer === undefined) throw new Error('no answer');
      return answer;
    };
    const replicas = createSharedLists({ store: guarded, secret: SECRET, scope: SCOPE, ttlMs: 10_000 });
    const { read } = createCache(ask, { ttlMs: 10_000, meter: silent, replicas });
    return {
      read: (caller = 'a') => read(certificateDetails, DETAILS, { ...anOperation(10), caller: { key: caller } }),
      calls: () => calls,
    };
  }

  test('is shared, too, by caller', async () => {
    const store = aStore();
    const [one, other] = [aReplicaOfDetails(store), aReplicaOfDetails(store)];
    const first = await one.read();
    await vi.waitFor(() => expect(store.values.size).toBe(1));
    expect(await other.read()).toEqual(first);
    expect(await other.read()).toEqual(first);
    expect([one.calls(), other.calls()]).toEqual([1, 0]);
    await other.read('b');
    expect(other.calls()).toBe(1);
  });

  test('is not kept while it is not there', async () => {
    const store = aStore();
    const { read, calls } = aReplicaOfDetails(store, true);
    expect(await read()).toMatchObject({ found: null });
    await read();
    expect([calls(), store.values.size]).toEqual([2, 0]);
  });
});

function rowsOf(count: number) {
  return Array.from({ length: count }, (_, index) =>
    aCertificate({ id: `c-${index}`, subjectAlternativeNames: ['a.example'] }),
  );
}

function upstreamOf(count: number) {
  const rows = rowsOf(count);
  return vi.fn<ListCertificates>(async ({ offset, limit }) => ({
    from: offset,
    total: count,
    rows: rows.slice(offset, offset + limit),
    readAtMs: Date.now(),
  }));
}

const as = (key: string) => ({ ...anOperation(10), caller: { key } });

describe('what one replica has read', () => {
  test('the other does not ask for', async () => {
    const store = aStore();
    const [first, second] = [upstreamOf(3), upstreamOf(3)];
    const page = await aReplica(store, first).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const again = await aReplica(store, second).listCertificates(QUERY, as('a'));
    expect(again).toEqual(page);
    expect(second).not.toHaveBeenCalled();
  });

  test('is frozen for the other, too', async () => {
    const store = aStore();
    await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const { rows } = await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    expect([rows, rows[0], rows[0]?.subjectAlternativeNames].every(Object.isFrozen)).toBe(true);
  });

  test('whole serves all pages of the other, and its lookups', async () => {
    const store = aStore();
    aReplica(store, upstreamOf(30))
      .heldFor({ key: 'a' })
      .keep(new Listing(LIST, { from: 0, rows: rowsOf(30), total: 30, readAtMs: Date.now() }));
    await vi.waitUntil(() => store.values.size === 1);
    const upstream = upstreamOf(30);
    const other = aReplica(store, upstream);
    const [page, tail] = await Promise.all([
      other.listCertificates({ ...LIST, offset: 5, limit: 2 }, as('a')),
      other.listCertificates({ ...LIST, offset: 28, limit: 20 }, as('a')),
    ]);
    expect([page.rows.map((row) => row?.id), page.total, tail.rows.length]).toEqual([['c-5', 'c-6'], 30, 2]);
    expect(other.heldFor({ key: 'a' }).get(LIST)?.byId('c-7')?.id).toBe('c-7');
    expect(upstream).not.toHaveBeenCalled();
  });

  test('is stored for what is left of its time', async () => {
    const store = aStore();
    const upstream: ListCertificates = async () => ({ from: 0, total: 0, rows: [], readAtMs: Date.now() - 9_000 });
    await aReplica(store, upstream).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    expect(store.ttlsMs[0]).toBeGreaterThan(0);
    expect(store.ttlsMs[0]).toBeLessThanOrEqual(1_000);
  });

  test.each([
    ['another caller', QUERY, 'b', {}],
    ['another instance', { ...QUERY, instanceId: 'i-2' }, 'a', {}],
    ['another filter', { ...QUERY, filter: { name: 'x' } }, 'a', {}],
    ['another project', QUERY, 'a', { scope: [SCOPE[0] ?? '', 'p-2'] }],
    ['another ROMA Connect', QUERY, 'a', { scope: ['https://other.example.com', 'p-1'] }],
    ['another secret', QUERY, 'a', { secret: Buffer.from('another') }],
  ])('is not for %s', async (_what, query, key, options) => {
    const store = aStore();
    await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const upstream = upstreamOf(3);
    await aReplica(store, upstream, options).listCertificates(query, as(key));
    expect(upstream).toHaveBeenCalledTimes(1);
  });

  test('is not taken for an answer that has to be fresh, and is replaced by it', async () => {
    const store = aStore();
    await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const upstream = upstreamOf(4);
    expect((await aReplica(store, upstream).listCertificates(QUERY, as('a'), { notBeforeMs: Date.now() + 1 })).total).toBe(4);
    await vi.waitUntil(() => store.ttlsMs.length === 2);
    expect((await aReplica(store, upstreamOf(5)).listCertificates(QUERY, as('a'))).total).toBe(4);
  });

  test.each([
    ['too old', -10_001],
    ['from the future', 60_000],
  ])('is asked for again when it is %s', async (_what, ageMs) => {
    const store = aStore();
    const upstream: ListCertificates = async () => ({ from: 0, total: 0, rows: [], readAtMs: Date.now() + ageMs });
    await aReplica(store, upstream, { ttlMs: 60_000 }).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const other = upstreamOf(3);
    await aReplica(store, other).listCertificates(QUERY, as('a'));
    expect(other).toHaveBeenCalledTimes(1);
  });
});

describe('what stands in the store', () => {
  test('names neither callers nor what they asked for', async () => {
    const store = aStore();
    await aReplica(store, upstreamOf(1)).listCertificates({ ...QUERY, instanceId: 'canary' }, as('caller'));
    await vi.waitUntil(() => store.values.size === 1);
    expect([...store.values.keys()]).toEqual([expect.stringMatching(/^roma-certificates:[\w-]{8}:[\w-]{43}$/)]);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['with a bit that fell over', (bytes) => Buffer.from(bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte)))],
    ['text', () => Buffer.from('{"total":1}')],
    ['without our tag', (bytes) => Buffer.concat([Buffer.alloc(16), bytes.subarray(16)])],
  ])('%s is asked for again', async (_what, tamper) => {
    const store = aStore();
    await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    for (const [key, value] of store.values) store.values.set(key, tamper(value));
    const upstream = upstreamOf(3);
    await aReplica(store, upstream).listCertificates(QUERY, as('a'));
    expect(upstream).toHaveBeenCalledTimes(1);
  });

  test('for one caller is nothing under the key of another', async () => {
    const store = aStore();
    await aReplica(store, upstreamOf(3)).listCertificates(QUERY, as('a'));
    await vi.waitUntil(() => store.values.size === 1);
    const [mine = Buffer.alloc(0)] = store.values.values();
    const get = store.values.get.bind(store.values);
    store.values.get = (key) => get(key) ?? mine;
    const upstream = upstreamOf(3);
    await aReplica(store, upstream).listCertificates(QUERY, as('b'));
    expect(upstream).toHaveBeenCalledTimes(1);
  });
});

describe('lists as bytes', () => {
  const full = aCertificate({
    id: 'c-1',
    scope: 'GLOBAL',
    algorithmType: 'SM2',
    notAfter: '2030-01-02T03:04:05.678Z',
    name: '名',
  });
  const list: ListPage = { from: 0, total: 7, readAtMs: 1_700_000_000_000, rows: [full, null] };

  test('are the same lists again', async () => {
    expect(await decodeList(await encodeList(list))).toEqual(list);
  });

  const row = Object.values(full);
  const withCell = (index: number, value: unknown) => [0, 7, 1, [row.map((cell, at) => (at === index ? value : cell))]];
  test.each<[string, unknown]>([
    ['an object', {}],
    ['too few parts', [0, 7, 1]],
    ['no count', [0, '7', 1, []]],
    ['a negative count', [0, -1, 1, []]],
    ['a negative position', [-1, 7, 1, []]],
    ['no time', [0, 7, null, []]],
    ['no rows', [0, 7, 1, 'rows']],
    ['a row that is none', [0, 7, 1, ['row']]],
    ['a row with too few cells', [0, 7, 1, [row.slice(1)]]],
    ['a row with too many', [0, 7, 1, [[...row, 1]]]],
    ['an ID that is none', withCell(0, '../x')],
    ['a name that is no text', withCell(3, 3)],
    ['an unknown scope', withCell(4, 'WORLD')],
    ['names that are no texts', withCell(6, [1])],
    ['a time that is none', withCell(9, 'soon')],
    ['a flag that is none', withCell(12, 'yes')],
  ])('with %s are none', async (_what, value) => {
    expect(await decodeList(deflateRawSync(JSON.stringify(value)))).toBeUndefined();
  });

  test('that would fill the memory are not unpacked', async () => {
    await expect(decodeList(deflateRawSync(Buffer.alloc(17 * 1024 * 1024)))).rejects.toThrow();
  });
});
