import type { Random } from './random.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** RFC 3339 to the second in UTC, as `not_after` in the documented example. */
export function toSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/**
 * A time as Go prints it: 0 to 9 fraction digits, trailing zeros cut. The documented example has 6; 0 and 9 occur in other ROMA
 * Connect examples [R].
 */
export function toRecordedTime(ms: number, random: Random): string {
  const luck = random.fraction();
  const digits = luck < 0.75 ? 6 : luck < 0.92 ? 9 : 0;
  if (digits === 0) return toSeconds(ms);
  const fraction = String(random.below(10 ** digits))
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? toSeconds(ms) : `${toSeconds(ms).slice(0, -1)}.${fraction}Z`;
}

/** The same instant in China's zone, as one example of API Gateway has it: `2020-09-19T15:27:47.60571141+08:00` [G]. */
export function toChinaTime(ms: number): string {
  return `${toSeconds(ms + 8 * 60 * 60 * 1000).slice(0, -1)}.60571141+08:00`;
}
