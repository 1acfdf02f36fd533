import { describe, expect, test } from 'vitest';
import type { ListPage } from '../../src/certificates/lists.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { circuitBroken } from '../../src/roma/resilience/circuitBreaker.ts';
import { createCircuits } from '../../src/roma/resilience/circuits.ts';
import { anOperation, aQuery, type CallForList } from './anOperation.ts';

const PAGE: ListPage = { from: 0, total: 0, rows: [], readAtMs: 0 };

function failing(code: SubgraphError['code'], status?: number, place: string | undefined = 'i-1'): SubgraphError {
  const error = new SubgraphError(code, 'x', { upstream: { ...(status === undefined ? {} : { status }) } });
  if (place !== undefined) error.place = place;
  return error;
}

function setUp() {
  const clock = { nowMs: 0 };
  const calls: string[] = [];
  const changes: boolean[] = [];
  const answers = new Map<string, Error>();
  const ask =
    (kind: string): CallForList =>
    async ({ instanceId }) => {
      calls.push(kind);
      const error = answers.get(instanceId);
      if (error !== undefined) throw error;
      return PAGE;
    };
  const circuits = createCircuits({ now: () => clock.nowMs, onChange: ({ open }) => changes.push(open) });
  const list = circuitBroken(ask('call'), { probe: ask('probe'), circuits, overdueMs: 2_000, now: () => clock.nowMs });
  const call = (instanceId = 'i-1', operation = anOperation()) => list(aQuery({ instanceId }), operation);
  const fail = async (times: number, error: Error = failing('UPSTREAM_UNAVAILABLE')) => {
    answers.set('i-1', error);
    for (let time = 0; time < times; time++) await call().catch(() => {});
  };
  return { clock, calls, changes, answers, call, fail, circuits };
}

const OPEN = { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('circuit open') };

test('ten failed calls in a row open it; then nobody is asked, and the wait is told', async () => {
  const { calls, call, fail, changes } = setUp();
  await fail(10);
  await expect(call()).rejects.toMatchObject({
    ...OPEN,
    extensions: { retryable: true, retryAfterMs: 1_000, upstream: { instanceId: 'i-1' } },
  });
  expect(calls).toHaveLength(10);
  expect(changes).toEqual([true]);
});

test('it counts as open until it closes, or nobody asks any more', async () => {
  const { answers, call, clock, fail, circuits } = setUp();
  await fail(9);
  expect(circuits.countOpen()).toBe(0);
  await fail(1);
  expect(circuits.countOpen()).toBe(1);
  clock.nowMs += 1_000;
  expect(circuits.countOpen()).toBe(1);
  answers.clear();
  await call();
  expect(circuits.countOpen()).toBe(0);
  await fail(10);
  clock.nowMs += 60_999;
  expect(circuits.countOpen()).toBe(1);
  clock.nowMs += 1;
  expect(circuits.countOpen()).toBe(0);
  await fail(1);
  expect(circuits.countOpen()).toBe(1);
});

test('other instances go on', async () => {
  const { call, fail } = setUp();
  await fail(20);
  expect(await call('i-2')).toBe(PAGE);
});

test('a success starts the count anew', async () => {
  const { answers, call, calls, fail } = setUp();
  for (let round = 0; round < 3; round++) {
    await fail(9);
    answers.clear();
    await call();
  }
  expect(calls).toHaveLength(30);
});

describe('what counts', () => {
  test.each<[string, Error, boolean]>([
    ['unavailable', failing('UPSTREAM_UNAVAILABLE'), true],
    ['a timeout', failing('UPSTREAM_TIMEOUT'), true],
    ['5xx', failing('UPSTREAM_ERROR', 503), true],
    ['4xx', failing('UPSTREAM_ERROR', 404), false],
    ['408', failing('UPSTREAM_TIMEOUT', 408), false],
    ['a reset inside the body of a 4xx', failing('UPSTREAM_UNAVAILABLE', 403), false],
    ['throttling', failing('UPSTREAM_RATE_LIMITED', 429), false],
    ['throttling as 500', failing('UPSTREAM_RATE_LIMITED', 500), false],
    ['a refused token', failing('UNAUTHENTICATED', 401), false],
    ['no permission', failing('FORBIDDEN', 403), false],
    ['an unknown instance', failing('NOT_FOUND', 404), false],
    ['a refused argument', failing('BAD_USER_INPUT', 400), false],
    ['what is no answer', failing('UPSTREAM_INVALID_RESPONSE', 200), false],
    ['no calls left', new SubgraphError('REQUEST_LIMIT_EXCEEDED', 'x'), false],
    ['a failing IAM', new SubgraphError('UPSTREAM_UNAVAILABLE', 'x', { upstream: { status: 503 } }), false],
    ['a mistake of this program', new TypeError('x'), false],
  ])('%s: %#', async (_what, error, opens) => {
    const { call, fail } = setUp();
    await fail(20, error);
    await expect(call()).rejects.toMatchObject(opens ? OPEN : { message: 'x' });
  });

  test('a 4xx between failures shows that the instance answers', async () => {
    const { calls, fail } = setUp();
    await fail(9);
    await fail(1, failing('NOT_FOUND', 404));
    await fail(9);
    expect(calls).toHaveLength(19);
  });

  test.each([
    ['a client that goes away', 500, 60_000, false],
    ['a client that goes away late', 9_000, 60_000, false],
    ['a deadline that cuts off a call just begun', 500, 500, false],
    ['a deadline that cuts off a call that hangs', 2_500, 2_500, true],
  ])('%s', async (_what, endsAfterMs, deadlineMs, opens) => {
    const { clock, circuits } = setUp();
    const list = circuitBroken(
      async (_query, operation) => {
        clock.nowMs += endsAfterMs;
        (operation as ReturnType<typeof anOperation>).end.abort();
        throw failing('UPSTREAM_TIMEOUT');
      },
      { probe: async () => PAGE, circuits, overdueMs: 2_000, now: () => clock.nowMs },
    );
    for (let time = 0; time < 10; time++) {
      await list(aQuery({ instanceId: 'i-1' }), anOperation({ deadlineMs: clock.nowMs + deadlineMs })).catch(() => {});
    }
    expect(circuits.enter('i-1', 'key').kind).toBe(opens ? 'open' : 'closed');
  });
});

describe('coming back', () => {
  test('after the pause one single call probes, and a success closes it', async () => {
    const { answers, call, calls, changes, clock, fail } = setUp();
    await fail(10);
    clock.nowMs += 1_000;
    answers.clear();
    const [probe, other] = await Promise.allSettled([call(), call()]);
    expect(probe).toMatchObject({ status: 'fulfilled' });
    expect(other).toMatchObject({ status: 'rejected', reason: OPEN });
    expect(calls.slice(10)).toEqual(['probe']);
    await call();
    expect(calls.slice(10)).toEqual(['probe', 'call']);
    expect(changes).toEqual([true, false]);
  });

  test('each failed probe doubles the pause, up to 30 s', async () => {
    const { calls, clock, fail } = setUp();
    await fail(10);
    const pauses: number[] = [];
    let before = calls.length;
    for (let since = clock.nowMs; pauses.length < 7; clock.nowMs += 500) {
      await fail(1);
      if (calls.length === before) continue;
      before = calls.length;
      pauses.push(clock.nowMs - since);
      since = clock.nowMs;
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('a 4xx to the probe closes it as well', async () => {
    const { circuits, clock, fail } = setUp();
    await fail(10);
    clock.nowMs += 1_000;
    await fail(1, failing('FORBIDDEN', 403));
    expect(circuits.enter('i-1', 'key').kind).toBe('closed');
  });

  test('a probe whose operation ended leaves its place to the next', async () => {
    const { circuits, clock, fail } = setUp();
    await fail(10);
    clock.nowMs += 1_000;
    const probe = circuits.enter('i-1', 'key');
    if (probe.kind === 'open') throw new Error('no probe');
    probe.leave('unknown');
    expect(circuits.enter('i-1', 'key').kind).toBe('probe');
  });

  test('a late success of a call that was under way closes it', async () => {
    const { circuits, fail } = setUp();
    const early = circuits.enter('i-1', 'key');
    await fail(10);
    if (early.kind !== 'closed') throw new Error('not closed');
    early.leave('answered');
    expect(circuits.enter('i-1', 'key').kind).toBe('closed');
  });

  test('late failures of calls that were under way do not prolong the pause', async () => {
    const { circuits, clock } = setUp();
    const entries = Array.from({ length: 50 }, () => circuits.enter('i-1', 'key'));
    for (const entry of entries) {
      if (entry.kind === 'closed') entry.leave('failed');
      clock.nowMs += 10;
    }
    clock.nowMs += 600;
    expect(circuits.enter('i-1', 'key').kind).toBe('probe');
  });
});

test('made-up instances are forgotten', async () => {
  const { circuits } = setUp();
  for (let index = 0; index < 11_000; index++) {
    for (let time = 0; time < 10; time++) {
      const entry = circuits.enter(`i-${index}`, 'key');
      if (entry.kind === 'closed') entry.leave('failed');
    }
  }
  expect(circuits.enter('i-0', 'key').kind).toBe('closed');
  expect(circuits.enter('i-10999', 'key').kind).toBe('open');
});
