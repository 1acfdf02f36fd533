import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apolloSupergraph, guildSupergraph } from '../../examples/supergraph/compose.ts';
import { type App, startApp } from '../support/app.ts';
import { blocksOf, readPages } from '../support/pages.ts';

const blocks = readPages().flatMap(blocksOf);

describe('operations on the pages', () => {
  /** An operation, and the answer if that is the very next block. */
  const operations = blocks.flatMap(({ place, tag, text }, at) => {
    const next = blocks[at + 1];
    const answer: unknown = next?.tag === 'json' ? JSON.parse(next.text) : null;
    return tag === 'graphql runnable' ? [{ place, text, answer }] : [];
  });

  let app: App;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('the README starts with one, and shows its answer', () => {
    expect(operations).toContainEqual(
      expect.objectContaining({ place: expect.stringMatching(/^README/), answer: expect.anything() }),
    );
  });

  test.each(operations)('$place answers as the page says', async ({ text, answer }) => {
    const actual = await app.ask(text);
    expect(actual).not.toHaveProperty('errors');
    if (answer !== null) expect(shapeOf(actual)).toEqual(shapeOf(answer));
  });
});

describe('sketches of other subgraphs on the pages', () => {
  const sketches = blocks.filter(({ tag }) => tag === 'graphql');
  const certificates = subgraph('certificates', readFileSync('schema.graphql', 'utf8'));

  test.each(sketches)('$place composes with this one', ({ text }) => {
    const sketch = subgraph(
      'sketch',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
       type Query { sketch: String }
       ${text}`,
    );
    for (const compose of [apolloSupergraph, guildSupergraph]) expect(() => compose([certificates, sketch])).not.toThrow();
  });
});

test('the resolver on the README returns the key of what it refers to', () => {
  const [code] = blocks.filter(({ place, tag }) => place.startsWith('README.md:') && tag === 'ts');
  const { Domain } = runInNewContext(`${code?.text}; ({ Domain })`);
  expect(Domain.certificate({ name: 'www.example.com', certificateId: 'c-1' })).toEqual({ id: 'c-1' });
});

function subgraph(name: string, sdl: string) {
  return { name, url: `http://${name}.test/graphql`, sdl };
}

/** The keys and the types of values, and of a list its first element: values may depend on the day. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
