import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance } from '../data.ts';
import { freePort, hasCommand, LOAD_CORE } from '../machine.ts';
import { startProcess } from '../startProcess.ts';

export interface Traffic {
  readonly calls: number;
  readonly bytes: number;
}

export interface Upstream {
  readonly origin: string;
  /** What it is made of. */
  readonly kind: string;
  /** What was asked for and answered so far. */
  traffic(): Promise<Traffic>;
  setLatency(ms: number): Promise<void>;
  /** Whether each answer differs from all before it. Its rows do not. */
  setChanging(is: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the stand-in for ROMA Connect: compiled where there is a C compiler, else in several Node.js processes. */
export async function startUpstream(instances: readonly Instance[]): Promise<Upstream> {
  const directory = mkdtempSync(join(tmpdir(), 'roma-bench-'));
  const dataFile = join(directory, 'data.txt');
  const lines = instances.map(({ id, rows }) => [`#${id}`, ...rows.map((row) => JSON.stringify(row)), ''].join('\n'));
  await writeFile(dataFile, lines);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const isCompiled = hasCommand('cc');
  const program = isCompiled ? compile(directory) : [process.execPath, join(import.meta.dirname, 'standIn.ts')];
  const running = await startProcess({ command: [...program, String(port), dataFile] }, LOAD_CORE, `${origin}/calls`);
  const get = async (path: string): Promise<unknown> => (await fetch(origin + path)).json();
  return {
    origin,
    kind: isCompiled ? 'C, one process' : 'Node.js, several processes',
    traffic: async () => (await get('/calls')) as Traffic,
    setLatency: async (ms) => void (await get(`/latency/${ms}`)),
    setChanging: async (is) => void (await get(`/changing/${Number(is)}`)),
    async stop() {
      await running.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

function compile(directory: string): string[] {
  const program = join(directory, 'standIn');
  execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'standIn.c')]);
  return [program];
}
