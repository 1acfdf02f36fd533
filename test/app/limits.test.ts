import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

const env = {
  MAX_ROWS: '1000',
  MAX_VALUES: '20000',
  MAX_ENTITIES: '10',
  MAX_UPSTREAM_CALLS: '3',
  CERTIFICATES_CACHE_TTL_MS: '0',
};

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

test.each<[name: string, query: string, code: string]>([
  ['too many tokens', `{ ${'__typename '.repeat(10_001)} }`, 'GRAPHQL_PARSE_FAILED'],
  ['a document that is too deep to parse', `{ certificate(id: ${'['.repeat(9_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ['too many aliases of __typename', aliases(301, '__typename'), 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments that multiply',
    `{ ...F0 } ${Array.from({ length: 20 }, (_, at) => `fragment F${at} on Query { a: __typename ...F${at + 1} b: __typename ...F${at + 1} }`).join(' ')} fragment F20 on Query { __typename }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
])('%s are refused as a whole, before anything is asked of ROMA Connect', async (_name, query, code) => {
  await roma.control.clearCalls();
  const { data, errors = [] } = await app.ask(query);
  expect(data).toBeUndefined();
  expect(errors[0]).toMatchObject({ message: expect.any(String), extensions: { code, retryable: false } });
  expect((await roma.control.calls()).calls).toHaveLength(0);
});

const calls = async () => (await roma.control.calls()).total;
const exceeded = (...path: (string | number)[]) =>
  expect.objectContaining({ path, extensions: { code: 'REQUEST_LIMIT_EXCEEDED', retryable: false } });

/** The first time the long way, then by the express lane. */
describe.each(['first', 'again'])('what can be afforded is answered, %s', () => {
  test('root fields in their order while their rows fit; each one beyond causes no call', async () => {
    const [id] = roma.instanceIds;
    const field = (name: string, size: number) => `${name}: certificates(instanceId: "${id}", first: ${size}) { nodes { id } }`;
    await roma.control.clearCalls();
    const { data, errors } = await app.ask(`{ ${field('a', 500)} ${field('b', 400)} ${field('c', 200)} ${field('d', 100)} }`);
    expect([data.a.nodes.length, data.b.nodes.length, data.c, data.d.nodes.length]).toEqual([260, 260, null, 100]);
    expect(errors).toEqual([exceeded('c')]);
    expect(await calls()).toBe(1);
  });

  test('pages within pages multiply', async () => {
    const query =
      'query ($n: Int!) { __typename a: certificates(instanceId: "i", first: $n) { nodes { instance { certificates(first: $n) { nodes { id } } } } } }';
    await roma.control.clearCalls();
    expect(await app.ask(query, { n: 100 })).toEqual({ data: { __typename: 'Query', a: null }, errors: [exceeded('a')] });
    expect(await calls()).toBe(0);
  });

  test('representations up to the limit; each one beyond is refused at its index', async () => {
    const query =
      'query ($r: [_Any!]!, $s: [_Any!]!) { a: _entities(representations: $r) { ... on RomaInstance { id } } b: _entities(representations: $s) { ... on RomaInstance { id } } }';
    const of = (count: number) => Array.from({ length: count }, (_, at) => ({ __typename: 'RomaInstance', id: `i-${at}` }));
    const { data, errors } = await app.ask(query, { r: of(8), s: of(4) });
    expect(data.a).toEqual(of(8).map(({ id }) => ({ id })));
    expect(data.b).toEqual([{ id: 'i-0' }, { id: 'i-1' }, null, null]);
    expect(errors).toEqual([exceeded('b', 2), exceeded('b', 3)]);
  });

  test('ten times as many representations are refused whole', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } ok: __typename }';
    const r = Array.from({ length: 100 }, (_, at) => ({ __typename: 'Certificate', id: `c-${at}` }));
    await roma.control.clearCalls();
    const { data, errors } = await app.ask(query, { r });
    // The list of entities can't be null, so nothing beside it can be.
    expect(data).toBeNull();
    expect(errors).toEqual([exceeded('_entities')]);
    expect(await calls()).toBe(0);
  });

  test('lists without rows count, too', async () => {
    const selections = aliases(290, 'certificates { totalCount }');
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on RomaInstance ${selections} } }`;
    const wide = await startApp({ roma, env: { MAX_UPSTREAM_CALLS: '3' } });
    const r = Array.from({ length: 100 }, (_, at) => ({ __typename: 'RomaInstance', id: `i-${at}` }));
    const { errors } = await wide.ask(query, { r });
    expect(errors).toEqual([exceeded('_entities')]);
    await wide.stop();
  });
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

test('a page with more values than are allowed is refused at its path, and the next one answered', async () => {
  await roma.control.clearCalls();
  const wide = Array.from({ length: 40 }, (_, at) => `n${at}: name`).join(' ');
  const list = `certificates(instanceId: "${app.instanceIds[0]}", first: 500)`;
  const { data, errors } = await app.ask(`{ a: ${list} { nodes { ${wide} } } b: ${list} { totalCount } }`);
  expect(data).toEqual({ a: null, b: { totalCount: expect.any(Number) } });
  expect(errors).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/could return 20503 values, and 20000 are allowed/),
      path: ['a'],
      extensions: { code: 'REQUEST_LIMIT_EXCEEDED', retryable: false },
    }),
  ]);
  expect((await roma.control.calls()).total).toBe(1);
});

test('a document of more characters than are allowed is refused, were they a comment', async () => {
  const { errors } = await app.ask(`{ __typename } # ${'x'.repeat(50_000)}`);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringMatching(/50017 characters, and 50000 are allowed/),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', retryable: false },
  });
});

test('filters that would be compared with too many rows are refused one by one, and the rest answered', async () => {
  await using large = await startEmulator({ instances: 1, certificates: 20_000 });
  await using asked = await startApp({ roma: large });
  const hosts = Array.from(
    { length: 60 },
    (_, at) =>
      `a${at}: certificates(instanceId: "${large.instanceIds[0]}", filter: { coversHost: "h${at}.example" }) { totalCount }`,
  );
  const { data, errors } = await asked.ask(`{ ${hosts.join(' ')} }`);
  // The list has some global certificates beside the 20,000.
  expect(Object.values(data).filter((page) => page !== null)).toHaveLength(49);
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['REQUEST_LIMIT_EXCEEDED']));
});

test('what is written with each value counts, too: long keys, and lists of names', async () => {
  const ofNodes = (selection: string) => `{ a: certificates(instanceId: "i", first: 500) { nodes { ${selection} } } }`;
  await roma.control.clearCalls();
  for (const selection of [`${'k'.repeat(4_000)}: id`, aliases(10, 'subjectAlternativeNames').slice(1, -1)]) {
    const { data, errors } = await app.ask(ofNodes(selection));
    expect(data).toEqual({ a: null });
    expect(errors).toEqual([exceeded('a')]);
  }
  expect((await roma.control.calls()).total).toBe(0);
});

describe('a variable that is wider than any input', () => {
  const wide = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`f${at}`, at]));
  const refused = (name: string) => ({
    errors: [
      {
        message: `The variable "$${name}" has more than 200 fields, and no input has so many: send those that the schema has.`,
        extensions: { code: 'BAD_USER_INPUT', retryable: false },
      },
    ],
  });

  test.each<[name: string, value: unknown]>([
    ['itself', wide],
    ['in a field of it', { name: wide }],
    ['in a list', [wide]],
  ])('is refused before it is written out: %s', async (_name, value) => {
    const query = 'query ($f: CertificateFilter) { certificates(instanceId: "i", filter: $f) { totalCount } }';
    await roma.control.clearCalls();
    // The second time it has a plan.
    expect(await app.ask(query, { f: value })).toEqual(refused('f'));
    await app.ask(query);
    expect(await app.ask(query, { f: value })).toEqual(refused('f'));
  });

  test('is no matter of representations, nor of variables that nobody declared', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on RomaInstance { id } } }';
    const { data, errors } = await app.ask(query, { r: [{ ...wide, __typename: 'RomaInstance', id: 'i' }], other: wide });
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([{ id: 'i' }]);
  });
});
