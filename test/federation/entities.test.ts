import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apolloSupergraph } from '../../examples/supergraph/compose.ts';
import { type Answer, type App, startApp } from '../support/app.ts';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator.ts';

const ownId = '11111111111111111111111111111111';
const globalId = '22222222222222222222222222222222';
const goneId = '33333333333333333333333333333333';

const running = new AsyncDisposableStack();
let roma: EmulatorProcess;
let app: App;
let first: string;
let second: string;

beforeAll(async () => {
  roma = running.use(await startEmulatorProcess({ instances: 2 }));
  [first = '', second = ''] = roma.instanceIds;
  await roma.control.replaceCertificates(first, [{ id: ownId, name: 'own', type: 'instance', instance_id: first }]);
  await roma.control.replaceCertificates(second, []);
  await roma.control.replaceCertificates('common', [{ id: globalId, name: 'global', type: 'global', instance_id: 'common' }]);
  app = running.use(await startApp({ roma }));
});
afterAll(() => running.disposeAsync());

test('the SDL that is served composes to the same supergraph as schema.graphql', async () => {
  const { data } = await app.ask('{ _service { sdl } }');
  expect(supergraphOf(data._service.sdl)).toBe(supergraphOf(readFileSync('schema.graphql', 'utf8')));
});

test('references are resolved at their own places, whatever key they use', async () => {
  const answer = await entities([
    { __typename: 'Certificate', id: ownId },
    { __typename: 'Certificate', id: ownId, instanceId: first },
    { __typename: 'Certificate', id: ownId, instanceId: null },
    { __typename: 'Certificate', id: ownId, instanceId: second },
    { __typename: 'Certificate', id: globalId },
    { __typename: 'Certificate', id: globalId, instanceId: second },
    { __typename: 'Certificate', id: globalId, instanceId: 'common' },
    { __typename: 'Certificate', id: goneId },
    { __typename: 'RomaInstance', id: second },
  ]);
  const own = { __typename: 'Certificate', id: ownId, instanceId: first, name: 'own' };
  const global = { __typename: 'Certificate', id: globalId, instanceId: 'common', name: 'global' };
  const instance = { __typename: 'RomaInstance', id: second, certificates: { totalCount: 1, nodes: [{ name: 'global' }] } };
  expect(answer).toEqual({ data: { _entities: [own, own, own, null, global, global, global, null, instance] } });
});

test.each([
  { case: 'no ID', representation: { __typename: 'Certificate', instanceId: 'i-1' } },
  { case: 'an ID of the wrong type', representation: { __typename: 'Certificate', id: 7 } },
  { case: 'an ID that no certificate can have', representation: { __typename: 'Certificate', id: 'a/b' } },
  { case: 'an instance ID of the wrong type', representation: { __typename: 'Certificate', id: ownId, instanceId: {} } },
  { case: 'an instance ID that no instance can have', representation: { __typename: 'RomaInstance', id: '' } },
])('a representation with $case is refused at its index, and its neighbour is not', async ({ representation }) => {
  const { data, errors } = await entities([representation, { __typename: 'Certificate', id: ownId }]);
  expect(data._entities).toEqual([null, expect.objectContaining({ name: 'own' })]);
  expect(errors).toEqual([
    expect.objectContaining({ path: ['_entities', 0], extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
  ]);
});

function supergraphOf(sdl: string): string {
  return apolloSupergraph([{ name: 'certificates', url: 'http://certificates.test/graphql', sdl }]).supergraphSdl;
}

function entities(representations: readonly object[]): Promise<Answer> {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ... on Certificate { id instanceId name }
      ... on RomaInstance { id certificates { totalCount nodes { name } } }
    }
  }`;
  return app.ask(query, { representations });
}
