import { expect, test } from 'vitest';
import type { ListPage } from '../../src/certificates/lists.ts';
import { createRandom } from '../../src/emulator/seed/random.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { type BulkheadLimits, bulkheaded } from '../../src/roma/resilience/bulkhead.ts';
import { FairGate } from '../../src/roma/resilience/fairGate.ts';
import { anOperation, aQuery, type CallForList } from './anOperation.ts';

const PAGE: ListPage = { from: 0, total: 0, rows: [], readAtMs: 0 };

const MANY = { places: 1_000, placesPerCaller: 1_000, queuePerCaller: 1_000 };

function setUp(places: number, limits: Partial<BulkheadLimits> = {}) {
  const begun: { readonly instanceId: string; readonly caller: string; finish(error?: Error): void }[] = [];
  const hanging: CallForList = ({ instanceId }, { caller }) =>
    new Promise((resolve, reject) => {
      const finish = (error?: Error) => (error === undefined ? resolve(PAGE) : reject(error));
      begun.push({ instanceId, caller: caller.key, finish });
    });
  const list = bulkheaded(hanging, { instance: { ...MANY, places }, all: MANY, ...limits });
  return { begun, call: (instanceId: string, operation = anOperation()) => list(aQuery({ instanceId }), operation) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an instance has its own places, and no more', async () => {
  const { begun, call } = setUp(2);
  for (let count = 0; count < 5; count++) void call('a');
  void call('b');
  await turn();
  expect(begun.map(({ instanceId }) => instanceId)).toEqual(['a', 'a', 'b']);
});

test('places go to those who wait, in order, after failures too', async () => {
  const { begun, call } = setUp(1);
  const calls = Array.from({ length: 3 }, () => call('a'));
  begun[0]?.finish();
  expect(await calls[0]).toBe(PAGE);
  await turn();
  begun[1]?.finish(new Error('no'));
  await expect(calls[1]).rejects.toThrow('no');
  await turn();
  begun[2]?.finish();
  expect(await calls[2]).toBe(PAGE);
  expect(begun).toHaveLength(3);
});

test('who waits leaves at the end of the operation, and the place is not lost', async () => {
  const { begun, call } = setUp(1);
  const first = call('a');
  const operation = anOperation();
  const second = call('a', operation);
  const third = call('a');
  const reason = new SubgraphError('UPSTREAM_TIMEOUT', 'too late');
  operation.end.abort(reason);
  await expect(second).rejects.toBe(reason);
  begun[0]?.finish();
  await first;
  await turn();
  expect(begun).toHaveLength(2);
  begun[1]?.finish();
  await third;
  void call('a');
  await turn();
  expect(begun).toHaveLength(3);
});

test('an operation that has ended does not queue', async () => {
  const { call } = setUp(1);
  void call('a');
  const operation = anOperation();
  operation.end.abort();
  await expect(call('a', operation)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('an operation that ended before it came leaves nothing behind', async () => {
  const gate = new FairGate({ places: 1, placesPerCaller: 1, queuePerCaller: 1 });
  expect(gate.enter('first', new AbortController().signal)).toBeUndefined();
  await expect(gate.enter('second', AbortSignal.abort())).rejects.toThrow('The operation ended');
  gate.leave('first');
  expect(gate.isIdle).toBe(true);
});

test('nobody overtakes: a place that becomes free is not up for grabs', async () => {
  const { begun, call } = setUp(1);
  const first = call('a');
  const second = call('a');
  begun[0]?.finish();
  await first;
  const late = call('a');
  await turn();
  expect(begun).toHaveLength(2);
  begun[1]?.finish();
  await second;
  await turn();
  begun[2]?.finish();
  await late;
});

const of = (key: string) => ({ ...anOperation(), caller: { key } });

test('one caller leaves places to the others', async () => {
  const { begun, call } = setUp(4, { instance: { places: 4, placesPerCaller: 3, queuePerCaller: 100 } });
  for (let count = 0; count < 10; count++) void call('a', of('flood'));
  void call('a', of('other'));
  await turn();
  expect(begun.map(({ caller }) => caller)).toEqual(['flood', 'flood', 'flood', 'other']);
});

test('callers who wait take turns', async () => {
  const { begun, call } = setUp(1);
  for (let count = 0; count < 10; count++) void call('a', of('flood'));
  for (const other of ['one', 'two']) void call('a', of(other));
  for (let count = 0; count < 6; count++) {
    await turn();
    begun[count]?.finish();
  }
  await turn();
  const order = begun.map(({ caller }) => caller);
  // Each waits for at most one call of everybody else.
  expect(order.indexOf('one')).toBeLessThanOrEqual(2);
  expect(order.indexOf('two')).toBeLessThanOrEqual(3);
  expect(order.filter((caller) => caller === 'flood')).toHaveLength(5);
});

test('too many who wait are told so', async () => {
  const { call } = setUp(1, { instance: { places: 1, placesPerCaller: 1, queuePerCaller: 2 } });
  for (let count = 0; count < 3; count++) void call('a');
  await expect(call('a')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', extensions: { retryable: true } });
});

test('made-up instances have a ceiling together, and one caller leaves part of it', async () => {
  const { begun, call } = setUp(16, { all: { places: 10, placesPerCaller: 8, queuePerCaller: 100 } });
  for (let count = 0; count < 30; count++) void call(`made-up-${count}`, of('flood'));
  for (let count = 0; count < 3; count++) void call('real', of('other'));
  await turn();
  expect(begun.filter(({ caller }) => caller === 'flood')).toHaveLength(8);
  expect(begun.filter(({ caller }) => caller === 'other')).toHaveLength(2);
});

test.each([1, 2, 3])('no place is lost or made up, whoever leaves when (seed %i)', async (seed) => {
  const { fraction: random } = createRandom(String(seed));
  const { begun, call } = setUp(3, {
    instance: { places: 3, placesPerCaller: 2, queuePerCaller: 50 },
    all: { places: 5, placesPerCaller: 4, queuePerCaller: 50 },
  });
  const active = new Set<() => void>();
  let seen = 0;
  const settled: Promise<unknown>[] = [];
  for (let step = 0; step < 500; step++) {
    const operation = { ...anOperation(), caller: { key: `c${Math.floor(random() * 3)}` } };
    settled.push(call(`i${Math.floor(random() * 3)}`, operation).catch(() => {}));
    if (random() < 0.3) setImmediate(() => operation.end.abort());
    await turn();
    for (; seen < begun.length; seen++) active.add(begun[seen]?.finish as () => void);
    expect(active.size).toBeLessThanOrEqual(5);
    for (const finish of active) {
      if (random() > 0.4) continue;
      active.delete(finish);
      finish();
    }
  }
  while (active.size > 0 || seen < begun.length) {
    for (; seen < begun.length; seen++) active.add(begun[seen]?.finish as () => void);
    for (const finish of active) finish();
    active.clear();
    await turn();
  }
  await Promise.all(settled);
  for (let count = 0; count < 3; count++) void call('i0', of(`fresh${count}`));
  await turn();
  expect(begun.length - seen).toBe(3);
});
