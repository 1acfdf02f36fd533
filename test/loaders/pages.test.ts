import { describe, expect, test } from 'vitest';
import type { ListFilter, ListQuery } from '../../src/certificates/lists.ts';
import type { Operation } from '../../src/certificates/operation.ts';
import type { PageRequest } from '../../src/certificates/pageRequest.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import type { LoadPage, PageQuery } from '../../src/loaders/pages.ts';
import { aCertificate } from '../support/certificates.ts';
import { createListUpstream, type ListUpstream, loadersFor } from '../support/listUpstream.ts';

function aList(length: number): ListUpstream {
  const rows = Array.from({ length }, (_, index) =>
    aCertificate({ id: `c-${index}`, name: `name-${index}`, algorithmType: index % 3 === 0 ? 'ECC' : 'RSA' }),
  );
  return createListUpstream({ 'i-1': rows });
}

function query(page: Partial<PageRequest>, rest: Partial<PageQuery> & { filter?: ListFilter } = {}): PageQuery {
  const { filter = {}, ...other } = rest;
  return {
    list: { instanceId: 'i-1', filter },
    residual: null,
    order: null,
    countOnly: false,
    page: { direction: 'forward', size: 20, cursor: null, ...page },
    ...other,
  };
}

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `c-${from + index}`);

async function idsOf(load: LoadPage, wanted: PageQuery): Promise<string[]> {
  return (await load(wanted)).rows.map(({ id }) => id);
}

describe('calls that a page costs while the list rests', () => {
  test.each<{ name: string; page: Partial<PageRequest>; after?: number; length: number; calls: number; rows: string[] }>([
    { name: 'the first page', page: {}, length: 20_000, calls: 1, rows: ids(0, 20) },
    { name: 'a full first page', page: { size: 500 }, length: 20_000, calls: 1, rows: ids(0, 500) },
    { name: 'a page behind a cursor', page: {}, after: 10_000, length: 20_000, calls: 1, rows: ids(10_001, 10_021) },
    { name: '499 behind a cursor', page: { size: 499 }, after: 10_000, length: 20_000, calls: 1, rows: ids(10_001, 10_500) },
    { name: '500 behind a cursor', page: { size: 500 }, after: 10_000, length: 20_000, calls: 2, rows: ids(10_001, 10_501) },
    {
      name: 'before a cursor',
      page: { direction: 'backward' },
      after: 10_000,
      length: 20_000,
      calls: 1,
      rows: ids(9_980, 10_000),
    },
    {
      name: '500 before a cursor',
      page: { direction: 'backward', size: 500 },
      after: 10_000,
      length: 20_000,
      calls: 2,
      rows: ids(9_500, 10_000),
    },
    { name: 'the last page', page: { direction: 'backward' }, length: 20_000, calls: 2, rows: ids(19_980, 20_000) },
    {
      name: 'a full last page',
      page: { direction: 'backward', size: 500 },
      length: 20_000,
      calls: 2,
      rows: ids(19_500, 20_000),
    },
    { name: 'no rows', page: { size: 0 }, length: 20_000, calls: 1, rows: [] },
    { name: 'an empty list', page: {}, length: 0, calls: 1, rows: [] },
    { name: 'a list shorter than the page', page: {}, length: 5, calls: 1, rows: ids(0, 5) },
  ])('$name: $calls', async ({ page, after, length, calls, rows }) => {
    const upstream = aList(length);
    let cursor: string | null = null;
    if (after !== undefined) {
      // Make the cursor of the row from a page that begins with it.
      const at = await loadersFor(upstream).page(
        query({ direction: 'backward', size: 1, cursor: await cursorBehind(upstream, after) }),
      );
      cursor = at.cursorAt(0);
    }
    upstream.calls.length = 0;
    expect(await idsOf(loadersFor(upstream).page, query({ ...page, cursor }))).toEqual(rows);
    expect(upstream.calls).toHaveLength(calls);
  });

  /** The cursor of the row behind the one at `position`, reached by the sizes that paging allows. */
  async function cursorBehind(upstream: ListUpstream, position: number): Promise<string> {
    let cursor: string | null = null;
    for (let read = 0; read < position + 2; ) {
      const size = Math.min(499, position + 2 - read);
      const page = await loadersFor(upstream, { maxCalls: 1000 }).page(query({ size, cursor }));
      cursor = page.cursorAt(page.rows.length - 1);
      read += page.rows.length;
    }
    return cursor ?? '';
  }
});

describe('windows of one operation', () => {
  test('of several aliases are one call, and the total comes for free', async () => {
    const upstream = aList(1000);
    const { page } = loadersFor(upstream);
    const [first, more, count] = await Promise.all([
      page(query({ size: 10 })),
      page(query({ size: 400 })),
      page(query({}, { countOnly: true })),
    ]);
    expect(upstream.calls).toHaveLength(1);
    expect([first.rows.length, more.rows.length, count.total]).toEqual([10, 400, 1000]);
  });

  test('the total alone asks for one row', async () => {
    const upstream = aList(1000);
    expect((await loadersFor(upstream).page(query({}, { countOnly: true }))).total).toBe(1000);
    expect(upstream.calls).toMatchObject([{ offset: 0, limit: 1 }]);
  });

  test('the total of a sorted list needs no sorting', async () => {
    const upstream = aList(1000);
    const { page } = loadersFor(upstream);
    const count = await page(query({}, { countOnly: true, order: { field: 'NAME', direction: 'ASC' } }));
    expect([count.total, upstream.calls.length]).toEqual([1000, 1]);
  });

  test('of different filters are different calls', async () => {
    const upstream = aList(30);
    const { page } = loadersFor(upstream);
    const [all, ecc] = await Promise.all([page(query({})), page(query({}, { filter: { algorithmType: 'ECC' } }))]);
    expect([all.total, ecc.total, upstream.calls.length]).toEqual([30, 10, 2]);
  });

  test('that follow one another make one call, with the cursor row that both know', async () => {
    const upstream = aList(1000);
    const first = await loadersFor(upstream).page(query({ size: 250 }));
    upstream.calls.length = 0;
    const { page } = loadersFor(upstream);
    const [again, next] = await Promise.all([
      page(query({ size: 250 })),
      page(query({ size: 250, cursor: first.cursorAt(249) })),
    ]);
    expect(upstream.calls).toMatchObject([{ offset: 0, limit: 500 }]);
    expect([...again.rows, ...next.rows].map(({ id }) => id)).toEqual(ids(0, 500));
  });

  test('that come later are served from what the operation has read', async () => {
    const upstream = aList(1000);
    const { page } = loadersFor(upstream);
    await page(query({ size: 50 }));
    const [few, count] = [await page(query({ size: 5 })), await page(query({}, { countOnly: true }))];
    expect([few.rows.length, count.total, upstream.calls.length]).toEqual([5, 1000, 1]);
  });

  test('suffer from a failing call only where they needed its rows', async () => {
    const upstream = aList(1000);
    const first = await loadersFor(upstream).page(query({ size: 500 }));
    upstream.beforeCall = ({ offset }) => {
      if (offset > 400) throw new SubgraphError('UPSTREAM_ERROR', 'no');
    };
    const { page } = loadersFor(upstream);
    const [near, far, count] = await Promise.allSettled([
      page(query({ size: 500 })),
      page(query({ size: 400, cursor: first.cursorAt(499) })),
      page(query({}, { countOnly: true })),
    ]);
    expect([near.status, far.status, count.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('are served from the whole list when that is read anyway', async () => {
    const upstream = aList(700);
    const { page } = loadersFor(upstream);
    const [sorted, plain] = await Promise.all([
      page(query({ size: 5 }, { order: { field: 'NAME', direction: 'DESC' } })),
      page(query({ size: 5 })),
    ]);
    expect(upstream.calls).toHaveLength(2);
    expect(sorted.rows[0]?.name).toBe('name-99');
    expect(plain.rows.map(({ id }) => id)).toEqual(ids(0, 5));
  });
});

describe('an upstream with habits', () => {
  test.each([1, 7, 20, 100])('that clamps at %i rows still fills the page', async (clamp) => {
    const upstream = aList(130);
    upstream.clamp = () => clamp;
    const page = await loadersFor(upstream).page(query({ size: 120 }));
    expect(page.rows.map(({ id }) => id)).toEqual(ids(0, 120));
    expect([page.total, page.hasNext]).toEqual([130, true]);
  });

  test('that returns short pages now and then', async () => {
    const upstream = aList(1300);
    upstream.clamp = () => (upstream.calls.length % 2 === 0 ? 13 : 500);
    const page = await loadersFor(upstream).page(query({ size: 2 }, { order: { field: 'NAME', direction: 'ASC' } }));
    expect([page.total, page.rows[0]?.name]).toEqual([1300, 'name-0']);
  });

  test('that ends before its own total is an error, and no short page', async () => {
    const upstream = aList(10);
    const { listCertificates } = upstream;
    Object.assign(upstream, {
      listCertificates: async (...args: Parameters<typeof listCertificates>) => ({
        ...(await listCertificates(...args)),
        total: 15,
      }),
    });
    await expect(loadersFor(upstream).page(query({}))).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(upstream.calls).toHaveLength(9);
  });

  test('that ignores offsets is an error, and no list of the first rows alone', async () => {
    const upstream = aList(100);
    upstream.clamp = () => 20;
    const { listCertificates } = upstream;
    Object.assign(upstream, {
      listCertificates: (asked: ListQuery, ...rest: [Operation]) => listCertificates({ ...asked, offset: 0 }, ...rest),
    });
    const sorted = query({}, { order: { field: 'NAME', direction: 'ASC' } });
    await expect(loadersFor(upstream).page(sorted)).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  test('that clamps just at the page costs no second call for rows that nobody asked for', async () => {
    const upstream = aList(130);
    upstream.clamp = () => 20;
    expect((await loadersFor(upstream).page(query({}))).rows).toHaveLength(20);
    expect(upstream.calls).toHaveLength(1);
  });

  test('that ignores a filter is noticed by every alias whose rows came with the row that shows it', async () => {
    const upstream = aList(60);
    const rows = upstream.lists.get('i-1') ?? [];
    rows.splice(0, 60, ...rows.toSorted((a, b) => Number(a?.algorithmType === 'RSA') - Number(b?.algorithmType === 'RSA')));
    upstream.ignoresFilters = true;
    const { page } = loadersFor(upstream);
    const filter: ListFilter = { algorithmType: 'ECC' };
    const [few, many] = await Promise.all([page(query({ size: 5 }, { filter })), page(query({ size: 40 }, { filter }))]);
    expect([few.total, many.total]).toEqual([20, 20]);
  });

  test('that ignores a filter is noticed, and the total is the filtered one', async () => {
    const upstream = aList(600);
    upstream.ignoresFilters = true;
    const filter: ListFilter = { algorithmType: 'ECC' };
    const first = await loadersFor(upstream).page(query({ size: 3 }, { filter }));
    expect([first.rows.map(({ id }) => id), first.total, first.hasNext]).toEqual([['c-0', 'c-3', 'c-6'], 200, true]);
    const next = await loadersFor(upstream).page(query({ size: 2, cursor: first.cursorAt(2) }, { filter }));
    expect(next.rows.map(({ id }) => id)).toEqual(['c-9', 'c-12']);
  });

  test('that repeats rows delivers each once', async () => {
    const upstream = aList(4);
    const rows = upstream.lists.get('i-1') ?? [];
    upstream.lists.set('i-1', [...rows, ...rows.slice(2), ...rows.slice(0, 2)]);
    upstream.clamp = () => 3;
    const page = await loadersFor(upstream).page(query({}, { order: { field: 'NAME', direction: 'ASC' } }));
    expect([page.rows.map(({ id }) => id), page.total]).toEqual([ids(0, 4), 4]);
  });

  test('that repeats a row where two calls meet delivers it once all the same', async () => {
    const upstream = aList(1300);
    const rows = upstream.lists.get('i-1') ?? [];
    rows[499] = rows[3] ?? null;
    const page = await loadersFor(upstream).page(query({ size: 500 }, { order: { field: 'NAME', direction: 'ASC' } }));
    expect([page.total, new Set(page.rows).size]).toEqual([1299, 500]);
  });

  test('is not asked anything for a cursor that is none', async () => {
    const upstream = aList(600);
    const sorted = query({ cursor: 'garbage' }, { order: { field: 'NAME', direction: 'ASC' } });
    await expect(loadersFor(upstream).page(sorted)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    expect(upstream.calls).toHaveLength(0);
  });

  test('that grows while it is sorted is sorted with its new end', async () => {
    const upstream = aList(600);
    upstream.beforeCall = () => {
      if (upstream.calls.length === 2) void upstream.lists.get('i-1')?.splice(550, 0, aCertificate({ id: 'new' }));
    };
    const page = await loadersFor(upstream).page(query({}, { order: { field: 'NAME', direction: 'ASC' } }));
    expect(page.total).toBe(601);
  });

  test('that shrinks below what was read before is read again', async () => {
    const upstream = aList(12);
    upstream.clamp = () => 2;
    // Between the first readings of its end, the list loses its middle.
    upstream.beforeCall = ({ offset }) => {
      if (offset === 9 && upstream.lists.get('i-1')?.length === 4) upstream.lists.get('i-1')?.splice(1, 2);
      if (offset === 1 && upstream.lists.get('i-1')?.length === 12) upstream.lists.get('i-1')?.splice(3, 8);
    };
    const page = await loadersFor(upstream).page(query({ direction: 'backward', size: 12 }));
    expect(page.rows.map(({ id }) => id)).toEqual(['c-0', 'c-11']);
  });

  test('that changes at every call ends in an error after three readings', async () => {
    const upstream = aList(1500);
    upstream.beforeCall = () => void upstream.lists.get('i-1')?.shift();
    const sorted = query({}, { order: { field: 'NAME', direction: 'ASC' } });
    await expect(loadersFor(upstream).page(sorted)).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(upstream.calls).toHaveLength(9);
  });

  test('with a row that has no readable ID loses that row and nothing else', async () => {
    const upstream = aList(3);
    upstream.lists.get('i-1')?.splice(1, 0, null);
    const page = await loadersFor(upstream).page(query({}));
    expect([page.rows.map(({ id }) => id), page.total, page.hasNext]).toEqual([ids(0, 3), 4, false]);
  });
});

describe('what an operation cannot afford', () => {
  test('is refused before it is begun, and says what it would have needed', async () => {
    const upstream = aList(5000);
    const sorted = query({}, { order: { field: 'NAME', direction: 'ASC' } });
    await expect(loadersFor(upstream, { maxCalls: 9 }).page(sorted)).rejects.toMatchObject({
      code: 'REQUEST_LIMIT_EXCEEDED',
      message: expect.stringContaining('9 more calls'),
    });
    expect(upstream.calls).toHaveLength(1);
  });
});
