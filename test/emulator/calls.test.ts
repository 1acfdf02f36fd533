import { describe, expect, test } from 'vitest';
import { callerOfToken } from '../../src/emulator/calls/caller.ts';
import { systemError } from '../../src/emulator/faults/commonFaults.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { ask, list } from './ask.ts';

const start = () => startEmulator({ rows: { one: [{ id: 'a' }, { id: 'b' }], two: [] } });

describe('every call', () => {
  test('is recorded with what was asked, by whom, and what was answered', async () => {
    await using roma = await start();
    await list(roma, { instance_id: 'one', offset: 1, limit: 5, name: '网关' });
    const { calls } = await roma.control.calls();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      number: 1,
      path: 'list',
      method: 'GET',
      instanceId: 'one',
      caller: callerOfToken(roma.token),
      offset: 1,
      limit: 5,
      filters: { name: '网关' },
      attempt: 1,
      fault: null,
      status: 200,
      errorCode: null,
      rows: 0,
      outcome: 'sent',
    });
    expect(calls[0]?.headerNames).toContain('x-auth-token');
    expect(calls[0]?.url).toContain('name=%E7%BD%91%E5%85%B3');
  });

  test('is recorded without its credentials', async () => {
    await using roma = await start();
    const headers = { 'x-auth-token': roma.token, authorization: 'secret-authorization', 'user-agent': 'a test' };
    await ask(roma.origin, `/v2/${roma.projectId}/apic/certificates?instance_id=one`, { headers });
    const { calls } = await roma.control.calls();
    expect(calls[0]?.headers).toMatchObject({ 'user-agent': 'a test' });
    expect(JSON.stringify(calls)).not.toContain(roma.token);
    expect(JSON.stringify(calls)).not.toContain('secret-authorization');
  });

  test('counts as another attempt when the same caller asks the same again', async () => {
    await using roma = await start();
    await roma.control.addFaults({ fault: systemError });
    await list(roma, { instance_id: 'one' });
    await list(roma, { instance_id: 'one' });
    await list(roma, { instance_id: 'one' }, roma.secondToken);
    await list(roma, { instance_id: 'one', offset: 1 });
    const { calls, repeated } = await roma.control.calls();
    expect(calls.map(({ attempt, status, errorCode }) => [attempt, status, errorCode])).toEqual([
      [1, 500, 'APIG.9999'],
      [2, 200, null],
      [1, 200, null],
      [1, 200, null],
    ]);
    expect(repeated).toBe(1);
  });
});

test('calls are summed up per instance, caller and status, until cleared', async () => {
  await using roma = await start();
  const [own, second] = [callerOfToken(roma.token), callerOfToken(roma.secondToken)];
  await list(roma, { instance_id: 'one' });
  await list(roma, { instance_id: 'one' }, roma.secondToken);
  await list(roma, { instance_id: 'two' });
  await list(roma, { instance_id: 'three' });
  await ask(roma.origin, '/nowhere');
  expect(await roma.control.calls()).toMatchObject({
    total: 4,
    byInstance: { one: 2, two: 1, three: 1 },
    byCaller: { [own]: 3, [second]: 1 },
    byInstanceAndCaller: { [`one ${own}`]: 1, [`one ${second}`]: 1 },
    byStatus: { 200: 3, 404: 1 },
    otherCalls: 1,
    iamCalls: 0,
    inFlight: 0,
    maxInFlight: 1,
  });
  await roma.control.clearCalls();
  expect(await roma.control.calls()).toMatchObject({ total: 0, byInstance: {}, calls: [] });
});

test('calls in flight are counted while they wait, and the most at one time', async () => {
  await using roma = await start();
  await roma.control.setSwitches({ latencyMs: 60_000 });
  const waiting = new AbortController();
  const url = `${roma.origin}/v2/${roma.projectId}/apic/certificates?instance_id=one`;
  const asked = [1, 2, 3].map(() =>
    fetch(url, { headers: { 'x-auth-token': roma.token }, signal: waiting.signal }).catch(() => 'gone'),
  );
  await expect.poll(async () => (await roma.control.state()).inFlight).toBe(3);
  waiting.abort();
  expect(await Promise.all(asked)).toEqual(['gone', 'gone', 'gone']);
  await expect.poll(async () => (await roma.control.calls()).inFlight).toBe(0);
  expect(await roma.control.calls()).toMatchObject({ clientsGone: 3, maxInFlight: 3 });
});
