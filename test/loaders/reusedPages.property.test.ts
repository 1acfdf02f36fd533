import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCache, type Source } from '../../src/cache/createCache.ts';
import { createGuardedStore } from '../../src/cache/guardedStore.ts';
import { createSharedLists } from '../../src/cache/sharedLists.ts';
import type { Certificate } from '../../src/certificates/certificate.ts';
import type { Page } from '../../src/certificates/connection.ts';
import type { ResidualFilter } from '../../src/certificates/filter.ts';
import type { ListFilter } from '../../src/certificates/lists.ts';
import type { Order } from '../../src/certificates/order.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { aCertificate } from '../support/certificates.ts';
import { anOperation, asking, createListUpstream, loadersFor } from '../support/listUpstream.ts';

// Cursors, reuse and the clock together: two replicas share a store, time passes at random, and the list changes meanwhile.

const INSTANCE = 'i-1';
const OTHERS = ['i-2', 'i-3'] as const;
const TTL_MS = 2_000;
const SCOPE = ['https://roma.example.com', 'p-1'];

type Kind = 'upstream order' | 'ignored filter' | 'sorted' | 'filtered here' | 'all instances';

const kinds: Record<Kind, { filter: ListFilter; residual: ResidualFilter | null; order: Order | null }> = {
  'upstream order': { filter: {}, residual: null, order: null },
  'ignored filter': { filter: { algorithmType: 'RSA' }, residual: null, order: null },
  sorted: { filter: {}, residual: null, order: { field: 'NAME', direction: 'ASC' } },
  'all instances': { filter: {}, residual: null, order: { field: 'NAME', direction: 'ASC' } },
  'filtered here': { filter: {}, residual: { expiresAfter: '2000-01-01T00:00:00Z' }, order: null },
};

type Event =
  | { readonly kind: 'insert'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'pass'; readonly ms: number }
  /** Somebody else reads a page, which leaves it for others. */
  | { readonly kind: 'read'; readonly replica: number; readonly pages: number };

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at }),
  fc.record({ kind: fc.constant('remove' as const), at }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 100, 700, 1_100, 2_100) }),
  fc.record({ kind: fc.constant('read' as const), replica: fc.nat({ max: 1 }), pages: fc.integer({ min: 1, max: 4 }) }),
);
const scenario = fc.record({
  rows: fc.integer({ min: 0, max: 30 }),
  size: fc.integer({ min: 1, max: 10 }),
  before: fc.array(event, { maxLength: 8 }),
  between: fc.array(fc.array(event, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
  replicas: fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 4 }),
  direction: fc.constantFrom('forward' as const, 'backward' as const),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(Object.keys(kinds) as Kind[])(
  'pages (%s) that come from reuse, of one replica or another, neither skip nor repeat a row that was there all along',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(scenario, async (played) => {
        await play(played, kind);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);

async function play({ rows: count, size, before, between, replicas, direction }: Scenario, kind: Kind): Promise<void> {
  let born = 0;
  const bornAtMs = new Map<string, number>();
  const create = (): Certificate => {
    const id = `c-${born++}`;
    bornAtMs.set(id, Date.now());
    return aCertificate({ id, name: `name-${(born * 7) % 5}`, notAfter: '2030-01-01T00:00:00Z', algorithmType: 'RSA' });
  };
  const rows: (Certificate | null)[] = Array.from({ length: count }, create);
  // A row that contradicts the filter shows that it is ignored.
  rows.push(aCertificate({ id: 'other', algorithmType: 'ECC', notAfter: '1999-01-01T00:00:00Z' }));
  const removed = new Set<string>();
  /** Only a list over all instances has more than one. */
  const lists = kind === 'all instances' ? [rows, ...OTHERS.map(() => [create(), create()])] : [rows];
  const listAt = (at: number) => lists[Math.floor(at * 997) % lists.length] as (Certificate | null)[];
  const upstream = createListUpstream(Object.fromEntries(lists.map((list, at) => [[INSTANCE, ...OTHERS][at], list])));
  upstream.ignoresFilters = true;
  const store = new Map<string, Buffer>();
  const sources = [createReplica(), createReplica()];
  vi.setSystemTime(Date.now() + 1);

  function createReplica(): Source {
    const silent = { request: () => {}, stale: () => {}, refresh: () => {}, read: () => {}, write: () => {} };
    const guarded = createGuardedStore(
      {
        get: async (key) => store.get(key) ?? null,
        set: async (key, value) => void store.set(key, value),
        add: async () => true,
        trouble: () => undefined,
        reconnect() {},
        close() {},
      },
      { meter: silent, patienceMs: 10_000 },
    );
    const shared = createSharedLists({ store: guarded, secret: Buffer.from('secret'), scope: SCOPE, ttlMs: TTL_MS });
    const list: typeof upstream.listCertificates = async (query, operation) => {
      const readAtMs = Date.now();
      return { ...(await upstream.listCertificates(query, operation)), readAtMs };
    };
    return createCache(asking(list), { ttlMs: TTL_MS, meter: silent, replicas: shared });
  }

  async function read(replica: number, cursor: string | null): Promise<Page> {
    const { listCertificates, heldFor } = sources[replica] as Source;
    const { filter, residual, order } = kinds[kind];
    const operation = anOperation(10_000);
    const loaders = loadersFor({ ...upstream, listCertificates }, { maxCalls: 10_000, held: heldFor(operation.caller) });
    const page = { direction, size, cursor };
    if (kind === 'all instances') return (await loaders.estatePage({ filter, residual, order, page, partial: false })).page;
    return loaders.page({ list: { instanceId: INSTANCE, filter }, residual, order, page, countOnly: false });
  }

  /** Leaves the list of one instance that is newer than those of the others. */
  async function readOne(replica: number, instanceId: string): Promise<void> {
    const { listCertificates, heldFor } = sources[replica] as Source;
    const operation = anOperation(10_000);
    const loaders = loadersFor({ ...upstream, listCertificates }, { maxCalls: 10_000, held: heldFor(operation.caller) });
    const page = { direction: 'forward' as const, size: 1, cursor: null };
    await loaders.page({ list: { instanceId, filter: {} }, residual: null, order: kinds[kind].order, page, countOnly: false });
  }

  async function apply(happening: Event): Promise<void> {
    if (happening.kind === 'pass') vi.setSystemTime(Date.now() + happening.ms);
    else if (happening.kind === 'insert') {
      const list = listAt(happening.at);
      list.splice(Math.floor(happening.at * list.length), 0, create());
    } else if (happening.kind === 'remove') {
      const list = listAt(happening.at);
      const [gone] = list.splice(Math.floor(happening.at * list.length), 1);
      if (gone) removed.add(gone.id);
    } else if (kind === 'all instances' && happening.pages > 1) {
      await readOne(happening.replica, OTHERS[happening.pages % OTHERS.length] as string);
    } else {
      let page = await read(happening.replica, null);
      for (let more = 1; more < happening.pages && nextOf(page) !== null; more++) {
        const next = await read(happening.replica, nextOf(page)).catch(allowStale);
        if (next === null) return;
        page = next;
      }
    }
  }

  /** The cursor of the next page, if there is one. */
  function nextOf(page: Page): string | null {
    const isForward = direction === 'forward';
    if (!(isForward ? page.hasNext : page.hasPrevious) || page.rows.length === 0) return null;
    return page.cursorAt(isForward ? page.rows.length - 1 : 0);
  }

  for (const happening of before) await apply(happening);
  vi.setSystemTime(Date.now() + 1);
  const first = await read(replicas[0] ?? 0, null);
  const delivered = first.rows.map(({ id }) => id);
  let page = first;
  for (let turn = 0; turn < 200; turn++) {
    const cursor = nextOf(page);
    if (cursor === null) break;
    for (const happening of between[turn % between.length] ?? []) await apply(happening);
    vi.setSystemTime(Date.now() + 1);
    const next = await read(replicas[(turn + 1) % replicas.length] ?? 0, cursor).catch(allowStale);
    if (next === null) return;
    expect(next.readAtMs).toBeGreaterThanOrEqual(page.readAtMs);
    page = next;
    delivered.push(...page.rows.map(({ id }) => id));
    // Rows that come faster than they are read have no end.
    if (turn === 199) return;
  }
  const survivors = [...bornAtMs].filter(([id, ms]) => ms < first.readAtMs && !removed.has(id)).map(([id]) => id);
  const kept = delivered.filter((id) => survivors.includes(id));
  expect(kept.toSorted()).toEqual(survivors.toSorted());
}

/** Every row that the cursor remembers is gone. */
function allowStale(error: unknown): null {
  if (error instanceof SubgraphError && error.code === 'CURSOR_STALE') return null;
  throw error;
}
