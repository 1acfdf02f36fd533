import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmulatorFacts } from '../../src/emulator/control.ts';
import { envOf } from '../reliability/modes.ts';

/** The service as a process of its own, with the memory that a small pod has. */
export interface Target {
  readonly url: string;
  readonly isAlive: boolean;
  /** Waits for what goes by itself, and collects the garbage. */
  report(): Promise<Report>;
  stop(): Promise<void>;
}

export interface Report {
  /** After the collection. */
  readonly heapBytes: number;
  /** For how long one turn of the event loop kept the processor busy at most since the last report. */
  readonly busyMs: number;
}

const QUIET_MS = 1_500;

export async function startTarget(roma: EmulatorFacts): Promise<Target> {
  const flags = ['--max-old-space-size=256', '--max-semi-space-size=16'];
  const child = spawn(process.execPath, [...flags, '--import', './test/attack/reportOnAsk.js', 'src/main.ts'], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      NODE_ENV: 'production',
      CERTIFICATES_CACHE_TTL_MS: '1000',
      ...envOf('passthrough', roma),
    },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const url = await readUrl(child);
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    url,
    get isAlive() {
      return isAlive();
    },
    async report() {
      await sleep(QUIET_MS);
      const said = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
      child.send('collect');
      const [report] = (await said) as [Report];
      return report;
    },
    async stop() {
      process.off('exit', killWithUs);
      if (!isAlive()) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      if (said.length < 10_000) said += String(chunk);
      const url = /Certificates at (http\S+?\/graphql)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`The service did not start: ${said}`)));
  });
}
