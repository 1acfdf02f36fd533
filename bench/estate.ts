import { join } from 'node:path';
import { createInstances } from './data.ts';
import { cpuMsOf, describeMachine, freePort, SERVER_CORE } from './machine.ts';
import { replaceBlock } from './report/replaceBlock.ts';
import { servers } from './servers.ts';
import { startProcess } from './startProcess.ts';
import { startUpstream } from './upstream/startUpstream.ts';

/** What one list over all instances costs, beside what a client does without it: npm run estate writes into docs/performance.md. */

const INSTANCES = 50;
const ROWS = 1_000;
const WARM_ROUNDS = 500;

/** Longer than all rounds together take: what is warm stays so. */
const ENV = { CERTIFICATES_CACHE_TTL_MS: '600000', OPERATION_DEADLINE_MS: '60000' };

const FIELDS = 'totalCount nodes { id name notAfter instance { id } }';

const instances = createInstances(INSTANCES + 1, ROWS);
const ids = instances.slice(1).map(({ id }) => id);

const asks: Readonly<Record<string, string>> = {
  'one list: what ends first': `{ certificates(first: 20) { ${FIELDS} } }`,
  'one list: what ends within 30 days': `{ certificates(first: 20, filter: { expiresWithinDays: 30 }) { ${FIELDS} } }`,
  'one list: search': `{ certificates(first: 20, filter: { search: "host-99" }) { ${FIELDS} } }`,
  'by aliases: 20 of each instance, to be merged by the client': `{ ${ids
    .map((id, at) => `a${at}: certificates(instanceId: "${id}", first: 20, orderBy: { field: NOT_AFTER }) { ${FIELDS} }`)
    .join(' ')} }`,
};

const server = servers.find(({ name }) => name === 'ours');
if (server === undefined) throw new Error('This project is not among the servers.');
const { command } = server;
const upstream = await startUpstream(instances);
const lines: string[][] = [];
try {
  for (const [title, query] of Object.entries(asks)) lines.push([title, ...(await measure(query))]);
} finally {
  await upstream.stop();
}
const { cpu, system, node } = describeMachine();
const about = `Measured on ${new Date().toISOString().slice(0, 10)} with ${node} on ${cpu}, ${system}: ${INSTANCES} instances with ${ROWS.toLocaleString('en-US')} certificates each.`;
const head = [
  'operation',
  'calls cold',
  'CPU ms cold',
  'longest turn cold, ms',
  'calls warm',
  'CPU ms warm',
  'longest turn warm, ms',
];
const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
replaceBlock(join(import.meta.dirname, '../docs/performance.md'), 'Performance', `${about}\n\n${table}`, 'bench/estate.ts');
process.stdout.write(`${about}\n\n${table}\n`);

/** In a process of its own: the operation for the first time, then what it costs while lists are reused. */
async function measure(query: string): Promise<string[]> {
  const port = await freePort();
  const { env, ...rest } = command({ port, upstream: upstream.origin, instanceIds: ids, asksFile: '', directory: '' });
  const origin = `http://127.0.0.1:${port}`;
  const running = await startProcess({ ...rest, env: { ...env, ...ENV } }, SERVER_CORE, `${origin}/ready`);
  try {
    const warmUp = `{ certificates(instanceId: "${instances[0]?.id}", first: 20, orderBy: { field: NAME }) { ${FIELDS} } }`;
    for (let round = 0; round < 50; round++) await ask(origin, warmUp, round);
    const cold = await cost(1);
    const warm = await cost(WARM_ROUNDS);
    return [...cold, ...warm];
  } finally {
    await running.stop();
  }

  async function cost(rounds: number): Promise<string[]> {
    await longestTurnMs(origin);
    const [callsBefore, cpuBefore] = [(await upstream.traffic()).calls, cpuMsOf(running.pid)];
    for (let round = 0; round < rounds; round++) await ask(origin, query, round);
    const [cpuMs, calls] = [cpuMsOf(running.pid) - cpuBefore, (await upstream.traffic()).calls - callsBefore];
    const turnMs = await longestTurnMs(origin);
    return [String(calls / rounds), (cpuMs / rounds).toFixed(2), turnMs.toFixed(0)];
  }
}

/** As Node's own histogram of the event loop says since it was asked last. */
async function longestTurnMs(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]) * 1_000;
}

/** No two requests have the same text, so that no whole answer is sent again: what is measured is how one is put together. */
async function ask(origin: string, query: string, round: number): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, ignored: round }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors !== undefined) throw new Error(`${query} failed: ${JSON.stringify(errors).slice(0, 500)}`);
}
