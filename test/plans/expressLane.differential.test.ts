import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import type { Executed } from '../../src/graphql/plans/compile.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { type App, startApp } from '../support/app.ts';
import { type Pools, type RandomRequest, randomRequest } from './randomOperation.ts';

/** What the lane of the app under test did, and a way to make it wrong. The app itself knows nothing of either. */
const spy = vi.hoisted(() => ({
  lanes: 0,
  plans: 0,
  answers: 0,
  spoil: undefined as ((executed: Executed) => Executed) | undefined,
}));

vi.mock(import('../../src/graphql/plans/expressLane.ts'), async (importOriginal) => {
  const { watchLane } = await import('./watchLane.ts');
  return watchLane(await importOriginal(), spy);
});

vi.mock(import('../../src/graphql/plans/plans.ts'), async (importOriginal) => {
  const original = await importOriginal();
  const createPlans: typeof original.createPlans = (schema) => {
    const plans = original.createPlans(schema);
    return {
      ...plans,
      find(...request) {
        const { spoil } = spy;
        const plan = plans.find(...request);
        if (plan === undefined || spoil === undefined) return plan;
        const prepare: typeof plan.prepare = (variables) => {
          const run = plan.prepare(variables);
          return run && (async (context) => spoil(await run(context)));
        };
        return { ...plan, prepare };
      },
    };
  };
  return { ...original, createPlans };
});

const TTL_MS = 10_000;
const DAY_MS = 86_400_000;
const schema = buildSchema();

let roma: Emulator;
let pools: Pools;
/** On and off, without any reuse, with bodies that are known again, and with reuse. */
let plain: Pair;
let revalidating: Pair;
let reusing: Pair;

interface Pair {
  readonly on: App;
  readonly off: App;
}

beforeAll(async () => {
  // The clock stands still unless a test moves it: the ages and times in two answers are then equal to the letter.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:00:00.500Z') });
  roma = await startEmulator({ certificates: 30, globalCertificates: 3, now: Date.now });
  const [first = '', second = '', refused = '', broken = ''] = roma.instanceIds;
  await roma.control.addFaults(
    { fault: refusal, times: 'always', match: { instanceId: refused } },
    { fault: blunder, times: 'always', match: { instanceId: broken } },
  );
  // Tests move the clock by years.
  const token = await roma.control.issueToken({ lifetimeMs: 100 * 365 * DAY_MS });
  const start = (env: Record<string, string>): Promise<App> =>
    startApp({ roma: { ...roma, token, instanceIds: [first, second, refused] }, env: { MAX_ROWS: '3000', ...env } });
  const pair = async (ttlMs: number, revalidation: 'on' | 'off'): Promise<Pair> => ({
    on: await start({ CERTIFICATES_CACHE_TTL_MS: `${ttlMs}`, EXPRESS_LANE: 'on', REVALIDATION: revalidation }),
    off: await start({ CERTIFICATES_CACHE_TTL_MS: `${ttlMs}`, EXPRESS_LANE: 'off', REVALIDATION: 'off' }),
  });
  plain = await pair(0, 'off');
  revalidating = await pair(0, 'on');
  reusing = await pair(TTL_MS, 'on');
  pools = await readPools(plain.off, first, second, refused);
});

afterAll(async () => {
  await Promise.all([plain, revalidating, reusing].flatMap(({ on, off }) => [on.stop(), off.stop()]));
  await roma.stop();
  vi.useRealTimers();
});

const refusal = { kind: 'answer', status: 403, body: { error_code: 'APIG.1005', error_msg: 'No permissions' } } as const;

const blunder = { kind: 'answer', status: 400, body: { error_code: 'APIG.2011', error_msg: 'Bad parameter' } } as const;

async function readPools(app: App, first: string, second: string, refused: string): Promise<Pools> {
  const list = async (args: string): Promise<{ cursor: string; node: { id: string } }[]> =>
    (await app.ask(`{ certificates(${args}) { edges { cursor node { id } } } }`)).data.certificates.edges;
  const own = await list(`instanceId: "${first}", first: 9`);
  const others = await list(`instanceId: "${second}", last: 4`);
  const sorted = await list(`instanceId: "${first}", orderBy: { field: NAME }, first: 6`);
  return {
    instanceIds: [first, second, first, refused, 'unknown', roma.instanceIds[3] ?? '', 'common', 'no id!'],
    certificateIds: [...own, ...others].map(({ node }) => node.id).concat('unknown', 'no id!', ''),
    cursors: [...[own[2], own[6], sorted[1], sorted[4], others[1]].map((edge) => edge?.cursor ?? ''), 'garbage', ''],
  };
}

interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What differs between any two answers, or follows from what does. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'date', 'content-length']);

async function send(app: App, request: RandomRequest): Promise<Seen> {
  const response = await app.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return {
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => !OWN_HEADERS.has(name))),
    body: normalise(await response.text()),
  };
}

/** What differs between two answers of graphql-js itself: the IDs that the upstream gives its answers, and the order of errors, which is that of their arrival. */
function normalise(text: string): string {
  const body = JSON.parse(text.replace(/"requestId":"[^"]*"/g, '"requestId":"…"')) as { errors?: unknown[] };
  body.errors?.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  // The order of keys stays.
  return JSON.stringify(body);
}

/** Asks the long way, for a plan and for a whole answer, and the other app as often. */
async function compare({ on, off }: Pair, request: RandomRequest): Promise<void> {
  for (const way of ['long way', 'plan', 'whole answer']) {
    const [got, wanted] = await Promise.all([send(on, request), send(off, request)]);
    expect(got, `${way}: ${JSON.stringify(request)}`).toEqual(wanted);
  }
}

const tapes = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 400, size: 'max' });

function property(pair: () => Pair, stepMs = 0) {
  return ofTapes(async (tape) => {
    vi.setSystemTime(Date.now() + stepMs);
    await compare(pair(), randomRequest(schema, pools, tape));
  });
}

/** fast-check leaves what is under way when its time is over, and that must not disturb what comes next. */
let underWay: Promise<void> | undefined;

function ofTapes(check: (tape: readonly number[]) => Promise<void>) {
  return fc.asyncProperty(tapes, (tape) => {
    underWay = check(tape);
    return underWay;
  });
}

/** Resolves to the number of operations that were tried. */
async function hold(claim: ReturnType<typeof property>): Promise<number> {
  const details = await fc.check(claim, runs);
  await underWay?.catch(() => undefined);
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  return details.numRuns;
}

/** At most so many, and so long: machines differ. Of a failure, fast-check prints the seed, and with `path` it is run again. */
const runs = { numRuns: 200, interruptAfterTimeLimit: 6_000, markInterruptAsFailure: false } as const;

/** Asks again days later, and once when something has changed. */
async function compareAsTimeGoesBy({ on, off }: Pair, requests: readonly RandomRequest[]): Promise<void> {
  for (const name of ['long way', 'plan', 'days later', 'changed', 'after the change']) {
    vi.setSystemTime(Date.now() + DAY_MS);
    if (name === 'changed') await change();
    for (const request of requests) {
      const [got, calls] = await counted(() => send(on, request));
      const [wanted, callsOff] = await counted(() => send(off, request));
      expect(got, `${name}: ${JSON.stringify(request)}`).toEqual(wanted);
      if (name !== 'long way') expect(calls, `${name}: ${JSON.stringify(request)}`).toBe(callsOff);
    }
  }
}

/** A part of a list, which most random operations are not. */
function randomPage([list = 0, size = 0, from = 0, fields = 0, filter = 0]: readonly number[]): RandomRequest {
  const leaves = ['name', 'commonName', 'daysUntilExpiry', 'instance { id }', '__typename', 'alias: id'];
  const asked = leaves.filter((_leaf, at) => fields & (2 ** at));
  const field = 'certificates(instanceId: $id, first: $size, after: $from, filter: $filter)';
  const page =
    fields % 3 === 0 ? `edges { cursor node { id ${asked.join(' ')} } }` : `nodes { id ${asked.join(' ')} } totalCount`;
  return {
    query: `query Page($id: ID!, $size: Int, $from: String, $filter: CertificateFilter) { ${field} { ${page} pageInfo { endCursor hasNextPage } } }`,
    variables: {
      id: pools.instanceIds[list % 2],
      size: 1 + (size % 12),
      from: from % 3 === 0 && list % 2 === 0 ? pools.cursors[from % 2] : null,
      filter: filter % 3 === 0 ? { algorithmType: filter % 2 === 0 ? 'RSA' : 'ECC' } : null,
    },
  };
}

async function counted<Result>(ask: () => Promise<Result>): Promise<[result: Result, calls: number]> {
  await roma.control.clearCalls();
  const result = await ask();
  return [result, (await roma.control.calls()).total];
}

let changes = 0;

/** Renames a certificate of each of two instances. */
async function change(): Promise<void> {
  changes += 1;
  for (const owner of pools.instanceIds.slice(0, 2)) {
    const rows = (await roma.control.certificates(owner)) as readonly { readonly id: string }[];
    const { id = '' } = rows[changes % rows.length] ?? {};
    await roma.control.change({ kind: 'update', owner, id, values: { name: `renamed_${changes}` } });
  }
}

afterEach(() => {
  Object.assign(spy, { plans: 0, answers: 0, spoil: undefined });
});

describe('the answers to random operations are those of Apollo Server and graphql-js', () => {
  test('by plans', async () => {
    const numRuns = await hold(property(() => plain));
    expect(spy).toMatchObject({ answers: 0 });
    // Of three times each, the second and the third, but for operations that are refused.
    expect(spy.plans).toBeGreaterThan(numRuns);
  });

  test.each([
    ['', () => revalidating],
    [', and reused before', () => reusing],
  ])('when something has changed meanwhile%s', async (_reused, pair) => {
    const numRuns = await hold(
      ofTapes((tape) => compareAsTimeGoesBy(pair(), [randomRequest(schema, pools, tape), randomPage(tape)])),
    );
    expect(spy.plans).toBeGreaterThan(numRuns);
  });

  test('by plans and whole answers', async () => {
    const numRuns = await hold(property(() => reusing, TTL_MS + 1));
    // Few: most have an error, or an instance that could not be read, and are not kept.
    expect(spy.answers).toBeGreaterThan(0);
    expect(spy.plans).toBeGreaterThan(numRuns / 2);
  });
});

/** What a wrong plan could do, as little as it may be. */
const mistakes: readonly (readonly [name: string, spoil: (executed: Executed) => Executed])[] = [
  ['keys in another order', withData((data) => Object.fromEntries(Object.entries(data).toReversed()))],
  ['null for what is there', withData((data) => ({ ...data, [Object.keys(data)[0] ?? '']: null }))],
  ['a key too many', withData((data) => ({ ...data, more: null }))],
  ['an error too few', ({ data, failures }) => ({ data, failures: failures.slice(1) })],
];

function withData(change: (data: object) => object): (executed: Executed) => Executed {
  return ({ data, failures }) => ({ data: JSON.stringify(change(JSON.parse(data) ?? {})), failures });
}

test.each(mistakes)('a wrong plan would be noticed: %s', async (_name, spoil) => {
  spy.spoil = spoil;
  const { failed, errorInstance } = await fc.check(
    property(() => plain),
    { ...runs, endOnFailure: true },
  );
  expect(failed).toBe(true);
  expect(String(errorInstance)).toMatch(/(long way|plan): /);
});

/** Where what is compiled has been wrong. `"i"` stands for an instance. */
test.each<[name: string, request: RandomRequest]>([
  [
    'null in the place of a whole answer',
    { query: 'query ($r: [_Any!] = []) { _entities(representations: $r) { __typename } }', variables: { r: null } },
  ],
  [
    'a direction that is missing inside of a literal',
    {
      query:
        'query ($d: CertificateOrderDirection) { certificates(instanceId: "i", first: 3, orderBy: { field: NAME, direction: $d }) { nodes { name } } }',
    },
  ],
  [
    'a direction that is null inside of a literal',
    {
      query:
        'query ($d: CertificateOrderDirection) { certificates(instanceId: "i", orderBy: { field: NAME, direction: $d }) { nodes { name } } }',
      variables: { d: null },
    },
  ],
  [
    'variables inside of a representation',
    {
      query:
        'query ($id: ID!) { _entities(representations: [{ __typename: "RomaInstance", id: $id }]) { __typename ... on RomaInstance { id } } }',
      variables: { id: 'i' },
    },
  ],
  [
    'a key that comes later when an earlier one is left out',
    { query: 'query ($is: Boolean!) { a: __typename @skip(if: $is) b: __typename a: __typename }', variables: { is: true } },
  ],
  [
    'a fragment that is spread with and without a condition',
    {
      query:
        'query ($is: Boolean!) { certificate(id: "1") { id } ...F @include(if: $is) ...F } fragment F on Query { b: __typename }',
      variables: { is: false },
    },
  ],
  [
    'a fragment under different conditions',
    {
      query:
        'query ($is: Boolean!) { ... @include(if: $is) { a: __schema { queryType { ...F } } } b: __schema { queryType { ...F @skip(if: $is) } } c: __schema { queryType { ...F } } } fragment F on __Type { name }',
      variables: { is: false },
    },
  ],
  [
    'conditions that are null',
    {
      query: 'query ($is: Boolean = true) { a: __typename @include(if: $is) b: __typename @skip(if: $is) }',
      variables: { is: null },
    },
  ],
  ['a response key that objects have', { query: '{ __proto__: __typename constructor: __typename toString: __typename }' }],
  ['an empty name of an operation', { query: '{ __typename }', operationName: '' }],
])('%s is answered alike', async (_name, request) => {
  const query = request.query.replaceAll('"i"', `"${pools.instanceIds[0]}"`);
  await compare(plain, { ...request, query });
  // Once more, when the document has a plan by another request.
  await compare(plain, { query });
  await compare(plain, { ...request, query });
});

test('two fields whose paths read alike are told apart', async () => {
  const [instanceId] = pools.instanceIds;
  const [certificateId] = pools.certificateIds;
  const whole = `certificates_instance_x: certificates(instanceId: "${instanceId}") { nodes { id } }`;
  const count = `x: certificate(id: "${certificateId}") { instance { certificates { totalCount } } }`;
  await compare(plain, { query: `{ ${whole} ${count} }` });
  await compare(plain, { query: `{ ${count} ${whole} }` });
});

test('a document is told from another one with the name of an operation', async () => {
  await compare(plain, { query: '#A\0B\n{ __typename }' });
  await compare(plain, { query: 'B\n{ __typename }', operationName: '#A' });
});
