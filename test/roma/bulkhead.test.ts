import { expect, test } from 'vitest';
import type { ListCertificates, ListPage } from '../../src/certificates/lists.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { bulkheaded } from '../../src/roma/resilience/bulkhead.ts';
import { anOperation, aQuery } from './anOperation.ts';

const PAGE: ListPage = { total: 0, rows: [], readAtMs: 0 };

function setUp(maxConcurrent: number) {
  const begun: { readonly instanceId: string; finish(error?: Error): void }[] = [];
  const hanging: ListCertificates = ({ instanceId }) =>
    new Promise((resolve, reject) => {
      begun.push({ instanceId, finish: (error) => (error === undefined ? resolve(PAGE) : reject(error)) });
    });
  const list = bulkheaded(hanging, maxConcurrent);
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
