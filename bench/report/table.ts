import type { Measurement } from '../measure.ts';
import { medianRound } from './median.ts';
import type { Results } from './Results.ts';

const HEAD = [
  'server',
  'requests/s',
  'CPU ms/request',
  'p50 ms',
  'p99 ms',
  'upstream calls/operation',
  'first operation: calls, ms',
  'peak memory MiB',
];

/** The results of some workloads as Markdown, a table for each. */
export function toTable({ servers, measurements }: Results, workloads: readonly string[]): string {
  return workloads
    .map((workload) => {
      const lines = measurements.filter((measurement) => measurement.workload === workload).map((one) => toRow(one, servers));
      return [`**${workload}**\n`, toLine(HEAD), toLine(HEAD.map(() => '---')), ...lines.map(toLine)].join('\n');
    })
    .join('\n\n');
}

function toRow(measurement: Measurement, servers: Results['servers']): string[] {
  const { server: name, coldCalls, coldMs, peakMemoryMib } = measurement;
  const server = servers.find((one) => one.name === name);
  const { perSecond, cpuMs, p50Ms, p99Ms, calls } = medianRound(measurement);
  return [
    `${server?.title ?? name} (${name})`,
    perSecond.toFixed(0),
    cpuMs.toFixed(3),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    calls.toFixed(calls < 0.1 ? 4 : 2),
    `${coldCalls}, ${coldMs.toFixed(0)}`,
    String(peakMemoryMib),
  ];
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
