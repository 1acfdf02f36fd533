import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apolloSupergraph, guildSupergraph, type Subgraph } from '../../examples/supergraph/compose.ts';
import { type Gateway, startApolloGateway, startHiveGateway } from '../../examples/supergraph/gateways.ts';
import { startApp } from '../support/app.ts';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator.ts';
import { grafbaseIsInstalled, startGrafbase } from '../support/grafbase.ts';
import { domainsSdl, inventorySdl, startDomains, startInventory } from '../support/neighbours.ts';

const ownId = '11111111111111111111111111111111';
const globalId = '22222222222222222222222222222222';
const goneId = '33333333333333333333333333333333';
const unknownInstanceId = 'd0e1f2a3-0000-4000-8000-000000000000';

interface GatewayUnderTest {
  readonly name: string;
  readonly start: (subgraphs: readonly Subgraph[]) => Promise<Gateway>;
  /** Whether it sends the instance along where a neighbour knows it. */
  readonly sendsInstance?: boolean;
  /** What it sends as `Router-Authorization`. */
  readonly secret?: string;
}

const gateways: GatewayUnderTest[] = [
  { name: '@apollo/gateway', start: (subgraphs) => startApolloGateway(apolloSupergraph(subgraphs).supergraphSdl) },
  { name: 'Hive Gateway', start: (subgraphs) => startHiveGateway(guildSupergraph(subgraphs).supergraphSdl) },
];

const secretOfGrafbase = 'a-secret-of-the-router-that-is-long-enough';
const grafbase: GatewayUnderTest = {
  name: 'Grafbase',
  start: (subgraphs) => startGrafbase(subgraphs, { ROUTER_SECRET: secretOfGrafbase }),
  sendsInstance: true,
  secret: secretOfGrafbase,
};

const isHere = grafbaseIsInstalled || process.env['CI'] === 'true';
if (!isHere) test.skipIf(true)('through Grafbase, which npm has for Linux on x64 only', () => {});

describe.each(isHere ? [...gateways, grafbase] : gateways)('through $name', ({ start, sendsInstance = false, secret }) => {
  const running = new AsyncDisposableStack();
  let roma: EmulatorProcess;
  let gateway: Gateway;
  let instanceId: string;

  beforeAll(async () => {
    roma = running.use(await startEmulatorProcess({ instances: 2 }));
    const [first = '', second = ''] = roma.instanceIds;
    instanceId = first;
    await roma.control.replaceCertificates(first, [{ id: ownId, name: 'own', type: 'instance', instance_id: first }]);
    await roma.control.replaceCertificates(second, []);
    await roma.control.replaceCertificates('common', [{ id: globalId, name: 'global', type: 'global', instance_id: 'common' }]);

    const app = running.use(
      await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0', ...(secret && { ROUTER_SECRET: secret }) } }),
    );
    const domains = running.use(
      await startDomains([
        { name: 'own.example', certificateId: ownId },
        { name: 'global.example', certificateId: globalId },
        { name: 'gone.example', certificateId: goneId },
      ]),
    );
    const inventory = running.use(
      await startInventory({
        listeners: [
          { port: 443, certificate: { id: ownId, instanceId } },
          { port: 444, certificate: { id: globalId, instanceId: 'common' } },
          { port: 445, certificate: { id: goneId, instanceId } },
        ],
        instances: [
          { id: instanceId, region: 'cn-north-4' },
          { id: unknownInstanceId, region: 'eu-west-101' },
        ],
      }),
    );
    const subgraphs = [
      { name: 'certificates', url: app.url, sdl: readFileSync('schema.graphql', 'utf8') },
      { name: 'domains', url: domains.url, sdl: domainsSdl },
      { name: 'inventory', url: inventory.url, sdl: inventorySdl },
    ];
    gateway = running.use(await start(subgraphs));
  });
  afterEach(() => roma.control.clearFaults());
  afterAll(() => running.disposeAsync());

  test('a domain brings its certificate along, and that its instance, which brings what its owner knows', async () => {
    const { data, errors } = await ask(
      '{ domains { name certificate { name subjectAlternativeNames instance { id region } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      domains: [
        {
          name: 'own.example',
          certificate: { name: 'own', subjectAlternativeNames: [], instance: { id: instanceId, region: 'cn-north-4' } },
        },
        { name: 'global.example', certificate: { name: 'global', subjectAlternativeNames: [], instance: null } },
        { name: 'gone.example', certificate: null },
      ],
    });
  });

  test('a neighbour may know the instance too', async () => {
    const { data, errors } = await ask('{ listeners { port certificate { name instanceId hasTrustedRootCa } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      listeners: [
        { port: 443, certificate: { name: 'own', instanceId, hasTrustedRootCa: false } },
        { port: 444, certificate: { name: 'global', instanceId: 'common', hasTrustedRootCa: false } },
        { port: 445, certificate: null },
      ],
    });
  });

  // Apollo's planner and Hive's take the shortest key that leads to a subgraph. docs/federating.md says so.
  test(`a neighbour that knows the instance is joined ${sendsInstance ? 'by it, so one instance is' : 'by the ID alone, so every instance is'} searched`, async () => {
    await roma.control.clearCalls();
    await ask('{ listeners { certificate { name } } }');
    const searched = sendsInstance ? [instanceId] : roma.instanceIds;
    expect((await roma.control.calls()).byInstance).toEqual(Object.fromEntries(searched.map((id) => [id, 1])));
  });

  test('an instance brings its certificates along; one that is unknown leaves the others alone', async () => {
    const answer = await ask('{ ownedInstances { region certificates(first: 5) { totalCount nodes { name } } } }');
    expect(answer.data).toEqual({
      ownedInstances: [
        {
          region: 'cn-north-4',
          certificates: { totalCount: 2, nodes: expect.arrayContaining([{ name: 'own' }, { name: 'global' }]) },
        },
        { region: 'eu-west-101', certificates: null },
      ],
    });
    expect(answer.errors).toEqual([
      expect.objectContaining({
        path: ['ownedInstances', 1, 'certificates'],
        extensions: expect.objectContaining({
          code: 'NOT_FOUND',
          retryable: false,
          upstream: expect.objectContaining({ status: 404, errorCode: 'APIG.3030', instanceId: unknownInstanceId }),
        }),
      }),
    ]);
  });

  test('where an instance could not be searched, the error arrives at the reference that needed it', async () => {
    await roma.control.addFaults({
      fault: {
        kind: 'answer',
        status: 403,
        body: { error_code: 'APIG.1005', error_msg: 'No permissions to request this method' },
      },
      match: { instanceId },
      times: 'always',
    });
    const answer = await ask('{ domains { name certificate { name hasTrustedRootCa } } }');
    expect(answer.data).toEqual({
      domains: [
        { name: 'own.example', certificate: null },
        { name: 'global.example', certificate: { name: 'global', hasTrustedRootCa: false } },
        { name: 'gone.example', certificate: null },
      ],
    });
    expect(answer.errors?.map(({ path }) => path)).toEqual([
      ['domains', 0, 'certificate'],
      ['domains', 2, 'certificate'],
    ]);
    for (const { extensions } of answer.errors ?? []) {
      expect(extensions).toMatchObject({
        code: 'LOOKUP_INCOMPLETE',
        retryable: false,
        instances: [{ instanceId, code: 'FORBIDDEN', upstream: { status: 403, errorCode: 'APIG.1005' } }],
      });
    }
  });

  test.each<[what: string, args: string, code: string, variables?: object]>([
    ['a time', 'filter: { expiresBefore: "soon" }', 'BAD_USER_INPUT'],
    ['a time in a variable', 'filter: { expiresBefore: $time }', 'BAD_USER_INPUT', { time: 'soon' }],
    ['a time that is no text', 'filter: { expiresBefore: $time }', 'BAD_USER_INPUT', { time: 7 }],
    ['a page size', 'first: 501', 'BAD_USER_INPUT'],
    ['a cursor', 'after: "garbage"', 'CURSOR_INVALID'],
  ])('what only this service can judge keeps its code and its path: %s', async (_what, args, code, variables) => {
    const declared = variables === undefined ? '' : 'query ($time: DateTime) ';
    const query = `${declared}{ bad: certificates(instanceId: "${instanceId}", ${args}) { totalCount } good: certificates(instanceId: "${instanceId}") { totalCount } }`;
    const { data, errors } = await ask(query, roma.token, variables);
    expect(data).toEqual({ bad: null, good: { totalCount: 2 } });
    expect(errors).toEqual([expect.objectContaining({ path: ['bad'], extensions: expect.objectContaining({ code }) })]);
  });

  test('what is beyond the limits does, too', async () => {
    const field = (at: number) => `a${at}: certificates(instanceId: "${instanceId}", first: 500) { nodes { id } }`;
    const { data, errors } = await ask(`{ ${Array.from({ length: 101 }, (_, at) => field(at)).join(' ')} }`);
    expect((data as { a0: object }).a0).toMatchObject({ nodes: [{ id: ownId }, { id: globalId }] });
    const code = 'REQUEST_LIMIT_EXCEEDED';
    expect(errors).toEqual([expect.objectContaining({ path: ['a100'], extensions: expect.objectContaining({ code }) })]);
  });

  test('the token of the caller is the one that ROMA Connect sees', async () => {
    const query = `{ certificates(instanceId: "${instanceId}") { totalCount } }`;
    await roma.control.clearCalls();
    await ask(query, roma.token);
    await ask(query, roma.secondToken);
    expect(Object.keys((await roma.control.calls()).byCaller)).toHaveLength(2);

    const { errors } = await ask(query, roma.expiredToken);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  async function ask(query: string, token = roma.token, variables: object = {}): Promise<Answer> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': token },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }
});

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly extensions?: Record<string, unknown> }[];
}
