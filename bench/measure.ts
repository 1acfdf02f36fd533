import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAnswers, post } from './checkAnswers.ts';
import type { Instance } from './data.ts';
import { runLoad } from './load/runLoad.ts';
import { cpuMsOf, freePort, peakMemoryMibOf, SERVER_CORE } from './machine.ts';
import type { Server } from './servers.ts';
import { type RunningProcess, startProcess } from './startProcess.ts';
import type { Upstream } from './upstream/startUpstream.ts';
import { type Ask, type CursorAt, createWorkload, INSTANCES, PAGE_SIZE, PAGES, type Workload } from './workloads.ts';

/** One round of one server. */
export interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Upstream calls of one operation. */
  readonly calls: number;
}

export interface Measurement {
  readonly server: string;
  readonly workload: string;
  /** From the start of the process until it answered. */
  readonly readyMs: number;
  /** The very first operation of the process: its time, and the upstream calls that it took. */
  readonly coldMs: number;
  readonly coldCalls: number;
  readonly peakMemoryMib: number;
  readonly rounds: readonly Round[];
}

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

/** A server under a workload, started for it alone. */
export interface Subject {
  readonly server: Server;
  readonly workload: Workload;
  readonly url: string;
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** How much the mean size of answers under load may differ from that of the answers that were checked. */
const SIZE_TOLERANCE = 0.03;

const MAX_TRIES = 3;

/** Measures the servers in turn, round by round, so that whatever else the machine does hits all of them. */
export async function measureWorkload(
  name: string,
  servers: readonly Server[],
  { upstream, instances, rounds, seconds }: Effort & { readonly upstream: Upstream; readonly instances: readonly Instance[] },
): Promise<Measurement[]> {
  const tracks: Track[] = [];
  try {
    for (const server of servers)
      tracks.push(await begin(await startSubject(name, server, upstream, instances), upstream, seconds));
    for (let round = 0; round < rounds; round++) {
      for (const track of tracks) track.rounds.push(await measureCleanRound(track, upstream, seconds));
    }
    for (const { subject } of tracks) await checkAnswers(subject.url, subject.workload.asks);
    return tracks.map(({ subject, coldMs, coldCalls, rounds }) => ({
      server: subject.server.name,
      workload: name,
      readyMs: subject.process.readyMs,
      coldMs,
      coldCalls,
      peakMemoryMib: peakMemoryMibOf(subject.process.pid),
      rounds,
    }));
  } finally {
    for (const { subject } of tracks) await subject.stop();
    await upstream.setLatency(0);
    await upstream.setChanging(false);
  }
}

interface Track {
  readonly subject: Subject;
  readonly coldMs: number;
  readonly coldCalls: number;
  readonly bytes: number;
  readonly rounds: Round[];
}

export async function startSubject(
  name: string,
  server: Server,
  upstream: Upstream,
  instances: readonly Instance[],
): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), 'roma-bench-'));
  const asksFile = join(directory, 'asks.json');
  const port = await freePort();
  const byOffset = createWorkload(name, instances, (_instanceId, offset) => (offset === 0 ? null : String(offset)));
  writeFileSync(asksFile, JSON.stringify(byOffset.asks));
  const instanceIds = instances.map(({ id }) => id);
  const origin = `http://127.0.0.1:${port}`;
  const command = server.command({ port, upstream: upstream.origin, instanceIds, asksFile, directory });
  const url = `${origin}/graphql`;
  const process = await startProcess(command, SERVER_CORE, origin + server.readyPath);
  // Ours hands out cursors; they stay valid when the process is started anew, which leaves nothing warm.
  if (!server.isOurs || name.startsWith('W2')) return { server, workload: byOffset, url, process, stop: stopWith(process) };
  const workload = createWorkload(name, instances, await readCursors(url, instances));
  await process.stop();
  const again = await startProcess(command, SERVER_CORE, origin + server.readyPath);
  return { server, workload, url, process: again, stop: stopWith(again) };

  function stopWith(running: RunningProcess): () => Promise<void> {
    return async () => {
      await running.stop();
      rmSync(directory, { recursive: true });
    };
  }
}

/** Asks for the cursors of all pages that the workloads ask for. */
async function readCursors(url: string, instances: readonly Instance[]): Promise<CursorAt> {
  const query = `query Cursors($instanceId: ID!, $first: Int) {
    certificates(instanceId: $instanceId, first: $first) { edges { cursor } }
  }`;
  const cursors = new Map<string, string[]>();
  for (const { id } of instances.slice(0, INSTANCES)) {
    const { text } = await post(url, JSON.stringify({ query, variables: { instanceId: id, first: PAGES * PAGE_SIZE } }));
    const { data } = JSON.parse(text) as { data: { certificates: { edges: { cursor: string }[] } } };
    cursors.set(
      id,
      data.certificates.edges.map(({ cursor }) => cursor),
    );
  }
  return (instanceId, offset) => cursors.get(instanceId)?.[offset - 1] ?? null;
}

/** The first operation of all, the check of every answer, and enough load for compilers to do their work. */
async function begin(subject: Subject, upstream: Upstream, seconds: number): Promise<Track> {
  const { url, workload } = subject;
  await upstream.setLatency(workload.latencyMs);
  await upstream.setChanging(workload.isChanging);
  const before = await upstream.traffic();
  const startedAt = performance.now();
  await checkAnswers(url, workload.asks.slice(0, 1));
  const coldMs = performance.now() - startedAt;
  const coldCalls = (await upstream.traffic()).calls - before.calls;
  const bytes = await checkAnswers(url, workload.asks);
  await runLoad(url, toBodies(workload.asks), Math.max(seconds, 2));
  return { subject, coldMs, coldCalls, bytes, rounds: [] };
}

/** A machine that stands still for a while makes requests fail: such a round does not count, and is run again. */
async function measureCleanRound(track: Track, upstream: Upstream, seconds: number): Promise<Round> {
  for (let tries = 1; ; tries++) {
    try {
      return await measureRound(track, upstream, seconds);
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      process.stderr.write(`${(error as Error).message} Once more.\n`);
    }
  }
}

async function measureRound({ subject, bytes }: Track, upstream: Upstream, seconds: number): Promise<Round> {
  const { url, workload, process } = subject;
  const [traffic, cpuMs] = [await upstream.traffic(), cpuMsOf(process.pid)];
  const load = await runLoad(url, toBodies(workload.asks), seconds);
  const [newTraffic, newCpuMs] = [await upstream.traffic(), cpuMsOf(process.pid)];
  const meanBytes = load.bytes / load.requests;
  if (load.failed > 0 || Math.abs(meanBytes / bytes - 1) > SIZE_TOLERANCE) {
    const what = `${load.failed} of ${load.requests} requests failed, ${meanBytes} bytes an answer instead of ${bytes}`;
    throw new Error(`${subject.server.name} answers ${workload.name} wrongly under load: ${what}.`);
  }
  return {
    perSecond: load.requests / (load.durationUs / 1e6),
    cpuMs: (newCpuMs - cpuMs) / load.requests,
    p50Ms: load.p50Us / 1e3,
    p99Ms: load.p99Us / 1e3,
    calls: (newTraffic.calls - traffic.calls) / load.requests,
  };
}

export function toBodies(asks: readonly Ask[]): string[] {
  return asks.map(({ body }) => JSON.stringify(body));
}
