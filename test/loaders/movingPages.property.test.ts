import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { Page } from '../../src/certificates/connection.ts';
import type { Order } from '../../src/certificates/order.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import type { PageQuery } from '../../src/loaders/pages.ts';
import { aCertificate } from '../support/certificates.ts';
import { createListUpstream, type ListUpstream, loadersFor } from '../support/listUpstream.ts';

const INSTANCE = 'i-1';

/** A change of the list: positions are fractions, so that they fit a list of any length. */
type Change = { readonly kind: 'insert' | 'remove'; readonly at: number };

interface Scenario {
  readonly rows: number;
  /** Page sizes, used in turn. */
  readonly sizes: readonly number[];
  /** Changes before each page, used in turn. */
  readonly changes: readonly (readonly Change[])[];
  /** Changes while a page is read, before each call. */
  readonly changesWithin: readonly (readonly Change[])[];
  readonly direction: 'forward' | 'backward';
  readonly clamp: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert' as const, 'remove' as const),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  rows: fc.integer({ min: 0, max: 60 }),
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
  changes: fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: 6 }),
  changesWithin: fc.array(fc.array(change, { maxLength: 2 }), { minLength: 1, maxLength: 4 }),
  direction: fc.constantFrom('forward' as const, 'backward' as const),
  // With one row a call there is no seam to compare at.
  clamp: fc.constantFrom(2, 7, 500),
});

/** The list under change, and which of its first rows have been there all along. */
function createChangingList(count: number): { upstream: ListUpstream; survivors: Set<string>; apply(change: Change): void } {
  let born = count;
  const rows: (Certificate | null)[] = Array.from({ length: count }, (_, index) => toRow(index));
  const upstream = createListUpstream({ [INSTANCE]: rows });
  const survivors = new Set(rows.map((row) => row?.id ?? ''));
  return {
    upstream,
    survivors,
    apply({ kind, at }) {
      const index = Math.floor(at * rows.length);
      if (kind === 'insert') rows.splice(index, 0, toRow(born++));
      else survivors.delete(rows.splice(index, 1)[0]?.id ?? '');
    },
  };
}

/** Names collide on purpose: ties must go by ID. */
function toRow(index: number): Certificate {
  return aCertificate({ id: `c-${index}`, name: index % 5 === 0 ? null : `name-${(index * 7) % 4}` });
}

interface Walk {
  readonly delivered: readonly string[];
  readonly survivors: ReadonlySet<string>;
  /** The code of the error that ended the walk early. */
  readonly error?: string;
}

/** More than the longest list has rows. A list that grows faster than it is paged through is given up then. */
const MAX_PAGES = 120;

type ReadPage = (upstream: ListUpstream, size: number, previous: Page | undefined, scenario: Scenario) => Promise<Page>;

/** Pages through a list from one end to the other while it changes. */
async function walk(played: Scenario, readPage: ReadPage, withinCalls: boolean): Promise<Walk> {
  const { upstream, survivors, apply } = createChangingList(played.rows);
  upstream.clamp = () => played.clamp;
  if (withinCalls) {
    upstream.beforeCall = () => played.changesWithin[upstream.calls.length % played.changesWithin.length]?.forEach(apply);
  }
  const delivered: string[] = [];
  let page: Page | undefined;
  for (let turn = 0; turn < MAX_PAGES; turn++) {
    try {
      page = await readPage(upstream, played.sizes[turn % played.sizes.length] ?? 1, page, played);
    } catch (error) {
      if (!(error instanceof SubgraphError)) throw error;
      const edge = page?.rows.at(played.direction === 'forward' ? -1 : 0);
      if (error.code === 'CURSOR_STALE' && upstream.lists.get(INSTANCE)?.some((row) => row?.id === edge?.id)) {
        throw new Error('the cursor was called stale although its own row is still there');
      }
      return { delivered, survivors, error: error.code };
    }
    const ids = page.rows.map(({ id }) => id);
    if (played.direction === 'forward') delivered.push(...ids);
    else delivered.unshift(...ids);
    if (!(played.direction === 'forward' ? page.hasNext : page.hasPrevious)) return { delivered, survivors };
    played.changes[turn % played.changes.length]?.forEach(apply);
  }
  // Rows were added faster than they were read.
  return { delivered, survivors, error: 'ENDLESS' };
}

function byCursor(order: Order | null): ReadPage {
  return (upstream, size, previous, { direction }) => {
    const edge = direction === 'forward' ? (previous?.rows.length ?? 0) - 1 : 0;
    const query: PageQuery = {
      list: { instanceId: INSTANCE, filter: {} },
      residual: null,
      order,
      page: { direction, size, cursor: previous === undefined ? null : previous.cursorAt(edge) },
      countOnly: false,
    };
    return loadersFor(upstream, { maxCalls: 100_000 }).page(query);
  };
}

/** What peers do: the cursor is an offset. */
const byOffset: ReadPage = async (upstream, size, previous, { direction }) => {
  const { rows } = await upstream.listCertificates({ instanceId: INSTANCE, filter: {}, offset: 0, limit: 500 }, {
    budget: { remaining: 1, spend: () => {} },
  } as never);
  const all = rows.filter((row) => row !== null);
  const from = Number(previous?.cursorAt(0) ?? (direction === 'forward' ? 0 : Math.max(all.length - size, 0)));
  const to = direction === 'forward' ? from + size : previous === undefined ? all.length : Number(previous.cursorAt(1));
  const next = direction === 'forward' ? [to, 0] : [Math.max(from - size, 0), from];
  return {
    rows: all.slice(from, to),
    hasNext: to < all.length,
    hasPrevious: from > 0,
    total: all.length,
    readAtMs: 0,
    cursorAt: (index) => String(next[index]),
  };
};

/** No row that was there all along is skipped or repeated, as far as the walk got. */
function isRight({ delivered, survivors, error }: Walk): boolean {
  const kept = delivered.filter((id) => survivors.has(id));
  return new Set(kept).size === kept.length && (error !== undefined || kept.length === survivors.size);
}

const PARAMETERS = { numRuns: 1000 };

test('pages in the upstream order neither skip nor repeat a row while the list changes between them', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      const walked = await walk({ ...played, clamp: 500 }, byCursor(null), false);
      expect([undefined, 'CURSOR_STALE', 'ENDLESS']).toContain(walked.error);
      expect(isRight(walked)).toBe(true);
    }),
    PARAMETERS,
  );
});

test('nor do they while it changes between the calls of one page of an upstream that clamps', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      expect(isRight(await walk(played, byCursor(null), true))).toBe(true);
    }),
    PARAMETERS,
  );
});

test.each(['ASC', 'DESC'] as const)(
  'pages of a sorted list (%s) always arrive, and are right, whatever changes between them',
  async (direction) => {
    await fc.assert(
      fc.asyncProperty(scenario, async (played) => {
        const walked = await walk({ ...played, clamp: 500 }, byCursor({ field: 'NAME', direction }), false);
        expect([undefined, 'ENDLESS']).toContain(walked.error);
        expect(isRight(walked)).toBe(true);
      }),
      PARAMETERS,
    );
  },
);

test('a sorted list that changes while it is read is right, or an error', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) => {
      const order = { field: 'NAME', direction: 'ASC' } as const;
      // Changes by insertion alone: a removal that an insertion makes up for can hide where no row is shared (docs/pagination.md).
      const changesWithin = played.changesWithin.map((changes) => changes.filter(({ kind }) => kind === 'insert'));
      expect(isRight(await walk({ ...played, changesWithin }, byCursor(order), true))).toBe(true);
    }),
    PARAMETERS,
  );
});

test('control: offset cursors fail the same property', async () => {
  const outcome = await fc.check(
    fc.asyncProperty(scenario, async (played) => isRight(await walk({ ...played, clamp: 500 }, byOffset, false))),
    PARAMETERS,
  );
  expect(outcome.failed).toBe(true);
});

test('control: offset cursors pass it while the list rests', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (played) =>
      isRight(await walk({ ...played, changes: [[]], clamp: 500 }, byOffset, false)),
    ),
    PARAMETERS,
  );
});
