import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { apolloSupergraph } from '../../examples/supergraph/compose.ts';
import { gatewayNames } from '../../examples/supergraph/supergraph.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';
import { startCommand } from '../support/command.ts';
import { type AskGateway, askGateway, setUpGateway } from '../support/gateways.ts';
import { blocksOf, readPages } from '../support/pages.ts';

// The gateways are packages of the example, with a copy of graphql of their own.
const requireFromExample = createRequire(path.resolve('examples/supergraph/gateways.ts'));
const { ApolloGateway, RemoteGraphQLDataSource } = requireFromExample('@apollo/gateway');
const { ApolloServer } = requireFromExample('@apollo/server');
const { createGatewayRuntime } = requireFromExample('@graphql-hive/gateway');
const { unifiedGraphHandler } = requireFromExample('@graphql-hive/router-runtime');

const folder = 'examples/supergraph';
const operations = blocksOf(readExample('README.md')).filter(({ tag }) => tag === 'graphql supergraph');

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe.each(gatewayNames)('behind the gateway of %s', (gateway) => {
  const ask = setUpGateway(gateway, () => app);

  test('domains bring their certificates along, and null where there is none any more', async () => {
    const { domains } = await answerOf(ask, 'domains {\n    name\n    certificate');
    expect(domains).toHaveLength(6);
    const gone = domains.pop();
    expect(gone).toEqual({ name: 'forgotten.example', certificate: null });
    for (const { certificate } of domains) expect(certificate).toMatchObject({ hasTrustedRootCa: expect.any(Boolean) });
  });

  test('an instance brings what either subgraph knows of it', async () => {
    const { instances } = await answerOf(ask, 'instances');
    expect(instances).toContainEqual({
      id: app.instanceIds[0],
      domains: expect.arrayContaining([{ name: 'forgotten.example' }]),
      certificates: {
        totalCount: 260,
        nodes: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
      },
    });
  });

  test('a certificate leads to the domains of its instance', async () => {
    const { certificates } = await answerOf(ask, 'instance {\n        domains');
    expect(certificates.nodes[0].instance.domains).toHaveLength(6);
  });
});

test.each(['npm run example:supergraph', 'npm run example:supergraph -- hive'])(
  '%s starts all, and ends all when it is told to',
  async (command) => {
    const env = { PORT: '0', DOMAINS_PORT: '0', CERTIFICATES_PORT: '0' };
    await using running = await startCommand(command, /Supergraph at (\S+),/, { env });
    expect(await answerOf((query) => askGateway(running.said, query), 'domains {\n    name\n    certificate')).toHaveProperty(
      'domains',
    );
    // A token of ROMA Connect may be longer than all headers that Node takes by default.
    const long = await fetch(running.said, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': 'x'.repeat(32_000) },
      body: JSON.stringify({ query: '{ domains { name } }' }),
    });
    expect(long.status).toBe(200);
    expect(await running.stop()).toBe(0);
  },
);

test('a gateway that there is not is refused with those that there are', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'main.ts'), 'none'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [[complaint], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
  expect(String(complaint)).toBe('There is no gateway "none": say apollo or hive.\n');
  expect(code).toBe(1);
});

test.each(['PORT', 'DOMAINS_PORT', 'CERTIFICATES_PORT'])('a taken %s is one line that names it', async (variable) => {
  const port = new URL(app.url).port;
  const env = { ...process.env, PORT: '0', DOMAINS_PORT: '0', CERTIFICATES_PORT: '0', [variable]: port };
  const running = promisify(execFile)(process.execPath, [path.join(folder, 'main.ts')], { env });
  await expect(running).rejects.toMatchObject({
    code: 1,
    stderr: `Port ${port} is in use. Set ${variable} to another one, or to 0 for a free one.\n`,
  });
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
    expect(subgraphs.certificates.routing_url).toContain(`:${/CERTIFICATES_PORT'] \?\? (\d+)/.exec(main)?.[1]}/graphql`);
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

describe('docs/federating.md', () => {
  const [page] = readPages().filter(({ path: file }) => file === 'docs/federating.md');
  const blocks = page === undefined ? [] : blocksOf(page);
  const blockWith = (part: string): string => blocks.find(({ text }) => text.includes(part))?.text ?? '';

  test('has the supergraph.yaml of the example, with other places', () => {
    const shown = parse(blockWith('# supergraph.yaml'));
    const used = parse(readExample('supergraph.yaml').text);
    const shapeOf = ({ federation_version: version, subgraphs }: { federation_version: string; subgraphs: object }) => [
      version,
      Object.entries<YamlSubgraph>(subgraphs as never).map(([name, { schema, ...rest }]) => [
        name,
        Object.keys(rest),
        Object.keys(schema),
      ]),
    ];
    expect(shapeOf(shown)).toEqual(shapeOf(used));
  });
});

describe('docs/gateways.md', () => {
  const [page] = readPages().filter(({ path: file }) => file === 'docs/gateways.md');
  const blocks = page === undefined ? [] : blocksOf(page);
  const blockWith = (part: string): string => blocks.find(({ text }) => text.includes(part))?.text ?? '';
  const query = () => `{ certificates(instanceId: "${app.instanceIds[0]}", first: 1) { totalCount } }`;
  const supergraphSdl = (url: string) => {
    const sdl = readFileSync('schema.graphql', 'utf8');
    return apolloSupergraph([{ name: 'certificates', url, sdl }]).supergraphSdl;
  };

  test('has the settings of router.yaml', () => {
    // With what only those with a ROUTER_SECRET need.
    const whole = readExample('router.yaml').text.replace(/^( +)# (- insert:| {4}(?:name|value):)/gm, '$1$2');
    expect(parse(whole)).toMatchObject(parse(blockWith('traffic_shaping:')));
  });

  const secret = 'a-secret-of-the-router-that-is-long-enough';
  const globals = { RemoteGraphQLDataSource, fetch, AbortSignal, process: { env: { ROUTER_SECRET: secret } } };
  /** The same with a time-out that a test can wait for. */
  const hurried = (code: string) => code.replace('12_000', '100');

  const asksThrough: Readonly<
    Record<string, (url: string, token: string, change?: (code: string) => string) => Promise<unknown>>
  > = {
    async '@apollo/gateway'(url, token, change = (code) => code) {
      const code = change(`${blockWith('extends RemoteGraphQLDataSource')}; CertificatesSource`);
      const CertificatesSource = runInNewContext(code, { ...globals });
      const gateway = new ApolloGateway({
        supergraphSdl: supergraphSdl(url),
        buildService: ({ url: at }: { url: string }) => new CertificatesSource({ url: at }),
      });
      const server = new ApolloServer({ gateway, stopOnTerminationSignals: false });
      const { body } = await server.executeOperation({ query: query() }, { contextValue: { token } });
      await server.stop();
      return body.singleResult;
    },
    async 'Hive Gateway'(url, token, change = (code) => code) {
      const code = change(blockWith('defineConfig').replace('export const gatewayConfig =', ''));
      const config = runInNewContext(code, { ...globals, defineConfig: (given: object) => given });
      await using gateway = createGatewayRuntime({
        supergraph: supergraphSdl(url),
        unifiedGraphHandler,
        logging: false,
        ...config,
      });
      const headers = { 'content-type': 'application/json', 'x-auth-token': token };
      const request = { method: 'POST', headers, body: JSON.stringify({ query: query() }) };
      return (await gateway.fetch('http://gateway.test/graphql', request)).json();
    },
  };

  describe.each(Object.entries(asksThrough))('in %s', (_, askThrough) => {
    test('passes tokens on', async () => {
      const answer = await askThrough(app.url, 'of nobody');
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    });

    test('sends the secret of the router', async () => {
      await using roma = await startEmulator();
      await using guarded = await startApp({ roma, env: { ROUTER_SECRET: secret } });
      const answer = await askThrough(guarded.url, roma.token);
      expect(answer).toMatchObject({ data: { certificates: { totalCount: expect.any(Number) } } });
    });

    test('gives up on a subgraph that does not answer', async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      try {
        const { port } = silent.address() as AddressInfo;
        const answer = await askThrough(`http://127.0.0.1:${port}/graphql`, 'any', hurried);
        expect(answer).toMatchObject({ errors: [expect.anything()] });
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    });
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
async function answerOf(ask: AskGateway, part: string) {
  const { data, errors } = await ask(operations.find(({ text }) => text.includes(part))?.text);
  expect(errors).toBeUndefined();
  return data;
}
