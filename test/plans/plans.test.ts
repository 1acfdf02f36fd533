import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { execute, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createAnswers } from '../../src/graphql/plans/answers.ts';
import { toShown } from '../../src/graphql/plans/failures.ts';
import { createPlans, type Plans } from '../../src/graphql/plans/plans.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import type { Context } from '../../src/operation/context.ts';
import { aCertificate } from '../support/certificates.ts';

const schema = buildSchema();

/** As much of a context as a lookup needs; notes what is looked for. */
function aContext(asked: unknown[] = []): Context {
  const certificate = async (key: { id: string }) => {
    asked.push(key);
    return aCertificate({ id: key.id });
  };
  return { loaders: { certificate, reads: { oldestMs: null } }, nowMs: 0 } as unknown as Context;
}

async function learn(plans: Plans, source: string, operationName?: string): Promise<void> {
  const document = parse(source);
  const operation = getOperationAST(document, operationName);
  const hooks = await plans.learn.requestDidStart?.({} as never);
  const learned = { source, document, operation, request: { operationName } };
  await hooks?.didResolveOperation?.(learned as unknown as GraphQLRequestContextDidResolveOperation<Context>);
}

/** What the plan of a document answers; undefined when there is none. */
async function answer(source: string, variables = {}, { asked = [] as unknown[], on = schema as GraphQLSchema } = {}) {
  const plans = createPlans(on);
  await learn(plans, source);
  const run = plans.find(source, undefined)?.prepare(variables);
  if (run === undefined) return undefined;
  const { data, failures } = await run(aContext(asked));
  return { ...(failures.length > 0 && { errors: toShown(failures, () => {}) }), data: JSON.parse(data) };
}

const byId = (id: string): string => `{ certificate(id: ${id}) { id } }`;

describe('a plan', () => {
  test('is there for a query that was accepted, and for no other', async () => {
    const plans = createPlans(schema);
    const source = 'query A { __typename } query B { a: __typename }';
    await learn(plans, source, 'B');
    expect(plans.find(source, 'B')?.prepare({})).toBeTypeOf('function');
    expect(plans.find(source, 'A')).toBeUndefined();
    expect(plans.find(source, undefined)).toBeUndefined();
  });

  test('is not made where fragments write out more than is worth it', async () => {
    const twice = (at: number): string =>
      `fragment F${at} on RomaInstance { a: certificates { nodes { instance { ...F${at + 1} } } } b: certificates { nodes { instance { ...F${at + 1} } } } }`;
    const source = `{ _entities(representations: []) { ...F0 } } ${Array.from({ length: 9 }, (_, at) => twice(at)).join(' ')} fragment F9 on RomaInstance { id }`;
    expect(await answer(source)).toBeUndefined();
  });

  test('is forgotten when there are too many others', async () => {
    const plans = createPlans(schema);
    const long = (at: number): string => `{ __typename } #${at}${'.'.repeat(2_400_000)}`;
    for (let at = 0; at < 6; at++) await learn(plans, long(at));
    expect([0, 1, 2, 3, 4, 5].map((at) => plans.find(long(at), undefined) !== undefined)).toEqual([
      false,
      ...new Array(5).fill(true),
    ]);
    // One that is larger than all together may be is never kept.
    const huge = `{ __typename } #${'.'.repeat(13_000_000)}`;
    await learn(plans, huge);
    expect(plans.find(huge, undefined)).toBeUndefined();
    expect(plans.find(long(5), undefined)).toBeDefined();
  });

  const code = '(globalThis.planRanCode=true)';
  const date = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';

  test.each<[name: string, source: string, id: string]>([
    ['text', byId(`"${date}${code}"`), `${date}${code}`],
    ['escaped text', byId(`"\\u005f_MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d${code}"`), `${date}${code}`],
    ['a block string', byId(`"""${date}${code}"""`), `${date}${code}`],
    ['a default', `query ($id: ID! = "${date}${code}") ${byId('$id')}`, `${date}${code}`],
    [
      'a representation',
      `{ _entities(representations: [{ __typename: "Certificate", id: "${date}${code}" }]) { __typename } }`,
      '',
    ],
  ])('never runs what a caller has written: %s', async (_name, source, id) => {
    const asked: unknown[] = [];
    const answered = await answer(source, {}, { asked });
    if (id !== '') expect(asked).toEqual([]);
    expect(answered?.errors).toHaveLength(1);
    expect(globalThis).not.toHaveProperty('planRanCode');
  });

  test('is not made of a condition that is null', async () => {
    expect(await answer('query ($is: Boolean = true) { __typename @include(if: $is) }', { is: null })).toBeUndefined();
  });

  test.each<[name: string, source: string, variables?: Record<string, unknown>]>([
    ['a response key that JavaScript reads otherwise', '{ __proto__: __typename }'],
    ['paths that read alike', '{ a_b: certificate(id: "1") { id } a: certificate(id: "1") { b: instance { id } } }'],
    ['null for an argument that must not be null', `query ($id: ID = "1") ${byId('$id')}`, { id: null }],
    [
      'null inside of a literal where none may be',
      'query ($d: CertificateOrderDirection) { certificates(instanceId: "i", orderBy: { field: NAME, direction: $d }) { totalCount } }',
      { d: null },
    ],
    ['nothing at all', '{ certificate(id: "1") { id @skip(if: true) } }'],
  ])('answers %s as graphql-js does', async (_name, source, variables = {}) => {
    const wanted = await execute({
      schema,
      document: parse(source),
      variableValues: variables,
      contextValue: aContext(),
    });
    const answered = await answer(source, variables);
    expect(JSON.stringify(answered?.data)).toBe(JSON.stringify(wanted.data));
    expect(answered?.errors?.map(({ message, path }) => ({ message, path }))).toEqual(
      wanted.errors?.map(({ message, path }) => ({ message, path })),
    );
  });

  const fragments =
    'query ($a: Boolean!, $b: Boolean!) { x: certificate(id: "1") { ...F @include(if: $a) ...F } y: certificate(id: "2") { ...F @skip(if: $b) scope id } } fragment F on Certificate { id scope @include(if: $b) }';

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('takes a fragment that is spread under several conditions as graphql-js does: %o, %o', async (a, b) => {
    const wanted = await execute({ schema, document: parse(fragments), variableValues: { a, b }, contextValue: aContext() });
    expect(JSON.stringify(await answer(fragments, { a, b }))).toBe(JSON.stringify(wanted));
  });
});

describe('answers', () => {
  const anAnswer = (body: Buffer) => ({
    body,
    contentType: 'application/json',
    operationName: undefined,
    readAtMs: 0,
  });

  test('are bounded, one and all', () => {
    const answers = createAnswers();
    const body = Buffer.alloc(800_000);
    for (let at = 0; at < 30; at++) answers.keep(`${at}`, anAnswer(body));
    const kept = Array.from({ length: 30 }, (_, at) => answers.get(`${at}`)).filter((answer) => answer !== undefined);
    expect(kept.length).toBeGreaterThan(15);
    expect(kept.length * body.length).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(answers.get('29')).toBeDefined();
    answers.keep('large', anAnswer(Buffer.alloc(1_200_000)));
    expect(answers.get('large')).toBeUndefined();
  });
});
