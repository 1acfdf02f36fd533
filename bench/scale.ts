import { join } from 'node:path';
import { createInstances, type Instance } from './data.ts';
import { cpuMsOf, describeMachine, freePort, peakMemoryMibOf, SERVER_CORE } from './machine.ts';
import { replaceBlock } from './report/replaceBlock.ts';
import { servers } from './servers.ts';
import { startProcess } from './startProcess.ts';
import { startUpstream, type Upstream } from './upstream/startUpstream.ts';

/** How cost grows with instances, certificates and IDs: npm run scale writes docs/scale.md. */

/** One GraphQL operation whose cost is measured. */
interface Operation {
  readonly query: string;
  readonly variables: object;
}

interface Point {
  readonly series: string;
  readonly size: number;
  readonly cold: Cost;
  readonly warm: Cost;
  readonly peakMemoryMib: number;
}

interface Cost {
  readonly calls: number;
  readonly kib: number;
  readonly cpuMs: number;
  readonly ms: number;
}

let asked = 0;

/** Operations before anything is measured, on an instance of their own, so that compilers are done. */
const WARM_UP = 50;
const WARM_ROUNDS = 20;

/** Lists and searches as large as these may take more calls, and on a slow machine more time, than one operation has by default. */
const LIMITS = { MAX_UPSTREAM_CALLS: '2000', OPERATION_DEADLINE_MS: '60000' };

/** Longer than all rounds together take: what is warm stays so. */
const REUSE = { CERTIFICATES_CACHE_TTL_MS: '600000' };

const SEARCH = 'query Search($id: ID!) { certificate(id: $id) { id name notAfter } }';
const PAGE =
  'query Page($instanceId: ID!) { certificates(instanceId: $instanceId, first: 20) { totalCount nodes { id name } } }';
const SORTED = `query Sorted($instanceId: ID!) {
  certificates(instanceId: $instanceId, first: 20, orderBy: { field: NAME }) { totalCount nodes { id name } }
}`;
const JOIN = `query Join($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Certificate { id name notAfter } }
}`;

const toPage = ({ id }: Instance): Operation => ({ query: PAGE, variables: { instanceId: id } });
const toSorted = ({ id }: Instance): Operation => ({ query: SORTED, variables: { instanceId: id } });
const toSearch = ({ rows }: Instance): Operation => ({ query: SEARCH, variables: { id: rows.at(-1)?.id } });

/** The IDs from the end of the list, so that it is walked whole. */
function toJoin({ id, rows }: Instance, ids: number): Operation {
  const representations = rows.slice(-ids).map((row) => ({ __typename: 'Certificate', id: row.id, instanceId: id }));
  return { query: JOIN, variables: { representations } };
}

const ours = servers.find(({ name }) => name === 'ours');
if (ours === undefined) throw new Error('This project is not among the servers.');
const server = ours;
const points: Point[] = [];

for (const count of [1, 10, 100, 1_000]) {
  await withUpstream(createInstances(count + 1, 20), async (upstream, instances) => {
    const last = instances.at(-1) as Instance;
    points.push(await measure('instances: search for one ID in all', count, upstream, instances, toSearch(last), toSearch));
  });
}
for (const count of [10, 100, 1_000, 10_000, 100_000]) {
  await withUpstream([...createInstances(1, 500), createInstances(2, count)[1] as Instance], async (upstream, instances) => {
    const list = instances[0] as Instance;
    points.push(await measure('certificates: first page', count, upstream, instances, toPage(list), toPage));
    points.push(await measure('certificates: first page, sorted', count, upstream, instances, toSorted(list), toSorted));
    const one = (instance: Instance): Operation => toJoin(instance, 1);
    points.push(await measure('certificates: the last by its ID', count, upstream, instances, one(list), one));
  });
}
for (const count of [1, 10, 100, 500, 1_000]) {
  await withUpstream(createInstances(2, 1_000), async (upstream, instances) => {
    const join = (instance: Instance): Operation => toJoin(instance, count);
    points.push(
      await measure('IDs: a join in one list of 1,000', count, upstream, instances, join(instances[0] as Instance), join),
    );
  });
}
write();

/** The first instance is for warming up only, and not among those that the server searches. */
async function withUpstream(
  all: readonly Instance[],
  use: (upstream: Upstream & { readonly warmUp: Instance }, instances: readonly Instance[]) => Promise<void>,
): Promise<void> {
  const [warmUp, ...instances] = all as [Instance, ...Instance[]];
  const upstream = await startUpstream(all);
  try {
    await use({ ...upstream, warmUp }, instances);
  } finally {
    await upstream.stop();
  }
}

/** In a process of its own: the operation for the first time, then what it costs while answers are reused. */
async function measure(
  series: string,
  size: number,
  upstream: Upstream & { readonly warmUp: Instance },
  instances: readonly Instance[],
  operation: Operation,
  toOperation: (instance: Instance) => Operation,
): Promise<Point> {
  const port = await freePort();
  const instanceIds = instances.map(({ id }) => id);
  const { env, ...command } = server.command({ port, upstream: upstream.origin, instanceIds, asksFile: '', directory: '' });
  const origin = `http://127.0.0.1:${port}`;
  const running = await startProcess(
    { ...command, env: { ...env, ...LIMITS, ...REUSE } },
    SERVER_CORE,
    `${origin}${server.readyPath}`,
  );
  try {
    const { warmUp } = upstream;
    const first = toOperation === toSearch ? toJoin(warmUp, 1) : toOperation(warmUp);
    await repeat(WARM_UP, () => ask(origin, first));
    const cold = await cost(1, () => ask(origin, operation));
    const warm = await cost(WARM_ROUNDS, () => ask(origin, operation));
    return { series, size, cold, warm, peakMemoryMib: peakMemoryMibOf(running.pid) };
  } finally {
    await running.stop();
  }

  async function cost(times: number, task: () => Promise<void>): Promise<Cost> {
    const [before, cpuMs, startedAt] = [await upstream.traffic(), cpuMsOf(running.pid), performance.now()];
    await repeat(times, task);
    const [ms, newCpuMs, after] = [performance.now() - startedAt, cpuMsOf(running.pid), await upstream.traffic()];
    return {
      calls: (after.calls - before.calls) / times,
      kib: (after.bytes - before.bytes) / 1024 / times,
      cpuMs: (newCpuMs - cpuMs) / times,
      ms: ms / times,
    };
  }
}

async function repeat(times: number, task: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time++) await task();
}

/** No two requests have the same text, so that no whole answer is sent again: what is measured is how one is put together. */
async function ask(origin: string, operation: Operation): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ ...operation, ignored: asked++ });
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body });
  const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
  const answer = Object.values(data ?? {})[0];
  const isComplete = answer !== null && answer !== undefined && !(Array.isArray(answer) && answer.includes(null));
  if (errors !== undefined || !isComplete) throw new Error(`${operation.query} failed: ${JSON.stringify(errors)}`);
}

function write(): void {
  const docs = join(import.meta.dirname, '../docs');
  const names = [...new Set(points.map(({ series }) => series))];
  const { cpu, system, node } = describeMachine();
  const about = `Measured on ${new Date().toISOString().slice(0, 10)} with ${node} on ${cpu}, ${system}, \`MAX_UPSTREAM_CALLS=${LIMITS.MAX_UPSTREAM_CALLS}\`.`;
  const tables = names.map((name) =>
    toTable(
      name,
      points.filter(({ series }) => series === name),
    ),
  );
  replaceBlock(join(docs, 'scale.md'), 'How cost grows', [about, ...tables].join('\n\n'));
  process.stdout.write(`${tables.join('\n\n')}\n`);
}

function toTable(name: string, rows: readonly Point[]): string {
  const head = [
    name,
    'calls cold',
    'KiB cold',
    'CPU ms cold',
    'ms cold',
    'calls warm',
    'CPU ms warm',
    'ms warm',
    'peak memory MiB',
  ];
  const lines = rows.map(({ size, cold, warm, peakMemoryMib }) => [
    size.toLocaleString('en-US'),
    String(cold.calls),
    cold.kib.toFixed(0),
    cold.cpuMs.toFixed(1),
    cold.ms.toFixed(1),
    String(warm.calls),
    warm.cpuMs.toFixed(2),
    warm.ms.toFixed(2),
    String(peakMemoryMib),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
