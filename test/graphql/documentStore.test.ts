import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentStore } from '../../src/graphql/documentStore.ts';

test('documents are kept by the memory that they take, their text and its comments included', async () => {
  const store = createDocumentStore();
  const count = 500;
  for (let at = 0; at < count; at++) await store.set(`${at}`, parse(`{ __typename } # ${at} ${'x'.repeat(50_000)}`));
  const kept = await Promise.all(Array.from({ length: count }, (_, at) => store.get(`${at}`)));
  const bytes = kept.filter((document) => document !== undefined).length * 100_000;
  expect(bytes).toBeGreaterThan(8 * 1024 * 1024);
  expect(bytes).toBeLessThan(16 * 1024 * 1024);
  expect(kept.at(-1)).toBeDefined();
});
