import { medianRound } from './median.ts';
import type { Results } from './Results.ts';

/** One comparison that this project is held to. */
interface Comparison {
  readonly workload: string;
  readonly ours: string;
  readonly other: string;
  /** Absent: it is told, no more. */
  readonly atLeast?: number;
}

const comparisons: readonly Comparison[] = [
  { workload: 'W2v', ours: 'ours', other: 'tailcall-filter', atLeast: 25 },
  { workload: 'W2v', ours: 'ours', other: 'apollo', atLeast: 15 },
  { workload: 'W1v', ours: 'ours-ttl0', other: 'tailcall', atLeast: 1 },
  { workload: 'W1v', ours: 'ours-ttl0', other: 'apollo', atLeast: 3.5 },
  { workload: 'W1v', ours: 'ours-ttl0', other: 'proxy', atLeast: 0.75 },
  { workload: 'W1v', ours: 'ours-anew', other: 'apollo' },
  { workload: 'W1v', ours: 'ours-anew', other: 'proxy' },
  { workload: 'W1v', ours: 'ours', other: 'tailcall-cache', atLeast: 1.5 },
  { workload: 'W3', ours: 'ours-ttl0', other: 'apollo', atLeast: 3 },
  { workload: 'W3', ours: 'ours-ttl0', other: 'proxy', atLeast: 0.7 },
  { workload: 'W3v', ours: 'ours-ttl0', other: 'apollo', atLeast: 3 },
  { workload: 'W3v', ours: 'ours-ttl0', other: 'proxy', atLeast: 0.7 },
  { workload: 'W3v', ours: 'ours-anew', other: 'apollo' },
  { workload: 'W3v', ours: 'ours-anew', other: 'proxy' },
  { workload: 'W1', ours: 'ours', other: 'memory', atLeast: 0.6 },
  { workload: 'W3', ours: 'ours', other: 'memory', atLeast: 0.6 },
];

/** How many times as many requests this project answers as others do, and how many it should. */
export function toRatios({ measurements }: Results): string {
  const perSecond = (workload: string, server: string): number | undefined => {
    const found = measurements.find((one) => one.workload === workload && one.server === server);
    return found && medianRound(found).perSecond;
  };
  const rows = comparisons.flatMap(({ workload, ours, other, atLeast }) => {
    const [mine, theirs] = [perSecond(workload, ours), perSecond(workload, other)];
    if (mine === undefined || theirs === undefined) return [];
    return [`| ${workload} | ${ours} / ${other} | ${(mine / theirs).toFixed(2)} | ${atLeast ?? '–'} |`];
  });
  return rows.length === 0
    ? ''
    : ['| workload | ratio of requests/s | measured | aim |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
