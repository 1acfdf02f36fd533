import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createInstances } from './data.ts';
import { CONNECTIONS, loadGenerator } from './load/runLoad.ts';
import { describeMachine } from './machine.ts';
import { measureWorkload } from './measure.ts';
import type { Results } from './report/Results.ts';
import { toRatios } from './report/ratios.ts';
import { toTable } from './report/table.ts';
import { writeReport } from './report/writeReport.ts';
import { servers } from './servers.ts';
import { startUpstream } from './upstream/startUpstream.ts';
import { INSTANCES, ROWS, workloadNames } from './workloads.ts';

const HELP = `npm run bench -- [options]

  --servers NAMES     of ${servers.map(({ name }) => name).join(', ')} (default: all)
  --workloads NAMES   of ${workloadNames.join(', ')} (default: all)
  --rounds N          rounds, of which the median counts (default: 5)
  --seconds N         seconds of load in each round (default: 3)
  --output FILE       where the results go (default: results.json, or results/part.json for a part)

A run of everything also writes docs/performance.md.
`;

const { values: options } = parseArgs({
  options: {
    servers: { type: 'string' },
    workloads: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    output: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (options.help) {
  process.stdout.write(HELP);
  process.exit();
}

const names = options.servers?.split(',') ?? servers.map(({ name }) => name);
const unknown = names.filter((name) => !servers.some((server) => server.name === name));
if (unknown.length > 0) throw new Error(`There is no server ${unknown.join(', ')}.\n\n${HELP}`);
const chosen = servers.filter(({ name }) => names.includes(name));
const workloads = options.workloads?.split(',') ?? workloadNames;
const isWhole = options.servers === undefined && options.workloads === undefined;
const effort = { rounds: Number(options.rounds), seconds: Number(options.seconds) };

const instances = createInstances(INSTANCES, ROWS);
const upstream = await startUpstream(instances);
const results: Results = {
  takenAt: new Date().toISOString(),
  machine: describeMachine(),
  method: { ...effort, connections: CONNECTIONS, loadGenerator, upstream: upstream.kind },
  servers: chosen.map(({ name, title, version }) => ({ name, title, version })),
  measurements: [],
};
try {
  for (const workload of workloads) {
    const able = chosen.filter((server) => server.can(workload));
    results.measurements.push(...(await measureWorkload(workload, able, { upstream, instances, ...effort })));
    process.stdout.write(`${toTable(results, [workload])}\n`);
  }
} finally {
  await upstream.stop();
}

process.stdout.write(`${toRatios(results)}\n`);
const output = options.output ?? join(import.meta.dirname, isWhole ? 'results.json' : 'results/part.json');
mkdirSync(join(output, '..'), { recursive: true });
writeFileSync(output, `${JSON.stringify(results, null, 2)}\n`);
if (isWhole) writeReport(results);
