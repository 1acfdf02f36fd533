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
const WINDOW_S = 5;

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

/** A row for each 5 s of the run, a column for each loop. Reuse ends every ten seconds by default: a stall at its ends shows in every other row. */
function toSlowest(loops: readonly Loop[]): string {
  const windows = loops.map(({ latencies }) => {
    const slowest: number[] = [];
    for (const [dueS, ms] of latencies) {
      const at = Math.floor(dueS / WINDOW_S);
      slowest[at] = Math.max(slowest[at] ?? 0, ms);
    }
    return slowest;
  });
  const rows = Array.from({ length: Math.ceil(Number(options.seconds) / WINDOW_S) }, (_, at) => {
    const cells = windows.map((slowest) => slowest[at]?.toFixed(1) ?? '–');
    return `| ${at * WINDOW_S} to ${(at + 1) * WINDOW_S} | ${cells.join(' | ')} |`;
  });
  return [
    `| seconds | ${loops.map(({ server, workload }) => `${workload} ${server}`).join(' | ')} |`,
    `| --- | ${loops.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n');
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
const slowest = `The slowest request of each ${WINDOW_S} s, in ms:\n\n${toSlowest(loops)}`;
process.stdout.write(`${table}\n\n${slowest}\n`);
if (options.write) {
  const docs = join(import.meta.dirname, '../docs');
  const { cpu, node } = describeMachine();
  const text = `Measured on ${new Date().toISOString().slice(0, 10)} with ${node} on ${cpu}: ${options.rate} requests a second at random times for ${options.seconds} s.`;
  replaceBlock(join(docs, 'performance.md'), 'Open loop', `${text}\n\n${table}\n\n${slowest}`, 'bench/openLoop.ts');
}
