import type { Certificate } from '../../src/certificates/certificate.ts';
import { matchesListFilter } from '../../src/certificates/filter.ts';
import type { HeldLists } from '../../src/certificates/heldLists.ts';
import type { Hints } from '../../src/certificates/hints.ts';
import type { ListCertificates, ListQuery } from '../../src/certificates/lists.ts';
import type { Operation } from '../../src/certificates/operation.ts';
import { createLoaders, type Loaders } from '../../src/loaders/loaders.ts';
import type { AskRoma } from '../../src/roma/Endpoint.ts';
import { certificateList } from '../../src/roma/endpoints/certificateList.ts';

export interface ListUpstream {
  /** The rows by instance, open to change at any time. */
  readonly lists: Map<string, (Certificate | null)[]>;
  readonly calls: ListQuery[];
  /** Runs before each call is answered: the place to change a list while it is read. */
  beforeCall: (query: ListQuery) => void | Promise<void>;
  /** Rows that one call returns at most, whatever it asks for. */
  clamp: (query: ListQuery) => number;
  /** Whether conditions are applied at all. */
  ignoresFilters: boolean;
  readonly listCertificates: ListCertificates;
}

/** An upstream as a plain function over arrays: pure loaders need no sockets. */
export function createListUpstream(lists: Record<string, (Certificate | null)[]>): ListUpstream {
  const upstream: ListUpstream = {
    lists: new Map(Object.entries(lists)),
    calls: [],
    beforeCall: () => {},
    clamp: () => 500,
    ignoresFilters: false,
    async listCertificates(query, { budget }) {
      budget.spend();
      upstream.calls.push(query);
      await upstream.beforeCall(query);
      const rows = upstream.lists.get(query.instanceId) ?? [];
      const matching = upstream.ignoresFilters
        ? rows
        : rows.filter((row) => row === null || matchesListFilter(row, query.filter));
      const limit = Math.min(query.limit, upstream.clamp(query));
      return {
        from: query.offset,
        total: matching.length,
        rows: matching.slice(query.offset, query.offset + limit),
        readAtMs: upstream.calls.length,
      };
    },
  };
  return upstream;
}

/** What asks for lists alone. */
export function asking(list: ListCertificates): AskRoma {
  return async (endpoint, query, operation) => {
    if (endpoint.name !== certificateList.name) throw new Error(`There is no ${endpoint.name} here.`);
    // biome-ignore lint/suspicious/noExplicitAny: it is the list, and so is what it is asked and answers
    return (await list(query as any, operation)) as any;
  };
}

/** Loaders for one operation. */
export function loadersFor(
  upstream: ListUpstream,
  options: { maxCalls?: number; instanceIds?: string[]; held?: HeldLists } = {},
): Loaders {
  const { maxCalls = 200, instanceIds = [...upstream.lists.keys()], held = NOTHING_HELD } = options;
  return createLoaders({
    listCertificates: upstream.listCertificates,
    read: asking(upstream.listCertificates),
    operation: anOperation(maxCalls),
    held,
    instanceIds,
    nowMs: Date.now(),
    meter: { windowsMerged: () => {}, walked: () => {}, looksInto: () => {}, cursorReanchored: () => {} },
  });
}

const NOTHING_HELD: HeldLists = {
  get: () => undefined,
  takeRoom: async () => () => {},
  keep: () => {},
  hints: {
    noteIgnored: () => {},
    isIgnored: () => false,
    lengthOf: () => undefined,
    noteLacksDetails: () => {},
    lacksDetails: () => false,
    lastSeenIn: () => undefined,
    sawIn: () => {},
  },
};

/** Nothing is held, but something is known. */
export function hinted(hints: Partial<Hints>): HeldLists {
  return { ...NOTHING_HELD, hints: { ...NOTHING_HELD.hints, ...hints } };
}

export function anOperation(maxCalls: number): Operation {
  let spent = 0;
  return {
    caller: { key: 'test' },
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    budget: {
      get remaining() {
        return maxCalls - spent;
      },
      spend() {
        if (spent === maxCalls) throw new Error('the test operation is out of calls');
        spent++;
      },
    },
  };
}
