import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

const env = { MAX_ROWS: '1000', MAX_ENTITIES: '10', MAX_UPSTREAM_CALLS: '3', CERTIFICATES_CACHE_TTL_MS: '0' };

let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator();
  app = await startApp({ roma, env });
});
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

const aliases = (count: number, field: string): string =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

test.each<[name: string, query: string, code: string, variables?: object]>([
  ['too many tokens', `{ ${'__typename '.repeat(10_001)} }`, 'GRAPHQL_PARSE_FAILED'],
  ['a document that is too deep to parse', `{ certificate(id: ${'['.repeat(9_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ['too many aliases of __typename', aliases(301, '__typename'), 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments that multiply',
    `{ ...F0 } ${Array.from({ length: 20 }, (_, at) => `fragment F${at} on Query { a: __typename ...F${at + 1} b: __typename ...F${at + 1} }`).join(' ')} fragment F20 on Query { __typename }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['too many rows', aliases(3, 'certificates(instanceId: "i", first: 400) { nodes { id } }'), 'REQUEST_LIMIT_EXCEEDED'],
  [
    'too many rows by a variable',
    'query ($n: Int!) { a: certificates(instanceId: "i", first: $n) { nodes { instance { certificates(first: $n) { nodes { id } } } } } }',
    'REQUEST_LIMIT_EXCEEDED',
    { n: 100 },
  ],
  [
    'too many representations',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    'REQUEST_LIMIT_EXCEEDED',
    { r: Array.from({ length: 11 }, () => ({ __typename: 'Certificate', id: 'c' })) },
  ],
])('%s are refused with 400, before anything is asked of ROMA Connect', async (_name, query, code, variables) => {
  await roma.control.clearCalls();
  const body = JSON.stringify({ query, variables });
  const response = await app.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data, errors } = (await response.json()) as { data?: unknown; errors: unknown[] };
  expect(response.status).toBe(400);
  expect(data).toBeUndefined();
  expect(errors[0]).toMatchObject({ message: expect.any(String), extensions: { code, retryable: false } });
  expect((await roma.control.calls()).calls).toHaveLength(0);
});

test('a field that is repeated thousands of times is refused in words', async () => {
  const { errors } = await app.ask(`{ ${'__typename '.repeat(3_000)} }`);
  expect(errors).toEqual([
    {
      message: 'The document repeats too many fields to be checked: send each once, or in several operations.',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', retryable: false },
    },
  ]);
});

test('a limit is named together with what was asked', async () => {
  const { errors } = await app.ask(aliases(3, 'certificates(instanceId: "i", first: 400) { nodes { id } }'));
  expect(errors?.[0]?.message).toMatch(/1200 certificates, and 1000 are allowed/);
});

test('a page of exactly the allowed rows is served', async () => {
  const query = aliases(2, `certificates(instanceId: "${app.instanceIds[0]}", first: 500) { totalCount nodes { id } }`);
  expect(await app.ask(query)).not.toHaveProperty('errors');
});

test('an operation that needs more calls than allowed gets what the allowed ones brought', async () => {
  const fields = app.instanceIds.map((id, at) => `a${at}: certificates(instanceId: "${id}", first: 1) { totalCount }`);
  expect(fields).toHaveLength(4);
  const { data, errors } = await app.ask(`{ ${fields.join(' ')} }`);
  expect(Object.values(data).filter((page) => page !== null)).toHaveLength(3);
  expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'REQUEST_LIMIT_EXCEEDED', retryable: false } })]);
});
