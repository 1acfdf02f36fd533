import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createInstances } from './data.ts';
import { runLoad } from './load/runLoad.ts';
import { startSubject, toBodies } from './measure.ts';
import { type Server, servers } from './servers.ts';
import { startUpstream } from './upstream/startUpstream.ts';
import { INSTANCES, ROWS } from './workloads.ts';

/** Where this project spends its time: npm run profile -- --server ours-ttl0 --workload W1v */

/** What `node --cpu-prof` writes. */
interface Profile {
  /** Microseconds of the machine's monotonic clock, which all processes share. */
  readonly startTime: number;
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

const { values: options } = parseArgs({
  options: {
    server: { type: 'string', default: 'ours' },
    workload: { type: 'string', default: 'W1v' },
    seconds: { type: 'string', default: '8' },
    top: { type: 'string', default: '30' },
    /** Keeps the whole profile in this file, for the developer tools of a browser. */
    output: { type: 'string' },
  },
});

// The others don't end by themselves when they are asked to, and leave no profile.
const found = servers.find(({ name, isOurs }) => isOurs && name === options.server);
if (found === undefined) throw new Error(`${options.server} cannot be profiled.`);
const directory = mkdtempSync(join(tmpdir(), 'roma-profile-'));
const instances = createInstances(INSTANCES, ROWS);
const upstream = await startUpstream(instances);
try {
  const subject = await startSubject(options.workload, profiled(found), upstream, instances);
  const bodies = toBodies(subject.workload.asks);
  await runLoad(subject.url, bodies, 3);
  const fromUs = nowUs();
  const { requests } = await runLoad(subject.url, bodies, Number(options.seconds));
  const toUs = nowUs();
  await subject.process.stop('SIGTERM');
  await subject.stop();
  // Other processes that ran on the way, taskset's shell for one, leave small profiles or none.
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  const largest = files.sort((a, b) => b.length - a.length)[0];
  if (largest === undefined) throw new Error('The server left no profile.');
  if (options.output !== undefined) writeFileSync(options.output, largest);
  print(JSON.parse(largest) as Profile, { fromUs, toUs, requests });
} finally {
  await upstream.stop();
  rmSync(directory, { recursive: true });
}

function profiled(server: Server): Server {
  return {
    ...server,
    command(surroundings) {
      const { env, ...command } = server.command(surroundings);
      return { ...command, env: { ...env, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}` } };
    },
  };
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** The part of a profile that is of interest. */
interface Window {
  readonly fromUs: number;
  readonly toUs: number;
  /** Answered in that time. */
  readonly requests: number;
}

function print({ startTime, nodes, samples, timeDeltas }: Profile, { fromUs, toUs, requests }: Window): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let busyUs = 0;
  let now = startTime;
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    const us = timeDeltas[at] ?? 0;
    now += us;
    if (frame === undefined || frame.functionName === '(idle)' || now < fromUs || now > toUs) continue;
    busyUs += us;
    const file = toFile(frame.url);
    add(byFunction, `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`, us);
    add(byPlace, toPlace(file || frame.functionName), us);
  }
  process.stdout.write(`${requests} requests, ${(busyUs / requests).toFixed(0)} us each\n\n`);
  printTop('function, self time', byFunction, busyUs, requests);
  printTop('where', byPlace, busyUs, requests);
}

function add(sums: Map<string, number>, key: string, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us);
}

function toFile(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(join(import.meta.dirname, '..'), '')
    .replace(/^.*\/node_modules\//, '');
}

/** A package, a folder of src, or a part of Node.js. */
function toPlace(file: string): string {
  if (file.startsWith('/src/')) return file.split('/').slice(0, 3).join('/');
  return file.startsWith('@') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '');
}

function printTop(title: string, sums: ReadonlyMap<string, number>, busyUs: number, requests: number): void {
  const lines = [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, Number(options.top))
    .map(
      ([name, us]) => `${((100 * us) / busyUs).toFixed(1).padStart(5)} % ${(us / requests).toFixed(1).padStart(7)} us  ${name}`,
    );
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}
