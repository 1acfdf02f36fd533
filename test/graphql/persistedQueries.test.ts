import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPersistedQueries } from '../../src/graphql/persistedQueries.ts';

const TEXT = '{ __typename }';
const KEY = `apq:${createHash('sha256').update(TEXT).digest('hex')}`;

/** What stands for Redis. `tamper`: what comes back instead of what was put in. */
function aStore(tamper = (bytes: Buffer) => bytes) {
  const values = new Map<string, Promise<Buffer>>();
  return {
    values,
    async get<Value>(key: string, decode: (bytes: Buffer) => Promise<Value | undefined>) {
      const bytes = await values.get(key);
      return bytes && decode(tamper(bytes));
    },
    set: (key: string, encode: () => Promise<Buffer>) => void values.set(key, encode()),
  };
}

test('a query that one replica was told is known to the other', async () => {
  const store = aStore();
  await createPersistedQueries(store).set(KEY, TEXT);
  expect(await createPersistedQueries(store).get(KEY)).toBe(TEXT);
});

test('a text that does not have the hash it is stored under is none', async () => {
  const store = aStore(() => Buffer.from('{ certificate(id: "c-1") { id } }'));
  await createPersistedQueries(store).set(KEY, TEXT);
  expect(await createPersistedQueries(store).get(KEY)).toBeUndefined();
});

test('what is no hash is never looked for in the store', async () => {
  const store = aStore();
  await createPersistedQueries(store).set('apq:x', TEXT);
  expect(store.values.size).toBe(0);
  expect(await createPersistedQueries(store).get('apq:x')).toBeUndefined();
});
