import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The server has a core of its own; load and upstream share another one. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const canPin = hasCommand('taskset') && availableParallelism() > 1;

/** The command that runs `command` on one core, where the machine allows it. */
export function pinned(core: number, command: readonly string[]): [string, ...string[]] {
  const all = canPin ? ['taskset', '-c', String(core), ...command] : command;
  return all as [string, ...string[]];
}

export function hasCommand(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What measurements were taken on. */
export function describeMachine(): Record<string, string> {
  return {
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    pinning: canPin ? `server on core ${SERVER_CORE}, load and upstream on core ${LOAD_CORE}` : 'none',
  };
}

/** CPU time of a process so far, in milliseconds, all threads that still run. */
export function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  // The first number of schedstat are the nanoseconds on a CPU; /proc/<pid>/stat counts in hundredths of a second only.
  const ns = threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  return ns.reduce((sum, part) => sum + part, 0) / 1e6;
}

/** The most memory that a process ever held, in MiB. */
export function peakMemoryMibOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
