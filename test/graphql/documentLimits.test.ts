import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { documentLimits, documentLimitsRule } from '../../src/graphql/limits/documentLimits.ts';
import { buildSchema } from '../../src/graphql/schema.ts';

const schema = buildSchema();

const repeat = (count: number, toText: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => toText(index)).join(' ');

/** A document with so many of what a limit counts. */
const documents: Record<string, (count: number) => string> = {
  depth: (count) => {
    const levels = [
      'certificate(id: "c")',
      ...Array.from({ length: count }, (_, at) => ['instance', 'certificates', 'nodes'][at % 3]),
    ];
    const fields = levels.slice(0, count - 1);
    return `{ ${fields.join(' { ')} { __typename ${'} '.repeat(count)}`;
  },
  aliases: (count) => `{ certificate(id: "c") { ${repeat(count, (at) => `a${at}: __typename`)} } }`,
  'root fields': (count) =>
    `{ ${repeat(Math.ceil(count / 2), (at) => `a${at}: __typename`)} ${'__typename '.repeat(Math.floor(count / 2))} }`,
  directives: (count) => `{ certificate(id: "c") { ${repeat(count, () => '... @include(if: true) { id }')} } }`,
  fragments: (count) => `{ certificate(id: "c") { ${repeat(count, () => '... { id }')} } }`,
};

describe.each([
  ['depth', documentLimits.depth],
  ['aliases', documentLimits.aliases],
  ['root fields', documentLimits.rootFields],
  ['directives', documentLimits.directives],
  ['fragments', documentLimits.fragments],
] as const)('%s', (name, limit) => {
  const document = documents[name] as (count: number) => string;

  test(`${limit} are allowed`, () => {
    expect(errorsOf(document(limit))).toEqual([]);
  });

  test('one more is refused, in words that name both numbers', () => {
    expect(errorsOf(document(limit + 1))).toEqual([expect.stringContaining(`has ${limit + 1} `)]);
    expect(errorsOf(document(limit + 1))).toEqual([expect.stringContaining(`${limit} are allowed`)]);
  });
});

test('what a fragment holds counts each time that it is spread', () => {
  const spread = `{ ${repeat(4, (at) => `a${at}: certificate(id: "c") { ...F }`)} } fragment F on Certificate { ${repeat(100, (at) => `b${at}: id`)} }`;
  expect(errorsOf(spread)).toEqual([expect.stringContaining('has 404 aliases')]);
});

test('each operation of a document is measured by itself', () => {
  expect(errorsOf(`query A { __typename } query B ${documents['aliases']?.(301)}`)).toHaveLength(1);
});

test('introspection, which is deep by nature, is not too deep', () => {
  const deep = `{ __schema { types { fields { type ${'{ ofType '.repeat(20)} { name } ${'} '.repeat(20)} } } } }`;
  expect(errorsOf(deep)).toEqual([]);
});

function errorsOf(document: string): string[] {
  return validate(schema, parse(document), [documentLimitsRule]).map(({ message }) => message);
}
