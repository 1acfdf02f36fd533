import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { setUpClocked } from '../support/clocked.ts';

const TTL_MS = 10_000;
/** Late enough that what is asked for is worth reading again. */
const LATE_MS = 9_000;

const clocked = setUpClocked(
  { instances: 3, certificates: 1_200 },
  { CERTIFICATES_CACHE_TTL_MS: String(TTL_MS), OPERATION_DEADLINE_MS: '4000', ROMA_ATTEMPT_TIMEOUT_MS: '1000' },
);
const { start, pass, befall } = clocked;
beforeEach(() => start());

const ask = (query: string, headers = clocked.headers()) => clocked.app.ask(query, {}, headers);
const calls = async () => (await clocked.roma.control.calls()).total;
const refreshes = (result: string) => clocked.counted(`certificates_refreshes_total{result="${result}"}`);
// Not `vi.waitFor`: it moves a faked clock, so that reuse could end while a slow machine is waited for.
const until = (result: string, count = 1) => expect.poll(() => refreshes(result), { timeout: 5_000 }).toBe(count);

const list = (args = '', at = 0) => `certificates(instanceId: "${clocked.roma.instanceIds[at]}"${args})`;
const asOf = (data: { certificates: { asOf: string } }) => Date.parse(data.certificates.asOf);

/** Each is held in another way, and takes so many calls. */
const kinds: [name: string, query: () => string, calls: number][] = [
  ['a page', () => `{ ${list(', first: 5')} { asOf nodes { id } } }`, 1],
  ['a whole list, sorted', () => `{ ${list(', first: 5, orderBy: { field: NAME }')} { asOf nodes { id } } }`, 3],
  ['a whole list, filtered', () => `{ ${list(', first: 5, filter: { search: "a" }')} { asOf nodes { id } } }`, 3],
  ['a count', () => `{ ${list()} { asOf totalCount } }`, 1],
  ['an estate', () => '{ certificates(first: 5) { asOf nodes { id } } }', 9],
];

describe.each(kinds)('%s that is in use', (_name, query, count) => {
  test('is read again before its reuse time ends, once, and nobody waits for it', async () => {
    const { data: before } = await ask(query());
    expect(await calls()).toBe(count);
    pass(LATE_MS);
    // Whoever had to wait for a call would be shown the new reading.
    await befall({ kind: 'delay', ms: 150 });
    expect(asOf((await ask(query())).data)).toBe(asOf(before));
    const during = await Promise.all(Array.from({ length: 10 }, () => ask(query())));
    for (const { errors } of during) expect(errors).toBeUndefined();
    await expect.poll(async () => asOf((await ask(query())).data), { timeout: 5_000 }).toBe(asOf(before) + LATE_MS);
    expect(await calls()).toBe(2 * count);
    // The reading it replaced would have ended here.
    pass(TTL_MS - LATE_MS + 1);
    await befall({ kind: 'answer', status: 403, body: { error_code: 'APIG.1005' } });
    expect((await ask(query())).errors).toBeUndefined();
  });

  test('is left alone early in its time, and when nobody asks', async () => {
    await ask(query());
    pass(TTL_MS / 4);
    await ask(query());
    pass(TTL_MS);
    await sleep(50);
    expect(await calls()).toBe(count);
  });
});

test('a certificate that is looked up has its list read again', async () => {
  const { data } = await ask(`{ ${list(', first: 1, orderBy: { field: NAME }')} { nodes { id instanceId } } }`);
  const { id } = data.certificates.nodes[0];
  const query = `{ _entities(representations: [{ __typename: "Certificate", id: "${id}", instanceId: "${clocked.roma.instanceIds[0]}" }]) { ... on Certificate { name } } }`;
  await ask(query);
  expect(await calls()).toBe(3);
  pass(LATE_MS);
  expect((await ask(query)).errors).toBeUndefined();
  await until('ok');
  expect(await calls()).toBe(6);
});

const page = (size = 5) => `{ ${list(`, first: ${size}`)} { asOf nodes { id } } }`;

test.each<[name: string, fault: Fault]>([
  ['fails', { kind: 'answer', status: 503 }],
  ['throttles', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
  ['hangs', { kind: 'hang', after: 'nothing' }],
])('while ROMA Connect %s, it is asked once, and what is held is shown until its time is over', async (_name, fault) => {
  const { data: before } = await ask(page());
  pass(LATE_MS);
  await befall(fault);
  for (let at = 0; at < 5; at++) {
    const { data, errors } = await ask(page());
    expect(errors).toBeUndefined();
    expect(data).toEqual(before);
    await sleep(5);
  }
  await until('failed');
  expect((await ask(page())).data).toEqual(before);
  expect(await calls()).toBe(2);
});

test('a token that turns out to be refused shows nothing more of what was held for it', async () => {
  // The second answer is young: as a whole and as a page it would be shown for long.
  await ask(page());
  pass(LATE_MS);
  await ask(page(7));
  await befall({ kind: 'answer', status: 401, body: { error_code: 'APIG.0301' } });
  expect((await ask(page())).errors).toBeUndefined();
  await until('refused');
  for (const size of [5, 7]) {
    const { errors } = await ask(page(size));
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
  await clocked.roma.control.clearFaults();
  expect((await ask(page(7))).errors).toBeUndefined();
});

test("one caller's reading is not another's", async () => {
  const token = await clocked.roma.control.issueToken();
  await ask(page());
  await ask(page(), { 'x-auth-token': token });
  expect(await calls()).toBe(2);
  pass(LATE_MS);
  await ask(page());
  await until('ok');
  expect(await calls()).toBe(3);
  pass(TTL_MS - LATE_MS);
  await ask(page(), { 'x-auth-token': token });
  expect(await calls()).toBe(4);
});

test('who comes when its time is over joins the reading, and repeats it if it fails', async () => {
  await ask(page());
  pass(LATE_MS);
  await clocked.roma.control.addFaults(
    { fault: { kind: 'delay', ms: 100 }, times: 1 },
    { fault: { kind: 'answer', status: 503 }, times: 1 },
  );
  await ask(page());
  pass(TTL_MS);
  expect((await ask(page())).errors).toBeUndefined();
  await until('failed', 0);
  expect(await refreshes('ok')).toBe(1);
});

test('the end of the service ends it', async () => {
  await ask(page());
  pass(LATE_MS);
  await befall({ kind: 'hang', after: 'nothing' });
  await ask(page());
  await clocked.app.stop({ hurryAfterMs: 60_000 });
  expect(await calls()).toBe(2);
});

test('without reuse there is none', async () => {
  await clocked.app.stop();
  await start({ CERTIFICATES_CACHE_TTL_MS: '0' });
  await ask(page());
  await ask(page());
  expect(await calls()).toBe(2);
  expect([await refreshes('ok'), await refreshes('failed')]).toEqual([0, 0]);
});
