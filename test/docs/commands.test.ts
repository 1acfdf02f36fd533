import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { startCommand } from '../support/command.ts';
import { startEmulatorProcess } from '../support/emulator.ts';
import { blocksOf, readPages } from '../support/pages.ts';

const run = promisify(execFile);
// Decisions tell of commands, and nobody is asked to run them.
const pages = readPages().filter((page) => !page.path.startsWith('docs/decisions/'));
const blocks = pages.flatMap(blocksOf);

/** What holds a command: a file that has it in it word for word and runs it, or a test here. */
type Held = { readonly by: string } | { readonly run: (command: string) => Promise<void> } | { readonly notRun: string };

const held: Readonly<Record<string, Held>> = {
  'npm ci': { by: '.ci/run' },
  'npm test': { by: '.ci/run' },
  'npm run check': { by: '.ci/run' },
  'npm start': { run: serves },
  'curl -H \'content-type: application/json\' -d \'{"query": "{ instances { name } }"}\' http://127.0.0.1:4001/graphql': {
    run: asksWithCurl,
  },
  'npm run emulator': { run: emulates },
  // The frontend's own is in test/browser/frontend.test.ts.
  'npm run dev': { run: serves },
  'npm run example:supergraph': { by: 'test/examples/supergraph.test.ts' },
  'npm run example:supergraph -- hive': { by: 'test/examples/supergraph.test.ts' },
  'npm run generate': { run: generates },
  'npm run fix': { run: fixes },
  'npm run -s schema > certificates.graphql': { run: writesTheSchema },
  'helm upgrade --install certificates deploy/helm/roma-certificates-subgraph --values values.yaml': {
    by: 'test/deploy/chart.test.ts',
  },
  'npm test -- test/certificates': { notRun: '.ci/run runs them with all others' },
  'SCREENSHOTS=folder npm test -- test/browser': { notRun: 'the pictures are for people' },
  'npm run lookups': { notRun: 'measures, which takes a quiet machine' },
  'npm run profile': { notRun: 'measures, which takes a quiet machine' },
  'npm run soak': { notRun: 'takes minutes' },
  'npm run attack': { notRun: 'takes minutes' },
  'npm run mutate': { notRun: 'takes half an hour' },
  'npm run audit': { notRun: 'asks the registry' },
  'docker build --tag registry.example.com/roma-certificates-subgraph:0.2.0 .': { notRun: 'needs Docker, and the internet' },
  'kubectl create secret generic certificates --from-env-file=secrets.env': { notRun: 'needs a cluster' },
  'kubectl rollout restart deployment …': { notRun: 'needs a cluster' },
  'rover supergraph compose --config supergraph.yaml > supergraph.graphql': { notRun: 'there is no rover on npm' },
  'rover dev --supergraph-config supergraph.yaml --router-config router.yaml': { notRun: 'there is no rover on npm' },
  'rover subgraph check my-graph@current --name certificates --schema ../../schema.graphql': { notRun: 'needs GraphOS' },
  'rover graph introspect': { notRun: 'there is no rover on npm' },
  'router --config router.yaml --supergraph supergraph.graphql': { notRun: 'there is no Apollo Router on npm' },
};

const PROGRAM = /(?:npm|node|rover|router|helm|kubectl|docker|apt-get|curl) /;

/** Those in blocks, one after the other, without their comments; and those within sentences. */
const commands = new Set([
  ...blocks
    .filter(({ tag }) => tag === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => line.replace(/(?:^|\s+)#.*$/, '').split(' && '))
    .filter((command) => command !== '' && !command.startsWith('cd ')),
  ...pages
    .map(({ text }) => text.replace(/^```[\s\S]*?^```$/gm, ''))
    .flatMap((prose) => [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .filter((code) => new RegExp(`^(?:[A-Z_]+=\\S+ )*${PROGRAM.source}`).test(code)),
]);

test('each command on the pages is known here, and no other', () => {
  expect([...commands].sort()).toEqual(Object.keys(held).sort());
});

test('each block is of a kind that a test runs or reads', () => {
  const kinds = {
    sh: 'here',
    'sh emulator': 'here',
    graphql: 'test/docs/examples.test.ts',
    'graphql runnable': 'test/docs/examples.test.ts',
    'graphql example': 'test/tools/operationsPage.test.ts',
    'graphql supergraph': 'test/examples/supergraph.test.ts',
    ts: 'test/docs/examples.test.ts, test/examples/supergraph.test.ts',
    yaml: 'test/deploy/chart.test.ts, test/examples/supergraph.test.ts',
    toml: 'test/support/grafbase.ts',
    json: 'the test of the block before it, test/tools/errorsPage.test.ts',
    text: 'pictures',
    mermaid: 'pictures',
  };
  expect([...new Set(blocks.map(({ tag }) => tag))].sort()).toEqual(Object.keys(kinds).sort());
});

for (const [command, how] of Object.entries(held)) {
  if ('by' in how) {
    test(`${how.by} runs: ${command}`, async () => {
      expect((await readFile(how.by, 'utf8')).includes(command)).toBe(true);
    });
  } else if ('run' in how) {
    test(command, { timeout: 60_000 }, () => how.run(command));
  }
}

/** Where all that passes has to be tested, it has to be there. */
const hasCurl = process.env['CI'] === 'true' || spawnSync('curl', ['--version']).status === 0;

test.runIf(hasCurl)('the requests of the page about the emulator are understood', async () => {
  await using roma = await startEmulatorProcess();
  const scripts = blocks.filter(({ tag }) => tag === 'sh emulator');
  expect(scripts).toHaveLength(1);
  for (const { text } of scripts) {
    // A reader pastes it as it is.
    expect(text).not.toContain('…');
    const script = text.replace('http://127.0.0.1:4010', roma.origin).replaceAll('curl ', 'curl --fail-with-body -sS ');
    await run('sh', ['-euc', script]);
  }
  const { switches, pendingFaults, pendingChanges } = await roma.control.state();
  expect(switches).toMatchObject({ order: 'unstable', latencyMs: 50 });
  expect([pendingFaults.length, pendingChanges.length]).toEqual([2, 1]);
});

test('the emulator alone has the instances that npm start has', async () => {
  await using alone = await startCommand('npm run emulator', /ROMA_INSTANCE_IDS=(\S+)/, { env: { EMULATOR_PORT: '0' } });
  await using service = await startCommand('npm start', /(http:\S+\/graphql)/, { env: { PORT: '0' } });
  const { instances } = await askAt<{ instances: { id: string }[] }>(service.said, '{ instances { id } }');
  expect(alone.said.split(',')).toEqual(expect.arrayContaining(instances.map(({ id }) => id)));
  expect(alone.said.split(',')).toHaveLength(instances.length);
});

/** The emulator's first instance, of which the pages speak. */
const INSTANCE_ID = 'f0fa1789-3b76-433b-a787-9892951c620e';

async function serves(command: string): Promise<void> {
  await using service = await startCommand(command, /(http:\S+\/graphql)/, { env: { PORT: '0' } });
  expect(await totalAt(service.said)).toBeGreaterThan(0);
  expect(await service.stop()).toBe(0);
}

/** As a reader does who has started the service in another terminal. */
async function asksWithCurl(command: string): Promise<void> {
  if (!hasCurl) return;
  await using service = await startCommand('npm start', /(http:\S+\/graphql)/, { env: { PORT: '0' } });
  const { stdout } = await run('sh', ['-c', command.replace(/http:\S+/, service.said).replace('curl', 'curl -sS')]);
  expect(JSON.parse(stdout)).toMatchObject({ data: expect.anything() });
  expect(JSON.parse(stdout)).not.toHaveProperty('errors');
}

const CHART_RANGES = 'deploy/helm/roma-certificates-subgraph/files/ranges.json';
const CHART_SCHEMA = 'deploy/helm/roma-certificates-subgraph/values.schema.json';

/** What it says is a command, too. */
async function emulates(command: string): Promise<void> {
  await using roma = await startCommand(command, /to use it: (.+)/, { env: { EMULATOR_PORT: '0' } });
  await serves(roma.said);
  expect(await roma.stop()).toBe(0);
}

async function generates(command: string): Promise<void> {
  await using copy = await aCopy();
  const files = [
    'src/generated/resolvers.ts',
    'docs/configuration.md',
    'docs/errors.md',
    'docs/operations.md',
    CHART_RANGES,
    CHART_SCHEMA,
  ];
  // Of the chart's schema, only a part is written.
  const schema = await readFile(CHART_SCHEMA, 'utf8');
  for (const file of files) {
    await writeFile(path.join(copy.folder, file), file === CHART_SCHEMA ? schema.replace('"MAX_ROWS"', '"MAX_LINES"') : '');
  }
  await copy.run(command);
  for (const file of files) expect(await readFile(path.join(copy.folder, file), 'utf8')).toBe(await readFile(file, 'utf8'));
}

async function fixes(command: string): Promise<void> {
  await using copy = await aCopy();
  const spoilt = path.join(copy.folder, 'src/spoilt.ts');
  await writeFile(spoilt, 'export const spoilt = { "a":1 }');
  await copy.run(command);
  expect(await readFile(spoilt, 'utf8')).toBe('export const spoilt = { a: 1 };\n');
}

async function writesTheSchema(command: string): Promise<void> {
  await using copy = await aCopy();
  await copy.run(command);
  await using app = await startApp();
  const { data } = await app.ask('{ _service { sdl } }');
  expect(await readFile(path.join(copy.folder, 'certificates.graphql'), 'utf8')).toBe(`${data._service.sdl}\n`);
}

async function totalAt(url: string): Promise<number> {
  const query = `{ certificates(instanceId: "${INSTANCE_ID}") { totalCount } }`;
  return (await askAt<{ certificates: { totalCount: number } }>(url, query)).certificates.totalCount;
}

async function askAt<T>(url: string, query: string): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return ((await response.json()) as { data: T }).data;
}

interface Copy extends AsyncDisposable {
  readonly folder: string;
  run(command: string): Promise<void>;
}

/** The repository in another folder, for commands that write files. */
async function aCopy(): Promise<Copy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'copy-'));
  await cp('.', folder, { recursive: true, filter: (file) => !['node_modules', '.git'].includes(path.basename(file)) });
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  return {
    folder,
    async run(command) {
      await run('sh', ['-c', command], { cwd: folder });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
