import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkAnswers } from './checkAnswers.ts';
import { createInstances } from './data.ts';
import { describeMachine, LOAD_CORE, peakMemoryMibOf, pinned } from './machine.ts';
import { startSubject, toBodies } from './measure.ts';
import { replaceBlock } from './report/replaceBlock.ts';
import { peaksChart } from './report/svg.ts';
import { servers } from './servers.ts';
import { startUpstream } from './upstream/startUpstream.ts';
import { INSTANCES, ROWS } from './workloads.ts';

// npm run open-loop -- --servers ours,proxy --workloads W2v@5 --rate 1000 --seconds 35
const { values: options } = parseArgs({
  options: {
    servers: { type: 'string', default: 'ours' },
    workloads: { type: 'string', default: 'W2v@5,W1v@5' },
    rate: { type: 'string', default: '1000' },
    /** So that three reuse times end. */
    seconds: { type: 'string', default: '35' },
    write: { type: 'boolean', default: false },
  },
});
const run = promisify(execFile);

interface Loop {
  readonly server: string;
  readonly workload: string;
  readonly peakMemoryMib: number;
  readonly failed: number;
  readonly latencies: readonly (readonly [dueS: number, ms: number])[];
}

async function measure(name: string, workload: string): Promise<Loop> {
  const server = servers.find((one) => one.name === name);
  if (server === undefined) throw new Error(`There is no server ${name}.`);
  const instances = createInstances(INSTANCES, ROWS);
  const upstream = await startUpstream(instances);
  const directory = mkdtempSync(join(tmpdir(), 'roma-bench-'));
  const subject = await startSubject(workload, server, upstream, instances);
  try {
    await upstream.setLatency(subject.workload.latencyMs);
    const { asks } = subject.workload;
    await checkAnswers(subject.url, asks);
    const file = join(directory, 'requests');
    writeFileSync(file, toBodies(asks).join('\0'));
    // Compilers do their work first, at the same rate.
    const load = async (seconds: string) => {
      const args = ['--rate', options.rate, '--seconds', seconds, subject.url];
      const [command, ...rest] = pinned(LOAD_CORE, [process.execPath, join(import.meta.dirname, 'load/openLoop.ts'), ...args]);
      const { stdout } = await run(command, rest, { env: { ...process.env, REQUESTS: file }, maxBuffer: 64 * 1024 * 1024 });
      return JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '') as Pick<Loop, 'failed' | 'latencies'>;
    };
    await load('12');
    const loop = await load(options.seconds);
    await checkAnswers(subject.url, asks);
    return { server: name, workload, peakMemoryMib: peakMemoryMibOf(subject.process.pid), ...loop };
  } finally {
    await subject.stop();
    await upstream.stop();
    rmSync(directory, { recursive: true });
  }
}

function toRow({ server, workload, failed, latencies, peakMemoryMib }: Loop): string {
  const sorted = latencies.map(([, ms]) => ms).sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0).toFixed(1);
  return `| ${workload} | ${server} | ${sorted.length} | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} | ${at(1)} | ${failed} | ${peakMemoryMib} |`;
}

const loops: Loop[] = [];
for (const workload of options.workloads.split(',')) {
  for (const server of options.servers.split(',')) loops.push(await measure(server, workload));
}
const table = [
  '| workload | server | requests | p50 ms | p99 | p99.9 | max | failed | peak MiB |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ...loops.map(toRow),
].join('\n');
process.stdout.write(`${table}\n`);
if (options.write) {
  const docs = join(import.meta.dirname, '../docs');
  const panels = loops.map(({ server, workload, latencies }) => ({ title: `${workload}: ${server}`, items: latencies }));
  writeFileSync(join(docs, 'performance-open-loop.svg'), peaksChart('The slowest of each tenth of a second, in ms', panels));
  const { cpu, node } = describeMachine();
  const text = `Measured on ${new Date().toISOString().slice(0, 10)} with ${node} on ${cpu}: ${options.rate} requests a second at random times for ${options.seconds} s.`;
  replaceBlock(
    join(docs, 'performance.md'),
    'Open loop',
    `${text}\n\n${table}\n\n![Latency over time](performance-open-loop.svg)`,
    'bench/openLoop.ts',
  );
}
