import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { countRootFields } from '../../src/graphql/limits/countRows.ts';

const list = 'certificates(instanceId: "i")';
const certificates = (count: number) => Array.from({ length: count }, (_, id) => ({ __typename: 'Certificate', id: `${id}` }));
const instances = (count: number) => Array.from({ length: count }, (_, id) => ({ __typename: 'RomaInstance', id: `${id}` }));

test.each<[name: string, document: string, rows: number, variables?: Record<string, unknown>]>([
  ['a page without a size has 20 rows', `{ ${list} { nodes { id } } }`, 20],
  ['first counts', '{ certificates(instanceId: "i", first: 7) { nodes { id } } }', 7],
  ['last counts', '{ certificates(instanceId: "i", last: 7) { edges { cursor } } }', 7],
  ['null is as if not sent', '{ certificates(instanceId: "i", first: null, last: 3) { nodes { id } } }', 3],
  ['nodes and edges are one page', `{ ${list} { nodes { id } edges { cursor } } }`, 20],
  ['totalCount alone returns no row', `{ ${list} { totalCount pageInfo { hasNextPage } asOf } }`, 0],
  ['an alias of nodes is a second copy', `{ ${list} { nodes { id } more: nodes { name } edges { cursor } } }`, 40],
  ['aliases add up', `{ a: ${list} { nodes { id } } b: ${list} { nodes { id } } }`, 40],
  ['the same field twice is one field', `{ ${list} { nodes { id } } ${list} { nodes { name } } }`, 20],
  [
    'the same field merges across fragments',
    `{ ${list} { nodes { id } } ...F } fragment F on Query { ${list} { nodes { name } } }`,
    20,
  ],
  [
    'pages within pages multiply',
    '{ certificates(instanceId: "i", first: 10) { nodes { instance { certificates(first: 5) { nodes { id } } } } } }',
    60,
  ],
  [
    'nested pages below nodes and below edges add up',
    '{ certificates(instanceId: "i", first: 10) { nodes { instance { certificates(first: 5) { nodes { id } } } } edges { node { instance { certificates(first: 2) { nodes { id } } } } } } }',
    80,
  ],
  [
    'a certificate leads to a page of its instance',
    '{ certificate(id: "c") { instance { certificates(first: 3) { nodes { id } } } } }',
    3,
  ],
  [
    'a fragment counts where it is spread',
    `{ ...F } fragment F on Query { ...G } fragment G on Query { ${list} { nodes { id } } }`,
    20,
  ],
  ['a size from a variable', 'query ($n: Int) { certificates(instanceId: "i", first: $n) { nodes { id } } }', 9, { n: 9 }],
  ['a variable that is not sent', 'query ($n: Int) { certificates(instanceId: "i", first: $n) { nodes { id } } }', 20, {}],
  [
    'a variable that is null',
    'query ($n: Int = 5) { certificates(instanceId: "i", first: $n) { nodes { id } } }',
    20,
    { n: null },
  ],
  ['a default of a variable', 'query ($n: Int = 5) { certificates(instanceId: "i", first: $n) { nodes { id } } }', 5],
  [
    'a variable named like a method',
    'query ($constructor: Int) { certificates(instanceId: "i", first: $constructor) { nodes { id } } }',
    20,
  ],
  [
    'a size of the wrong type',
    'query ($n: Int) { certificates(instanceId: "i", first: $n) { nodes { id } } }',
    20,
    { n: 'many' },
  ],
  [
    'a size above 500, which is refused later, counts as 500',
    '{ certificates(instanceId: "i", first: 100000) { nodes { id } } }',
    500,
  ],
  [
    'a negative size, which is refused later, counts as none',
    '{ certificates(instanceId: "i", first: -1) { nodes { id } } }',
    0,
  ],
  [
    '@skip',
    `query ($no: Boolean = true) { a: ${list} @skip(if: $no) { nodes { id } } b: ${list} @skip(if: false) { nodes { id } } }`,
    20,
  ],
  [
    '@include',
    `{ a: ${list} @include(if: false) { nodes { id } } ... @include(if: true) { b: ${list} { nodes { id } } } }`,
    20,
  ],
  [
    '@include from a variable',
    `query ($yes: Boolean!) { ...F @include(if: $yes) } fragment F on Query { ${list} { nodes { id } } }`,
    20,
    { yes: true },
  ],
  ['introspection returns no rows', '{ __schema { types { name } } __typename }', 0],
])('%s', (_name, document, rows, variables = {}) => {
  expect(count(document, variables)).toEqual({ entities: 0, rows });
});

const entitiesQuery = (selections: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selections} } }`;

test.each<[name: string, document: string, counts: { entities: number; rows: number }, representations?: unknown]>([
  [
    'representations multiply what is selected on their type',
    entitiesQuery(
      '... on RomaInstance { certificates(first: 10) { nodes { id } } } ... on Certificate { instance { certificates(first: 1) { nodes { id } } } }',
    ),
    { entities: 5, rows: 23 },
    [...instances(2), ...certificates(3)],
  ],
  ['entities alone are no rows', entitiesQuery('... on Certificate { id }'), { entities: 4, rows: 0 }, certificates(4)],
  [
    'a fragment on all entities applies to each',
    `${entitiesQuery('...F')} fragment F on _Entity { ... on RomaInstance { certificates { nodes { id } } } }`,
    { entities: 1, rows: 20 },
    instances(1),
  ],
  ['a single representation stands for a list of one', entitiesQuery('__typename'), { entities: 1, rows: 0 }, instances(1)[0]],
  ['what is no representation counts as an entity', entitiesQuery('__typename'), { entities: 3, rows: 0 }, [null, 7, {}]],
  ['no representations at all', entitiesQuery('__typename'), { entities: 0, rows: 0 }],
  [
    'representations add up over aliases, and may be written out',
    'query ($r: _Any!) { a: _entities(representations: [{ __typename: "RomaInstance", id: "i" }]) { __typename } b: _entities(representations: [$r, $r]) { __typename } }',
    { entities: 3, rows: 0 },
  ],
])('%s', (_name, document, counts, representations) => {
  expect(count(document, representations === undefined ? {} : { representations })).toEqual(counts);
});

function count(text: string, variables: Record<string, unknown>) {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
  const counts = [...countRootFields(document, operation as OperationDefinitionNode, variables, 1_000).values()];
  const sum = (of: 'entities' | 'rows') => counts.reduce((total, each) => total + each[of], 0);
  return { entities: sum('entities'), rows: sum('rows') };
}
