import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { pinned } from './machine.ts';

export interface Command {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface RunningProcess {
  readonly pid: number;
  /** From its start until it answered. */
  readonly readyMs: number;
  /** Default: SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** What runs is ended with this process, however that ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const PATIENCE_MS = 20_000;

/** Starts a command on a core, and waits until `readyUrl` answers. */
export async function startProcess({ command, env, cwd }: Command, core: number, readyUrl: string): Promise<RunningProcess> {
  const startedAt = performance.now();
  const [name, ...args] = pinned(core, command);
  const child = spawn(name, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-2_000);
  });
  while (!(await answers(readyUrl))) {
    if (child.exitCode !== null || performance.now() - startedAt > PATIENCE_MS) {
      child.kill('SIGKILL');
      throw new Error(`${command.join(' ')} did not start: ${said}`);
    }
    await wait(5);
  }
  // taskset and `exec` replace themselves, so that the child is the server.
  return {
    pid: child.pid as number,
    readyMs: performance.now() - startedAt,
    stop: (signal = 'SIGKILL') => stop(child, signal),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
