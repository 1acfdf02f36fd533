import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstances } from '../data.ts';
import type { Round } from '../measure.ts';
import { createWorkload } from '../workloads.ts';
import { medianRound } from './median.ts';
import type { Results } from './Results.ts';
import { toRatios } from './ratios.ts';
import { replaceBlock } from './replaceBlock.ts';
import { type Bar, barChart, type Panel } from './svg.ts';
import { toTable } from './table.ts';

const docs = join(import.meta.dirname, '../../docs');

/** Writes the tables and plots of docs/performance.md. */
export function writeReport(results: Results): void {
  writeFileSync(join(docs, 'performance-throughput.svg'), plot(results, 'Requests per second, one core', 'perSecond', 0));
  writeFileSync(join(docs, 'performance-cpu.svg'), plot(results, 'CPU milliseconds per request', 'cpuMs', 3));
  replaceBlock(join(docs, 'performance.md'), 'Performance', toText(results));
}

function toText(results: Results): string {
  const { takenAt, machine, method, servers } = results;
  const { rounds, seconds, connections, loadGenerator, upstream } = method;
  const workloads = workloadsOf(results);
  const versions = servers.filter(({ name }) => !name.includes('-')).map(({ name, version }) => `${name} ${version}`);
  return [
    `Measured on ${takenAt.slice(0, 10)}: ${rounds} interleaved rounds of ${seconds} s, medians; ${loadGenerator} with ${connections} ` +
      `kept-alive connections; the stand-in for ROMA Connect: ${upstream}.`,
    Object.entries(machine)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
    `Versions: ${versions.join(', ')}.`,
    ['| workload | |', '| --- | --- |', ...workloads.map((name) => `| ${name} | ${titleOf(name)} |`)].join('\n'),
    '![Requests per second](performance-throughput.svg)',
    '![CPU per request](performance-cpu.svg)',
    toRatios(results),
    toTable(results, workloads),
  ].join('\n\n');
}

function workloadsOf({ measurements }: Results): string[] {
  return [...new Set(measurements.map(({ workload }) => workload))];
}

function titleOf(name: string): string {
  const { title, latencyMs } = createWorkload(name, createInstances(5, 200), () => null);
  return latencyMs === 0 ? title : `${title}, from an upstream that answers ${latencyMs} ms late`;
}

function plot(results: Results, title: string, key: keyof Round, digits: number): string {
  const panels = workloadsOf(results).map((workload): Panel<Bar> => {
    const measurements = results.measurements.filter((measurement) => measurement.workload === workload);
    const items = measurements.map((one) => ({
      label: one.server,
      value: medianRound(one)[key],
      isOurs: one.server.startsWith('ours'),
    }));
    return { title: workload, items };
  });
  return barChart(title, panels, digits);
}

if (import.meta.main) writeReport(JSON.parse(readFileSync(join(import.meta.dirname, '../results.json'), 'utf8')) as Results);
