import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { apolloSupergraph } from '../../examples/supergraph/compose.ts';
import { gatewayNames, startSupergraph } from '../../examples/supergraph/supergraph.ts';
import { type App, startApp } from '../support/app.ts';
import { blocksOf } from '../support/pages.ts';

const folder = 'examples/supergraph';
const operations = blocksOf(readExample('README.md')).filter(({ tag }) => tag === 'graphql supergraph');

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe.each(gatewayNames)('behind the gateway of %s', (gateway) => {
  const running = new AsyncDisposableStack();
  let url: string;
  beforeAll(async () => {
    const [instanceId = ''] = app.instanceIds;
    ({ url } = running.use(await startSupergraph({ gateway, certificatesUrl: app.url, instanceId })));
  });
  afterAll(() => running.disposeAsync());

  test('domains bring their certificates along, and null where there is none any more', async () => {
    const { domains } = await answerOf(url, 'domains {\n    name\n    certificate');
    expect(domains).toHaveLength(6);
    const gone = domains.pop();
    expect(gone).toEqual({ name: 'forgotten.example', certificate: null });
    for (const { certificate } of domains) expect(certificate).toMatchObject({ hasTrustedRootCa: expect.any(Boolean) });
  });

  test('an instance brings what either subgraph knows of it', async () => {
    const { instances } = await answerOf(url, 'instances');
    expect(instances).toEqual([
      {
        id: app.instanceIds[0],
        domains: expect.arrayContaining([{ name: 'forgotten.example' }]),
        certificates: {
          totalCount: 260,
          nodes: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
        },
      },
    ]);
  });

  test('a certificate leads to the domains of its instance', async () => {
    const { certificates } = await answerOf(url, 'instance {\n        domains');
    expect(certificates.nodes[0].instance.domains).toHaveLength(6);
  });
});

test.each(gatewayNames)('one command starts all with %s, and ends all when it is told to', async (gateway) => {
  const env = { ...process.env, PORT: '0', DOMAINS_PORT: '0', CERTIFICATES_PORT: '0' };
  const child = spawn(process.execPath, [path.join(folder, 'main.ts'), gateway], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    expect(await answerOf(await readUrl(child), 'domains {\n    name\n    certificate')).toHaveProperty('domains');
  } finally {
    child.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
});

test('a gateway that there is not is refused with those that there are', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'main.ts'), 'none'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [[complaint], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
  expect(String(complaint)).toBe('There is no gateway "none": say apollo or hive.\n');
  expect(code).toBe(1);
});

describe('what rover and Apollo Router read', () => {
  const { federation_version: version, subgraphs } = parse(readExample('supergraph.yaml').text);
  const router = parse(readExample('router.yaml').text);

  test('supergraph.yaml composes from the files that it names', () => {
    const services = Object.entries<YamlSubgraph>(subgraphs).map(([name, { routing_url: url, schema }]) => ({
      name,
      url,
      sdl: readFileSync(path.join(folder, schema.file), 'utf8'),
    }));
    const { supergraphSdl } = apolloSupergraph(services);
    // The version of the specification that the subgraph links.
    expect(version).toBe(`=${/federation\/v(\d+\.\d+)"/.exec(services[0]?.sdl ?? '')?.[1]}.0`);
    for (const { name, url } of services) expect(supergraphSdl).toContain(`@join__graph(name: "${name}", url: "${url}")`);
  });

  test('the addresses are those that the command serves', () => {
    const main = readExample('main.ts').text;
    expect(subgraphs.certificates.routing_url).toContain(`:${/CERTIFICATES_PORT'] \?\? '(\d+)'/.exec(main)?.[1]}/graphql`);
    expect(subgraphs.domains.routing_url).toContain(`:${/DOMAINS_PORT'] \?\? (\d+)/.exec(main)?.[1]}/`);
    expect(router.supergraph.listen).toBe(`127.0.0.1:${/\['PORT'] \?\? (\d+)/.exec(main)?.[1]}`);
  });

  test('the router speaks of subgraphs that there are', () => {
    const named = [
      ...Object.keys(router.headers.subgraphs),
      ...Object.keys(router.include_subgraph_errors.subgraphs),
      ...Object.keys(router.traffic_shaping.subgraphs),
      ...Object.keys(router.response_cache.subgraph.subgraphs),
    ];
    expect(Object.keys(subgraphs)).toEqual(expect.arrayContaining(named));
  });

  test('the router passes on the header that the subgraph reads, and shows its errors', async () => {
    const [{ propagate }] = router.headers.subgraphs.certificates.request;
    const query = `{ certificates(instanceId: "${app.instanceIds[0]}", first: 1) { totalCount } }`;
    const { errors } = await app.ask(query, {}, { [propagate.named]: 'of nobody' });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(router.include_subgraph_errors.subgraphs.certificates).toBe(true);
  });

  test('private answers are kept apart by what main.rhai makes of the token', () => {
    const { main, scripts } = router.rhai;
    const script = path.join(folder, scripts, main);
    expect(existsSync(script)).toBe(true);
    const { private_id: key } = router.response_cache.subgraph.subgraphs.certificates;
    const [{ propagate }] = router.headers.subgraphs.certificates.request;
    expect(readFileSync(script, 'utf8')).toContain(
      `request.context["${key}"] = sha256::digest(request.headers["${propagate.named}"])`,
    );
  });
});

interface YamlSubgraph {
  readonly routing_url: string;
  readonly schema: { readonly file: string };
}

function readExample(name: string): { path: string; text: string } {
  const file = path.join(folder, name);
  return { path: file, text: readFileSync(file, 'utf8') };
}

/** The data of the README's operation with this text in it. */
async function answerOf(url: string, part: string) {
  const query = operations.find(({ text }) => text.includes(part))?.text;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  expect(errors).toBeUndefined();
  return data;
}

/** The address of the supergraph, from the output of the command. */
async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The command has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Supergraph at (\S+),/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The command ended without an address.');
}
