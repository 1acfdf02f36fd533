import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { createGuardedStore } from '../../src/cache/guardedStore.ts';
import type { SharedStore } from '../../src/cache/SharedStore.ts';

const toText = async (bytes: Buffer) => bytes.toString();
const refuse = async () => undefined;
const hang = () => new Promise<never>(() => {});
const fail = async () => {
  throw new Error('no');
};

const reads: string[] = [];
const writes: string[] = [];
const log: string[] = [];
let clockMs: number;
beforeEach(() => {
  for (const list of [reads, writes, log]) list.length = 0;
  clockMs = 0;
});

/** A guarded store over one that works, except for what the test says. */
function guard(faults: Partial<SharedStore> = {}) {
  const values = new Map<string, Buffer>();
  const store = {
    get: vi.fn(async (key: string): Promise<Buffer | null> => values.get(key) ?? null),
    set: vi.fn(async (key: string, value: Buffer): Promise<void> => void values.set(key, value)),
    add: async (): Promise<boolean> => true,
    trouble: (): Error | undefined => undefined,
    reconnect: vi.fn(),
    close: vi.fn(),
    ...faults,
  };
  const guarded = createGuardedStore(store, {
    meter: { read: (result) => void reads.push(result), write: (result) => void writes.push(result) },
    logger: { info: (message) => void log.push(message), warn: (_fields, message) => void log.push(message) },
    now: () => clockMs,
    patienceMs: 5,
  });
  return { values, store, guarded };
}

test('what was set is got', async () => {
  const { guarded } = guard();
  expect(await guarded.get('k', toText)).toBeUndefined();
  guarded.set('k', async () => Buffer.from('v'), 1_000);
  await vi.waitUntil(() => writes.length === 1);
  expect(await guarded.get('k', toText)).toBe('v');
  expect([reads, writes, log]).toEqual([['miss', 'hit'], ['stored'], []]);
});

test.each([
  ['is no value of ours', refuse],
  ['cannot be decoded', fail],
])('what %s is not there, and the store is not blamed', async (_what, decode) => {
  const { values, guarded } = guard();
  values.set('k', Buffer.from('garbage'));
  for (let times = 0; times < 5; times++) expect(await guarded.get('k', decode)).toBeUndefined();
  expect(reads).toEqual(Array(5).fill('failed'));
});

test.each([
  ['hangs', hang],
  ['fails', fail],
])('a store that %s is bypassed after three reads, reconnected, and said so once', async (_what, get) => {
  const { guarded, store } = guard({ get: vi.fn(get) });
  for (let times = 0; times < 5; times++) expect(await guarded.get('k', toText)).toBeUndefined();
  guarded.set('k', async () => Buffer.from('v'), 1_000);
  expect(reads).toEqual(['failed', 'failed', 'failed', 'bypassed', 'bypassed']);
  expect(writes).toEqual(['dropped']);
  expect(log).toEqual(['The shared cache does not answer, and is bypassed for a while.']);
  expect(store.get).toHaveBeenCalledTimes(3);
  expect(store.reconnect).toHaveBeenCalledTimes(1);
});

test('one single read finds out whether the store is back', async () => {
  const get = vi.fn<SharedStore['get']>(fail);
  const { guarded } = guard({ get });
  const readAll = () => Promise.all([1, 2, 3].map(() => guarded.get('k', toText)));
  await readAll();
  clockMs = 5_000;
  await readAll();
  expect(reads.slice(3).sort()).toEqual(['bypassed', 'bypassed', 'failed']);
  clockMs = 10_000;
  get.mockImplementation(async () => Buffer.from('v'));
  expect(await guarded.get('k', toText)).toBe('v');
  expect(await readAll()).toEqual(['v', 'v', 'v']);
  expect(log).toEqual([expect.stringContaining('does not answer'), 'The shared cache answers again.']);
});

test('a store that takes nothing is told of once, and read all the same', async () => {
  const set = vi.fn<SharedStore['set']>(fail);
  const { guarded, values } = guard({ set });
  values.set('k', Buffer.from('v'));
  const write = async () => {
    const before = writes.length;
    guarded.set('k', async () => Buffer.from('v'), 1_000);
    await vi.waitUntil(() => writes.length > before);
  };
  for (let times = 0; times < 5; times++) await write();
  expect(await guarded.get('k', toText)).toBe('v');
  set.mockImplementation(async () => {});
  await write();
  expect(writes).toEqual([...Array(5).fill('failed'), 'stored']);
  expect(log).toEqual(['The shared cache does not take new values.', 'The shared cache takes new values again.']);
});

test('no more is held for a store that does not take it than fits', async () => {
  const { guarded, store } = guard({ set: vi.fn(hang) });
  const encode = vi.fn(async () => Buffer.from('v'));
  for (let times = 0; times < 50; times++) guarded.set('k', encode, 1_000);
  await sleep(0);
  expect(encode).toHaveBeenCalledTimes(16);
  expect(store.set).toHaveBeenCalledTimes(16);
  expect(writes).toEqual(Array(34).fill('dropped'));
});

test('too large a value is left out', async () => {
  const { guarded, store } = guard();
  guarded.set('k', async () => Buffer.alloc(1024 * 1024 + 1), 1_000);
  await vi.waitUntil(() => writes.length === 1);
  expect(writes).toEqual(['dropped']);
  expect(store.set).not.toHaveBeenCalled();
});

test('after the end nothing is asked, and nothing said', async () => {
  const { guarded, store } = guard({ get: vi.fn(fail) });
  guarded.close();
  expect(await guarded.get('k', toText)).toBeUndefined();
  guarded.set('k', async () => Buffer.from('v'), 1_000);
  expect(store.get).not.toHaveBeenCalled();
  expect(store.set).not.toHaveBeenCalled();
  expect(log).toEqual([]);
});
