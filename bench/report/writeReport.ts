import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstances } from '../data.ts';
import { createWorkload } from '../workloads.ts';
import { medianRound } from './median.ts';
import type { Results } from './Results.ts';
import { replaceBlock } from './replaceBlock.ts';

const docs = join(import.meta.dirname, '../../docs');

/** Writes the table of docs/performance.md. */
export function writeReport(results: Results): void {
  replaceBlock(join(docs, 'performance.md'), 'Performance', toText(results));
}

function toText(results: Results): string {
  const { takenAt, machine, method, servers } = results;
  const { rounds, seconds, connections, loadGenerator, upstream } = method;
  const workloads = workloadsOf(results);
  const versions = servers.filter(({ name }) => !name.includes('-')).map(({ name, version }) => `${name} ${version}`);
  return [
    `Measured on ${takenAt.slice(0, 10)}: ${rounds} interleaved rounds of ${seconds} s, medians; ${loadGenerator} with ${connections} ` +
      `kept-alive connections; the stand-in for ROMA Connect: ${upstream}. ${Object.entries(machine)
        .map(([name, value]) => `${name}: ${value}`)
        .join('; ')}. Versions: ${versions.join(', ')}.`,
    ['| workload | |', '| --- | --- |', ...workloads.map((name) => `| ${name} | ${titleOf(name)} |`)].join('\n'),
    'Requests per second, and milliseconds of CPU for each:',
    toOverview(results, workloads),
  ].join('\n\n');
}

/** A row for each server, a column for each workload. */
function toOverview({ servers, measurements }: Results, workloads: readonly string[]): string {
  const rows = servers.map(({ name, title }) => {
    const own = measurements.filter(({ server }) => server === name);
    const cells = workloads.map((workload) => {
      const found = own.find((one) => one.workload === workload);
      if (found === undefined) return '–';
      const { perSecond, cpuMs } = medianRound(found);
      return `${perSecond.toFixed(0)} / ${cpuMs.toFixed(3)}`;
    });
    const memory = Math.max(...own.map(({ peakMemoryMib }) => peakMemoryMib));
    return `| ${title} (${name}) | ${cells.join(' | ')} | ${memory} |`;
  });
  return [
    `| server | ${workloads.join(' | ')} | peak MiB |`,
    `| --- | ${workloads.map(() => '---').join(' | ')} | --- |`,
    ...rows,
  ].join('\n');
}

function workloadsOf({ measurements }: Results): string[] {
  return [...new Set(measurements.map(({ workload }) => workload))];
}

function titleOf(name: string): string {
  const { title, latencyMs } = createWorkload(name, createInstances(5, 200), () => null);
  return latencyMs === 0 ? title : `${title}, from an upstream that answers ${latencyMs} ms late`;
}

if (import.meta.main) writeReport(JSON.parse(readFileSync(join(import.meta.dirname, '../results.json'), 'utf8')) as Results);
