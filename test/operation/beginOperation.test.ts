import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { beginOperation, type RunningOperation } from '../../src/operation/beginOperation.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const begin = (timeLimitMs: number): RunningOperation =>
  beginOperation({ caller: { key: 'k' }, timeLimitMs, maxUpstreamCalls: 2 });

test.each([
  [10_000, 9_750],
  [1_000, 900],
  [100, 90],
])('of %i ms, %i are for ROMA Connect and the rest is for the answer', (deadlineMs, upstreamMs) => {
  const { operation } = begin(deadlineMs);
  expect(operation.deadlineMs).toBe(upstreamMs);
  vi.advanceTimersByTime(upstreamMs - 1);
  expect(operation.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect((operation.signal.reason as SubgraphError).extensions).toEqual({ code: 'UPSTREAM_TIMEOUT', retryable: true });
});

test('an operation that has ended leaves no timer behind, and nothing under way', () => {
  const running = begin(1_000);
  running.end();
  expect(vi.getTimerCount()).toBe(0);
  expect(running.operation.signal.aborted).toBe(true);
});

test.each(['abandon', 'hurry'] as const)('%s ends what is done for an operation, with an error of ours', (how) => {
  const running = begin(1_000);
  running[how]();
  expect((running.operation.signal.reason as SubgraphError).code).toBe('UPSTREAM_TIMEOUT');
});

test('the budget is spent call by call, and says what to do when it is gone', () => {
  const { budget } = begin(1_000).operation;
  budget.spend();
  expect(budget.remaining).toBe(1);
  budget.spend();
  expect(() => budget.spend()).toThrow(/more than the 2 calls/);
  expect(budget.remaining).toBe(0);
});
