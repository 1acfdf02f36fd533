import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCommand, LOAD_CORE, pinned } from '../machine.ts';

/** What one round of load brought. */
export interface LoadResult {
  readonly requests: number;
  /** Received, headers included. */
  readonly bytes: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Requests that broke off or were answered with another status than 2xx or 3xx. */
  readonly failed: number;
}

export const CONNECTIONS = 32;

export const loadGenerator = hasCommand('wrk') ? 'wrk' : 'autocannon';

const run = promisify(execFile);

/** Sends the bodies to the URL in turn over kept-alive connections, each connection as fast as it is answered. */
export async function runLoad(url: string, bodies: readonly string[], seconds: number): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), 'roma-bench-'));
  const file = join(directory, 'requests');
  try {
    const program = loadGenerator === 'wrk' ? writeForWrk(file, url, bodies) : writeForAutocannon(file, bodies);
    const [name, ...args] = pinned(LOAD_CORE, [...program, `-c${CONNECTIONS}`, `-d${seconds}`, url]);
    const { stdout } = await run(name, args, { env: { ...process.env, REQUESTS: file } });
    return JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '') as LoadResult;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** wrk sends what it is given, so it gets whole requests. */
function writeForWrk(file: string, url: string, bodies: readonly string[]): string[] {
  const { host, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAccept: application/json\r\n`;
  writeFileSync(file, bodies.map((body) => `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`).join('\0'));
  return ['wrk', '-t1', '-s', join(import.meta.dirname, 'requests.lua')];
}

function writeForAutocannon(file: string, bodies: readonly string[]): string[] {
  writeFileSync(file, bodies.join('\0'));
  return [process.execPath, join(import.meta.dirname, 'autocannon.ts')];
}
