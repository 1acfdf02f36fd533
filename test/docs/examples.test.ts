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
    if (answer !== null) expect([actual, isAlike(actual, answer)]).toEqual([actual, true]);
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

/** Whether keys and types of values are alike, of a list those of its first element. Values may depend on the day, null among them. */
function isAlike(actual: unknown, shown: unknown): boolean {
  if (actual === null || shown === null) return true;
  if (Array.isArray(actual) && Array.isArray(shown)) {
    return actual.length === 0 || shown.length === 0 || isAlike(actual[0], shown[0]);
  }
  if (typeof actual !== 'object' || typeof shown !== 'object') return typeof actual === typeof shown;
  const keys = Object.keys(actual);
  if (keys.join() !== Object.keys(shown).join()) return false;
  return keys.every((key) => isAlike((actual as Record<string, unknown>)[key], (shown as Record<string, unknown>)[key]));
}
