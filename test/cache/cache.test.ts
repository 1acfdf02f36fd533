import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createCache } from '../../src/cache/createCache.ts';
import { Listing } from '../../src/certificates/listing.ts';
import type { ListCertificates, ListPage } from '../../src/certificates/lists.ts';
import type { Operation } from '../../src/certificates/operation.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { aCertificate } from '../support/certificates.ts';
import { anOperation, asking } from '../support/listUpstream.ts';

const LIST = { instanceId: 'i-1', filter: {} };
const QUERY = { ...LIST, offset: 0, limit: 20 };

/** Calls that stay open until they are answered by the test. */
function heldUpstream() {
  const calls: { answer(page: ListPage): void; fail(error: Error): void; operation: Operation }[] = [];
  const list: ListCertificates = (_query, operation) =>
    new Promise((answer, fail) => {
      operation.budget.spend();
      calls.push({ answer, fail, operation });
      operation.signal.addEventListener('abort', () => fail(operation.signal.reason));
    });
  return { calls, list };
}

function aPage(id = 'c-1'): ListPage {
  return { from: 0, total: 1, rows: [aCertificate({ id })], readAtMs: Date.now() };
}

function as(key: string, signal = new AbortController().signal): Operation {
  return { ...anOperation(10), caller: { key }, signal };
}

const results: string[] = [];
const meter = { request: (result: string) => void results.push(result), stale: () => {}, refresh: () => {} };

beforeEach(() => {
  results.length = 0;
});

describe('reuse', () => {
  test('of an answer costs no call, until its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    try {
      const list = vi.fn(async () => aPage());
      const cache = createCache(asking(list), { ttlMs: 10_000, meter });
      await cache.listCertificates(QUERY, as('a'));
      await cache.listCertificates(QUERY, as('a'));
      vi.advanceTimersByTime(9_999);
      await cache.listCertificates(QUERY, as('a'));
      expect(list).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(2);
      await cache.listCertificates(QUERY, as('a'));
      expect(list).toHaveBeenCalledTimes(2);
      expect(results).toEqual(['miss', 'hit', 'hit', 'miss']);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is off with a time of 0, for pages and for whole lists', async () => {
    const list = vi.fn(async () => aPage());
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    await cache.listCertificates(QUERY, as('a'));
    await cache.listCertificates(QUERY, as('a'));
    cache.heldFor({ key: 'a' }).keep(new Listing(LIST, aPage()));
    expect(list).toHaveBeenCalledTimes(2);
    expect(cache.heldFor({ key: 'a' }).get(LIST)).toBeUndefined();
  });

  test.each([
    ['another caller', QUERY, 'b'],
    ['another instance', { ...QUERY, instanceId: 'i-2' }, 'a'],
    ['another filter', { ...QUERY, filter: { name: 'x' } }, 'a'],
    ['another offset', { ...QUERY, offset: 1 }, 'a'],
    ['another limit', { ...QUERY, limit: 21 }, 'a'],
  ])('is not for %s', async (_what, query, key) => {
    const list = vi.fn(async () => aPage());
    const cache = createCache(asking(list), { ttlMs: 10_000, meter });
    await cache.listCertificates(QUERY, as('a'));
    await cache.listCertificates(query, as(key));
    expect(list).toHaveBeenCalledTimes(2);
  });

  test('is not of what was asked for too early; what then is read is reused', async () => {
    const list = vi.fn<ListCertificates>().mockResolvedValueOnce(aPage('old')).mockResolvedValueOnce(aPage('new'));
    const cache = createCache(asking(list), { ttlMs: 10_000, meter });
    await cache.listCertificates(QUERY, as('a'));
    await cache.listCertificates(QUERY, as('a'), { notBeforeMs: Date.now() + 1 });
    expect((await cache.listCertificates(QUERY, as('a'))).rows[0]?.id).toBe('new');
  });

  test('never is of an error', async () => {
    const list = vi
      .fn<ListCertificates>()
      .mockRejectedValueOnce(new SubgraphError('UPSTREAM_ERROR', 'no'))
      .mockResolvedValue(aPage());
    const cache = createCache(asking(list), { ttlMs: 10_000, meter });
    await expect(cache.listCertificates(QUERY, as('a'))).rejects.toThrow('no');
    await expect(cache.listCertificates(QUERY, as('a'))).resolves.toMatchObject({ total: 1 });
  });

  test('of whole lists finds rows by ID, for their caller only', () => {
    const cache = createCache(
      asking(async () => aPage()),
      { ttlMs: 10_000, meter },
    );
    cache.heldFor({ key: 'a' }).keep(new Listing(LIST, aPage('__proto__')));
    expect(cache.heldFor({ key: 'a' }).get(LIST)?.byId('__proto__')?.id).toBe('__proto__');
    expect(cache.heldFor({ key: 'a' }).get(LIST)?.byId('constructor')).toBeUndefined();
    expect(cache.heldFor({ key: 'b' }).get(LIST)).toBeUndefined();
  });

  test('stays within its bytes when 100,000 rows pass through', async () => {
    const name = 'n'.repeat(50);
    const cache = createCache(
      asking(async ({ offset, limit }) => ({
        from: offset,
        total: 100_000,
        rows: Array.from({ length: limit }, (_, index) => aCertificate({ id: `c-${offset + index}`, name })),
        readAtMs: Date.now(),
      })),
      { ttlMs: 60_000, maxBytes: 1_000_000, meter },
    );
    for (let offset = 0; offset < 100_000; offset += 500)
      await cache.listCertificates({ ...LIST, offset, limit: 500 }, as('a'));
    results.length = 0;
    for (let offset = 0; offset < 100_000; offset += 500) {
      if (offset < 98_500) continue;
      await cache.listCertificates({ ...LIST, offset, limit: 500 }, as('a'));
    }
    // A page of 500 such rows takes about 250 KB, so three or four of 200 are left.
    expect(results.filter((result) => result === 'hit')).toHaveLength(3);
  });
});

describe('calls under way', () => {
  test('are shared by operations of one caller', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    const both = [cache.listCertificates(QUERY, as('a')), cache.listCertificates(QUERY, as('a'))];
    await sleep(0);
    calls[0]?.answer(aPage());
    const [first, second] = await Promise.all(both);
    expect(first).toBe(second);
    expect([calls.length, results]).toEqual([1, ['miss', 'shared']]);
  });

  test('go on when one leaves, and end when the last one does', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = cache.listCertificates(QUERY, as('a', one.signal));
    const second = cache.listCertificates(QUERY, as('a', two.signal));
    await sleep(0);
    one.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(calls[0]?.operation.signal.aborted).toBe(false);
    two.abort(new Error('gone too'));
    await expect(second).rejects.toThrow('gone too');
    expect(calls[0]?.operation.signal.aborted).toBe(true);
  });

  test('are not joined by who needs something newer, and do not replace it when they end late', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 10_000, meter });
    const old = { ...aPage('old'), readAtMs: Date.now() };
    const early = cache.listCertificates(QUERY, as('a'));
    const late = cache.listCertificates(QUERY, as('a'), { notBeforeMs: Date.now() + 1 });
    expect(calls).toHaveLength(2);
    calls[1]?.answer({ ...aPage('new'), readAtMs: Date.now() + 1 });
    expect((await late).rows[0]?.id).toBe('new');
    calls[0]?.answer(old);
    expect((await early).rows[0]?.id).toBe('old');
    expect((await cache.listCertificates(QUERY, as('a'))).rows[0]?.id).toBe('new');
  });

  test('that are given up are joined by nobody', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    const one = new AbortController();
    const first = cache.listCertificates(QUERY, as('a', one.signal));
    await sleep(0);
    one.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    const second = cache.listCertificates(QUERY, as('a'));
    await sleep(0);
    calls[1]?.answer(aPage('c-2'));
    await expect(second).resolves.toMatchObject({ rows: [{ id: 'c-2' }] });
  });

  test('last as long as the latest deadline of those who wait', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    const both = [100, 200].map((deadlineMs) => cache.listCertificates(QUERY, { ...as('a'), deadlineMs }));
    await sleep(0);
    expect(calls[0]?.operation.deadlineMs).toBe(200);
    calls[0]?.answer(aPage());
    await Promise.all(both);
  });

  test('that fail for want of the maker’s budget are made again by the others', async () => {
    const { calls, list } = heldUpstream();
    const cache = createCache(asking(list), { ttlMs: 0, meter });
    const maker = cache.listCertificates(QUERY, as('a'));
    const other = cache.listCertificates(QUERY, as('a'));
    await sleep(0);
    calls[0]?.fail(new SubgraphError('REQUEST_LIMIT_EXCEEDED', 'out of calls'));
    await expect(maker).rejects.toThrow('out of calls');
    await sleep(0);
    calls[1]?.answer(aPage());
    await expect(other).resolves.toMatchObject({ total: 1 });
  });
});

test('no caller ever sees what was read for another, however calls overlap', async () => {
  const step = fc.record({
    caller: fc.constantFrom('a', 'b', 'c'),
    instanceId: fc.constantFrom('i-1', 'i-2'),
    leavesEarly: fc.boolean(),
    ticks: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const cache = createCache(
        asking(async ({ instanceId }, { caller }) => {
          await sleep(0);
          return aPage(`${caller.key}-${instanceId}`);
        }),
        { ttlMs: 60_000, meter },
      );
      const seen: Promise<void>[] = [];
      for (const { caller, instanceId, leavesEarly, ticks } of steps) {
        const client = new AbortController();
        const read = cache.listCertificates({ ...QUERY, instanceId }, as(caller, client.signal));
        seen.push(
          read.then(
            ({ rows }) => expect(rows[0]?.id).toBe(`${caller}-${instanceId}`),
            (error: Error) => expect(error.message).toBe('gone'),
          ),
        );
        if (leavesEarly) client.abort(new Error('gone'));
        for (let tick = 0; tick < ticks; tick++) await null;
      }
      await Promise.all(seen);
    }),
    { numRuns: 200 },
  );
});
