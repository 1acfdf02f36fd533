import type { Measurement, Round } from '../measure.ts';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The median of each number over all rounds. */
export function medianRound({ rounds }: Measurement): Round {
  const of = (key: keyof Round): number => median(rounds.map((round) => round[key]));
  return { perSecond: of('perSecond'), cpuMs: of('cpuMs'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), calls: of('calls') };
}
