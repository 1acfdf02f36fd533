import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';

/** An operation from a page of the docs: a block tagged `graphql runnable`. */
interface Example {
  readonly place: string;
  readonly operation: string;
  /** The block tagged `json` right behind it, if there is one. */
  readonly answer: unknown;
}

const pages = globSync(['README.md', 'docs/**/*.md']);
const examples = pages.flatMap((page) => readExamples(page, readFileSync(page, 'utf8')));

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('the README has a first query', () => {
  expect(examples.map(({ place }) => place)).toContainEqual(expect.stringMatching(/^README/));
});

test.each(examples)('the operation at $place answers as the page says', async ({ operation, answer }) => {
  const actual = await app.ask(operation);
  expect(actual).not.toHaveProperty('errors');
  if (answer !== undefined) expect(shapeOf(actual)).toEqual(shapeOf(answer));
});

function readExamples(page: string, text: string): Example[] {
  const blocks = text.matchAll(/^```graphql runnable\n(.*?)^```\n(?:\s*^```json\n(.*?)^```\n)?/gms);
  return Array.from(blocks, ({ index, 1: operation = '', 2: answer }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    operation,
    answer: answer === undefined ? undefined : JSON.parse(answer),
  }));
}

/** The keys and the types of values, and of a list its first element: values may depend on the day. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
