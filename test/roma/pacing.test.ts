import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ListPage } from '../../src/certificates/lists.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { createPacing } from '../../src/roma/resilience/pacing.ts';
import { retrying } from '../../src/roma/resilience/retry.ts';
import { createRetryBudget } from '../../src/roma/resilience/retryBudget.ts';
import { aMeter, anOperation, aQuery, type CallForList } from './anOperation.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const PAGE: ListPage = { from: 0, total: 0, rows: [], readAtMs: 0 };
const DEADLINE_MS = 9_750;

type Admits = () => boolean;

/** The three ways in which gateways count calls per second. */
const limiters = {
  'fixed window': (rate: number): Admits => {
    let window = 0;
    let calls = 0;
    return () => {
      const now = Math.floor(Date.now() / 1_000);
      calls = now === window ? calls + 1 : 1;
      window = now;
      return calls <= rate;
    };
  },
  'sliding window': (rate: number): Admits => {
    let calls: number[] = [];
    return () => {
      calls = calls.filter((at) => at > Date.now() - 1_000);
      if (calls.length >= rate) return false;
      calls.push(Date.now());
      return true;
    };
  },
  'token bucket': (rate: number): Admits => {
    let tokens = rate;
    let atMs = Date.now();
    return () => {
      tokens = Math.min(rate, tokens + ((Date.now() - atMs) * rate) / 1_000);
      atMs = Date.now();
      if (tokens < 1) return false;
      tokens--;
      return true;
    };
  },
};

interface Upstream {
  readonly admits: Admits;
  readonly retryAfterMs?: number | undefined;
}

function setUp({ admits, retryAfterMs }: Upstream) {
  let calls = 0;
  const upstream: CallForList = async ({ place }) => {
    calls++;
    await new Promise((answered) => setTimeout(answered, 20));
    if (admits()) return PAGE;
    const refusal = new SubgraphError('UPSTREAM_RATE_LIMITED', 'throttled', {
      upstream: { status: 429 },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
    throw Object.assign(refusal, { place });
  };
  const pacing = createPacing();
  const list = retrying(pacing.paced(upstream), { budget: createRetryBudget(), pacing, meter: aMeter() });
  const operation = (key = 'key') => ({ ...anOperation({ deadlineMs: Date.now() + DEADLINE_MS }), caller: { key } });
  /** One page tells how long the list is, and the rest is read side by side. */
  async function walk(pages: number): Promise<void> {
    const walking = operation();
    await list(aQuery(), walking);
    const rest = Array.from({ length: pages - 1 }).values();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const _ of rest) await list(aQuery(), walking);
      }),
    );
  }
  return { list, operation, walk, calls: () => calls };
}

async function settle<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([work]);
  await vi.advanceTimersByTimeAsync(60_000);
  return (await settled)[0];
}

test('a list that throttling leaves time for is read, however calls are counted, whatever is told, whenever it begins', async () => {
  const cases = fc.record({
    kind: fc.constantFrom(...(Object.keys(limiters) as (keyof typeof limiters)[])),
    rate: fc.integer({ min: 5, max: 20 }),
    seconds: fc.double({ min: 1, max: 4, noNaN: true }),
    told: fc.boolean(),
    phaseMs: fc.integer({ min: 0, max: 999 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ kind, rate, seconds, told, phaseMs }) => {
      vi.setSystemTime(1_800_000_000_000 + phaseMs);
      const { walk } = setUp({ admits: limiters[kind](rate), retryAfterMs: told ? 1_000 : undefined });
      expect(await settle(walk(Math.ceil(rate * seconds)))).toMatchObject({ status: 'fulfilled' });
    }),
    { numRuns: 60 },
  );
});

test('who can not be served in time learns it at once, and costs no call', async () => {
  const { list, operation, calls } = setUp({ admits: () => false, retryAfterMs: 600_000 });
  await settle(list(aQuery(), operation()));
  expect(calls()).toBe(1);
  const refused = expect(list(aQuery(), operation())).rejects.toMatchObject({
    extensions: { code: 'UPSTREAM_RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(calls()).toBe(1);
  await refused;
});

test('others wait for nobody else’s throttling: another caller, another instance', async () => {
  let refuse = true;
  const { list, operation } = setUp({ admits: () => !refuse, retryAfterMs: 60_000 });
  await settle(list(aQuery(), operation()));
  refuse = false;
  expect(await settle(list(aQuery(), operation('other')))).toMatchObject({ status: 'fulfilled' });
  expect(await settle(list(aQuery({ instanceId: 'other' }), operation()))).toMatchObject({ status: 'fulfilled' });
});

test('while everything is refused, nobody hammers: callers and instances of any number together', async () => {
  const { list, operation, calls } = setUp({ admits: () => false });
  const asked = Array.from({ length: 200 }, (_, at) => list(aQuery({ instanceId: `i-${at % 50}` }), operation(`c-${at % 7}`)));
  await settle(Promise.all(asked.map((one) => one.catch(() => {}))));
  expect(calls()).toBeLessThanOrEqual(200 * 1.2 + 30);
});

test('who leaves while waiting takes no turn', async () => {
  const { list, operation, calls } = setUp({ admits: () => false, retryAfterMs: 1_000 });
  await settle(list(aQuery(), operation()));
  const before = calls();
  let left = 0;
  const leaving = Array.from({ length: 5 }, async () => {
    const one = operation();
    setTimeout(() => one.end.abort(), 100);
    await list(aQuery(), one).catch(() => left++);
  });
  await settle(Promise.all(leaving));
  expect(left).toBe(5);
  expect(calls() - before).toBeLessThanOrEqual(5);
  expect(vi.getTimerCount()).toBe(0);
});
