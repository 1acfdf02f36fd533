import { expect, test } from 'vitest';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { toRetry } from '../../src/loaders/causes.ts';

const causedBy = (...errors: SubgraphError[]) => errors.map((error, at) => ({ instanceId: `i-${at}`, error }));
const throttled = (retryAfterMs: number) => new SubgraphError('UPSTREAM_RATE_LIMITED', 'Throttled.', { retryAfterMs });
const forbidden = new SubgraphError('FORBIDDEN', 'Forbidden.');

test('what several instances said about asking again is said once: the longest wait', () => {
  expect(toRetry(causedBy(throttled(5_000), forbidden, throttled(7_000)))).toEqual({ retryable: true, retryAfterMs: 7_000 });
  expect(toRetry(causedBy(forbidden))).toEqual({ retryable: false });
});
