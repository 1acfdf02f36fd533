import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createControlOverHttp } from '../src/emulator/controlOverHttp.ts';
import { describeMachine, freePort, LOAD_CORE, SERVER_CORE } from './machine.ts';
import { median } from './report/median.ts';
import { replaceBlock } from './report/replaceBlock.ts';
import { startProcess } from './startProcess.ts';

/** What a join of bare IDs costs by either way to look them up: npm run lookups writes it into docs/federating.md. */

const INSTANCES = 12;
const CERTIFICATES = 1_000;
const LATENCIES_MS = [0, 20];
const ID_COUNTS = [1, 10, 100];
const LOOKUPS = ['list', 'details'];
const ROUNDS = 7;

interface Measured {
  readonly calls: number;
  readonly ms: number;
}

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`;

const romaOrigin = `http://127.0.0.1:${await freePort()}`;
const roma = await startProcess(
  {
    command: ['sh', '-c', scripts['emulator'] ?? ''],
    cwd: root,
    env: {
      PATH: path,
      EMULATOR_PORT: new URL(romaOrigin).port,
      EMULATOR_INSTANCES: String(INSTANCES),
      EMULATOR_CERTIFICATES: String(CERTIFICATES),
    },
  },
  LOAD_CORE,
  `${romaOrigin}/_emulator/state`,
);
const control = createControlOverHttp(romaOrigin);
const { projectId, token, instanceIds } = await control.state();
const rows = await Promise.all(instanceIds.map((instanceId) => control.certificates(instanceId)));

/** IDs from all over: they are taken from the instances in turn, each from another place of its list. */
const ids = Array.from({ length: Math.max(...ID_COUNTS) }, (_, at) => {
  const list = rows[at % rows.length] as readonly { readonly id: string }[];
  return list[(at * 379 + 531) % list.length]?.id ?? '';
});

const lines: string[] = [];
for (const latencyMs of LATENCIES_MS) {
  for (const count of ID_COUNTS) {
    const cells: Measured[] = [];
    for (const lookup of LOOKUPS) cells.push(await measure(lookup, latencyMs, ids.slice(0, count)));
    lines.push([`${count}`, `${latencyMs} ms`, ...cells.flatMap(({ calls, ms }) => [`${calls}`, ms.toFixed(0)])].join(' | '));
  }
}
await roma.stop();
const { cpu, system, node } = describeMachine();
const about = `Measured on ${new Date().toISOString().slice(0, 10)} with ${node} on ${cpu}, ${system}: a cold join, ${INSTANCES} instances × ${CERTIFICATES.toLocaleString('en-US')} certificates, the median of ${ROUNDS} rounds.`;
const head = ['bare IDs', 'a call takes', ...LOOKUPS.flatMap((lookup) => [`\`${lookup}\`: calls`, `\`${lookup}\`: ms`])];
const table = [head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`).join('\n');
replaceBlock(join(root, 'docs/federating.md'), 'Federating', `${about}\n\n${table}`);
process.stdout.write(`${about}\n\n${table}\n`);

/** Each round with a token that the service has not seen, so that nothing is reused and everything else is warm. */
async function measure(lookup: string, latencyMs: number, wanted: readonly string[]): Promise<Measured> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await startProcess(
    {
      command: ['sh', '-c', scripts['start'] ?? ''],
      cwd: root,
      env: {
        PATH: path,
        NODE_ENV: 'production',
        PORT: String(port),
        ROMA_ENDPOINT: romaOrigin,
        ROMA_PROJECT_ID: projectId,
        ROMA_INSTANCE_IDS: instanceIds.join(','),
        ROMA_LOOKUP: lookup,
      },
    },
    SERVER_CORE,
    `${origin}/ready`,
  );
  try {
    await control.setSwitches({ latencyMs: 0 });
    for (let time = 0; time < 20; time++) await askFor(origin, wanted, token);
    await control.setSwitches({ latencyMs });
    const rounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await oneRound(origin, wanted));
    return { calls: median(rounds.map(({ calls }) => calls)), ms: median(rounds.map(({ ms }) => ms)) };
  } finally {
    await server.stop();
  }
}

async function oneRound(origin: string, wanted: readonly string[]): Promise<Measured> {
  const fresh = await control.issueToken();
  await control.clearCalls();
  const startedAt = performance.now();
  await askFor(origin, wanted, fresh);
  const ms = performance.now() - startedAt;
  const { byEndpoint } = await control.calls();
  return { calls: Object.values(byEndpoint).reduce((sum, calls) => sum + calls, 0), ms };
}

async function askFor(origin: string, wanted: readonly string[], authToken: string): Promise<void> {
  const query =
    'query Join($representations: [_Any!]!) { _entities(representations: $representations) { ... on Certificate { id name notAfter } } }';
  const representations = wanted.map((id) => ({ __typename: 'Certificate', id }));
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': authToken },
    body: JSON.stringify({ query, variables: { representations } }),
  });
  const { data, errors } = (await response.json()) as { data?: { _entities: unknown[] }; errors?: unknown };
  if (errors !== undefined || data === undefined || data._entities.includes(null)) {
    throw new Error(`The join failed: ${JSON.stringify(errors)}`);
  }
}
