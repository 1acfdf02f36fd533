import { describe, expect, test } from 'vitest';
import { RefusedTokenError } from '../../src/auth/RefusedTokenError.ts';
import type { ListPage } from '../../src/certificates/lists.ts';
import { SubgraphError, type SubgraphErrorDetails } from '../../src/errors/SubgraphError.ts';
import { type RetryDeps, retrying } from '../../src/roma/resilience/retry.ts';
import { createRetryBudget, type RetryBudget } from '../../src/roma/resilience/retryBudget.ts';
import { toDelayMs } from '../../src/roma/resilience/retryPolicy.ts';
import { aMeter, anOperation, aQuery, type CallForList, INSTANCE } from './anOperation.ts';

const PAGE: ListPage = { from: 0, total: 0, rows: [], readAtMs: 0 };

const failure = (code: SubgraphError['code'], details: SubgraphErrorDetails = {}) => new SubgraphError(code, 'x', details);
const unavailable = () => Object.assign(failure('UPSTREAM_UNAVAILABLE'), { place: 'i-1' });
const refusedToken = () => new RefusedTokenError(failure('UNAUTHENTICATED', { upstream: { status: 401 } }));

/** Answers each attempt with the next outcome, on a clock that only waits move. */
function script(outcomes: (SubgraphError | ListPage | Error)[], options: Partial<RetryDeps> = {}) {
  const clock = { nowMs: 0 };
  const waits: number[] = [];
  let attempts = 0;
  const meter = aMeter();
  const list: CallForList = async (_query, operation) => {
    operation.budget.spend();
    const outcome = outcomes[Math.min(attempts++, outcomes.length - 1)] ?? PAGE;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const retried = retrying(list, {
    budget: createRetryBudget(),
    pacing: { isProgressing: () => false },
    meter,
    now: () => clock.nowMs,
    random: () => 0.5,
    async sleep(ms) {
      waits.push(ms);
      clock.nowMs += ms;
    },
    ...options,
  });
  return { retried, waits, meter, attempts: () => attempts };
}

const run = (retried: CallForList, operation = anOperation({ deadlineMs: 10_000 })) => retried(aQuery(), operation);

describe('what is repeated', () => {
  test.each<[string, SubgraphError]>([
    ['unavailable', unavailable()],
    ['a timeout', failure('UPSTREAM_TIMEOUT')],
    ['408', failure('UPSTREAM_TIMEOUT', { upstream: { status: 408 } })],
    ['429', failure('UPSTREAM_RATE_LIMITED', { upstream: { status: 429 } })],
    ['500 that throttles', failure('UPSTREAM_RATE_LIMITED', { upstream: { status: 500 } })],
    ['5xx', failure('UPSTREAM_ERROR', { retryable: true, upstream: { status: 503 } })],
    ['what is no answer', failure('UPSTREAM_INVALID_RESPONSE', { upstream: { status: 200 } })],
  ])('%s: three attempts, then the last failure', async (_what, error) => {
    const { retried, attempts, meter } = script([error]);
    await expect(run(retried)).rejects.toBe(error);
    expect(attempts()).toBe(3);
    expect(meter.retries).toBe(2);
  });

  test.each<[string, Error]>([
    ['a refused argument', failure('BAD_USER_INPUT', { upstream: { status: 400 } })],
    ['a refused token', failure('UNAUTHENTICATED', { upstream: { status: 401 } })],
    ['arrears', failure('FORBIDDEN', { upstream: { status: 401 } })],
    ['an unknown instance', failure('NOT_FOUND', { upstream: { status: 404 } })],
    ['a wrong path', failure('UPSTREAM_ERROR', { upstream: { status: 404 } })],
    ['a reset inside the body of a 403', failure('UPSTREAM_UNAVAILABLE', { upstream: { status: 403 } })],
    ['a throttling code with status 400', failure('UPSTREAM_RATE_LIMITED', { upstream: { status: 400 } })],
    ['no calls left', failure('REQUEST_LIMIT_EXCEEDED')],
    ['a mistake of this program', new TypeError('x')],
  ])('never %s', async (_what, error) => {
    const { retried, attempts, waits } = script([error]);
    await expect(run(retried)).rejects.toBe(error);
    expect(attempts()).toBe(1);
    expect(waits).toEqual([]);
  });

  test('what succeeds in the end is a success', async () => {
    const { retried, attempts } = script([unavailable(), unavailable(), PAGE]);
    expect(await run(retried)).toBe(PAGE);
    expect(attempts()).toBe(3);
  });
});

describe('a refused token', () => {
  test('is replaced and the call replayed at once', async () => {
    const { retried, waits, meter } = script([refusedToken(), PAGE]);
    expect(await run(retried)).toBe(PAGE);
    expect(waits).toEqual([]);
    expect(meter.retries).toBe(1);
  });

  test('is replaced once only', async () => {
    const { retried, attempts } = script([refusedToken()]);
    await expect(run(retried)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', extensions: { retryable: false } });
    expect(attempts()).toBe(2);
  });

  test('counts as an attempt', async () => {
    const { retried, attempts } = script([unavailable(), refusedToken(), unavailable()]);
    await expect(run(retried)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(attempts()).toBe(3);
  });

  test('is replaced even where nothing is repeated', async () => {
    const { retried } = script([refusedToken(), PAGE], { maxRepeats: 0 });
    expect(await run(retried)).toBe(PAGE);
  });
});

describe('waiting', () => {
  test('grows, half of it at random 0.5', async () => {
    const { retried, waits } = script([unavailable()]);
    await expect(run(retried)).rejects.toThrow();
    expect(waits).toEqual([50, 100]);
  });

  test('full jitter covers everything from nothing to the bound', () => {
    expect([0, 1].map((random) => toDelayMs(1, undefined, random))).toEqual([0, 100]);
    expect(toDelayMs(30, undefined, 1)).toBe(2_000);
  });

  test('Retry-After is never cut short', async () => {
    const { retried, waits } = script([failure('UPSTREAM_RATE_LIMITED', { retryAfterMs: 3_000 }), PAGE]);
    await run(retried);
    expect(waits).toEqual([3_051]);
  });

  test('a wait that does not fit the deadline is not begun', async () => {
    const error = failure('UPSTREAM_RATE_LIMITED', { retryAfterMs: 9_990 });
    const { retried, waits, attempts } = script([error]);
    await expect(run(retried)).rejects.toBe(error);
    expect([waits, attempts()]).toEqual([[], 1]);
  });

  test('ends when the operation ends', async () => {
    const { retried } = script([failure('UPSTREAM_RATE_LIMITED', { retryAfterMs: 60_000 })], { sleep: undefined as never });
    const operation = anOperation({ deadlineMs: 1_000_000 });
    const reason = failure('UPSTREAM_TIMEOUT');
    setTimeout(() => operation.end.abort(reason), 10);
    await expect(run(retried, operation)).rejects.toBe(reason);
  });

  test('nothing is repeated for an operation that has ended', async () => {
    const operation = anOperation({ deadlineMs: 10_000 });
    operation.end.abort(failure('UPSTREAM_TIMEOUT'));
    const { retried, attempts } = script([unavailable()]);
    await expect(run(retried, operation)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(attempts()).toBe(1);
  });
});

test('without a call left, the failure itself is told', async () => {
  const { retried } = script([unavailable()]);
  await expect(run(retried, anOperation({ calls: 1, deadlineMs: 10_000 }))).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
});

describe('the budget of repeats', () => {
  const instances = Array.from({ length: 200 }, (_, index) => `i-${index}`);

  test('when everything fails, 1.2 attempts a call and a reserve of 30', async () => {
    const { retried, attempts } = script([unavailable()]);
    for (let call = 0; call < 1_000; call++) {
      const query = aQuery({ instanceId: `i-${call % instances.length}` });
      await retried(query, anOperation({ deadlineMs: 1e12 })).catch(() => {});
    }
    // The first call adds nothing to a reserve that is full.
    expect(attempts()).toBe(1_229);
  });

  test('an instance that keeps failing leaves repeats to the others', async () => {
    const budget = createRetryBudget();
    const { retried, attempts } = script([unavailable()], { budget });
    for (let call = 0; call < 100; call++) await run(retried, anOperation({ deadlineMs: 1e12 })).catch(() => {});
    expect(attempts()).toBe(129);
    const { retried: other } = script([unavailable(), unavailable(), PAGE], { budget });
    expect(await other(aQuery({ instanceId: 'i-other' }), anOperation({ deadlineMs: 1e12 }))).toBe(PAGE);
  });

  test('what never reaches the upstream earns nothing', async () => {
    const budget = createRetryBudget();
    while (budget.withdraw(INSTANCE));
    const { retried } = script([failure('UNAUTHENTICATED')], { budget });
    for (let call = 0; call < 100; call++) await run(retried).catch(() => {});
    expect(budget.withdraw(INSTANCE)).toBe(false);
    for (let call = 0; call < 5; call++) await run(script([PAGE], { budget }).retried);
    expect(budget.withdraw(INSTANCE)).toBe(true);
  });

  test('calls that succeed fill it up again, to the reserve and no further', () => {
    const budget = createRetryBudget();
    for (const instanceId of instances) for (let call = 0; call < 100; call++) budget.deposit(instanceId);
    expect(instances.map((instanceId) => withdrawAll(budget, instanceId)).slice(0, 4)).toEqual([10, 10, 10, 0]);
    for (let call = 0; call < 5; call++) {
      expect(budget.withdraw('i-0')).toBe(false);
      budget.deposit('i-0');
    }
    expect(budget.withdraw('i-0')).toBe(true);
  });
});

function withdrawAll(budget: RetryBudget, instanceId: string): number {
  let repeats = 0;
  while (budget.withdraw(instanceId)) repeats++;
  return repeats;
}
