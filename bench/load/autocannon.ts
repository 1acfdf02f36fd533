import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

/** Stands in for wrk where there is none: slower, so that fast servers are measured too low. */
const { values, positionals } = parseArgs({
  options: { c: { type: 'string', short: 'c' }, d: { type: 'string', short: 'd' } },
  allowPositionals: true,
});
const bodies = readFileSync(process.env['REQUESTS'] ?? '', 'utf8').split('\0');
const result = await autocannon({
  url: positionals[0] ?? '',
  connections: Number(values.c),
  duration: Number(values.d),
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  requests: bodies.map((body) => ({ body })),
});
const { requests, throughput, latency, duration, non2xx, errors } = result;
const [p50Us, p99Us] = [latency.p50, latency.p99].map((ms) => ms * 1_000);
const summary = {
  requests: requests.total,
  bytes: throughput.total,
  durationUs: duration * 1e6,
  p50Us,
  p99Us,
  failed: non2xx + errors,
};
process.stdout.write(`RESULT ${JSON.stringify(summary)}\n`);
