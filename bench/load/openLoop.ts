import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';

/**
 * Sends requests at random times, at a rate that does not ask whether the last one was answered: a server that stands still for a moment
 * makes all wait that are due meanwhile. Each one's latency is counted from the time that it was due.
 *
 *   node openLoop.ts --rate 1000 --seconds 35 URL, with the bodies in the file REQUESTS
 */
const { values, positionals } = parseArgs({
  options: { rate: { type: 'string' }, seconds: { type: 'string' } },
  allowPositionals: true,
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const { origin, pathname } = new URL(positionals[0] ?? '');
const bodies = readFileSync(process.env['REQUESTS'] ?? '', 'utf8').split('\0');
const pool = new Pool(origin, { connections: 64, pipelining: 1 });
const headers = { 'content-type': 'application/json', accept: 'application/json' };

/** This program has to be compiled, and connections opened: what is sent before is not counted. */
const WARM_UP_S = 3;

/** When each was due, in seconds from the begin of what counts, and how long it took, in milliseconds. */
const latencies: [dueS: number, ms: number][] = [];
let failed = 0;
const begunMs = performance.now();

async function send(at: number, dueMs: number): Promise<void> {
  try {
    const { statusCode, body } = await pool.request({
      path: pathname,
      method: 'POST',
      headers,
      body: bodies[at % bodies.length] ?? '',
    });
    await body.dump();
    if (statusCode !== 200) failed++;
  } catch {
    failed++;
  }
  const dueS = (dueMs - begunMs) / 1_000 - WARM_UP_S;
  if (dueS >= 0) latencies.push([dueS, performance.now() - dueMs]);
}

const sent: Promise<void>[] = [];
let dueMs = begunMs;
for (let at = 0; dueMs < begunMs + 1_000 * (WARM_UP_S + seconds); at++) {
  const waitMs = dueMs - performance.now();
  // Timers are good to a millisecond only: what is due within it is sent now.
  if (waitMs > 1) await sleep(waitMs - 0.5);
  sent.push(send(at, dueMs));
  dueMs += (-Math.log(1 - Math.random()) / rate) * 1_000;
}
await Promise.all(sent);
await pool.close();
process.stdout.write(`RESULT ${JSON.stringify({ failed, latencies })}\n`);
