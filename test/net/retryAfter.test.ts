import { expect, test } from 'vitest';
import { readRetryAfterMs } from '../../src/net/retryAfter.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 30);

test.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['7', 7_000],
  [' 7 ', 7_000],
  ['1.5', 1_500],
  ['99999999999999999999999', Number.MAX_SAFE_INTEGER],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
  ['Sun Nov  6 08:49:37 1994', 7_000],
  ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['-7', undefined],
  ['soon', undefined],
  ['apples 5', undefined],
  ['7 seconds', undefined],
  ['Sun, 99 Foo 1994 08:49:37 GMT', undefined],
])('%j means %s ms', (text, ms) => {
  expect(readRetryAfterMs(text, undefined, NOW)).toBe(ms);
});

test('a date counts from the date of the answer, whatever our clock says', () => {
  const date = 'Sun, 06 Nov 1994 08:49:35 GMT';
  expect(readRetryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT', date, NOW + 3_600_000)).toBe(2_000);
  expect(readRetryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT', 'nonsense', NOW)).toBe(7_000);
});
