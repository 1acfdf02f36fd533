import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as common from '../../src/emulator/faults/commonFaults.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { ask, idsOn, list, listPath, readError, readPage } from './ask.ts';

const rows = (instanceId: string) =>
  Array.from({ length: 10 }, (_, at) => ({ id: `${instanceId}-${at}`, type: 'instance', instance_id: instanceId }));

let roma: Emulator;
beforeEach(async () => {
  roma = await startEmulator({ rows: { one: rows('one'), two: rows('two') } });
});
afterEach(() => roma.stop());

const hit = async (fault: Fault) => {
  await roma.control.addFaults({ fault });
  return list(roma, { instance_id: 'one', limit: 4 });
};

describe('an answer in place of the right one', () => {
  test.each([
    ['throttled', common.throttled(), 429, 'APIGW.0308'],
    ['throttled with 500', common.throttledAsError500, 500, 'APIG.9008'],
    ['system error', common.systemError, 500, 'APIG.9999'],
    ['502', common.backendUnavailable, 502, 'APIGW.0202'],
    ['503', common.iamUnavailable, 503, 'APIGW.0613'],
    ['504', common.backendTimeout, 504, 'APIGW.0203'],
    ['token refused', common.tokenRefused, 401, 'APIG.1002'],
    ['account frozen', common.accountFrozen, 401, 'APIG.1013'],
    ['error with 200', common.errorWithStatus200, 200, 'APIG.9999'],
  ] as const)('%s', async (_, fault, status, code) => {
    const reply = await hit(fault);
    expect(reply.status).toBe(status);
    expect(readError(reply).error_code).toBe(code);
    expect((await list(roma, { instance_id: 'one' })).status).toBe(200);
  });

  test.each([undefined, '7', 'Wed, 25 Nov 2026 08:00:00 GMT', '99999999'])(
    'throttling with Retry-After %s',
    async (retryAfter) => {
      expect((await hit(common.throttled(retryAfter))).headers['retry-after']).toBe(retryAfter);
    },
  );

  test.each([
    ['HTML', common.htmlPage(502), 502, 'text/html', /^<html>/],
    ['HTML with 200', common.htmlPage(200), 200, 'text/html', /^<html>/],
    ['nothing', common.noContent, 204, undefined, /^$/],
    ['a redirect', common.redirect('https://elsewhere.example/'), 302, undefined, /^$/],
    ['an empty body', common.emptyBody, 200, 'application/json', /^$/],
    ['invalid JSON', common.invalidJson, 200, 'application/json', /\{\]/],
    ['another shape', common.wrongShape, 200, 'application/json', /"total":"many"/],
  ] as const)('%s', async (_, fault, status, contentType, text) => {
    const reply = await hit(fault);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe(contentType);
    expect(reply.text).toMatch(text);
  });
});

describe('a page that is not what was asked for', () => {
  test.each([
    ['the limit is ignored', common.limitIgnored, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['it is short', common.shortPage(2), [0, 1]],
    ['rows come twice', { kind: 'page', repeatRows: 2 }, [0, 1, 2, 3, 0, 1]],
    ['it starts too late', { kind: 'page', offsetShift: 3 }, [3, 4, 5, 6]],
  ] as const)('%s', async (_, fault, numbers) => {
    const reply = await hit(fault);
    expect(idsOn(reply)).toEqual(numbers.map((number) => `one-${number}`));
    expect(readPage(reply)).toMatchObject({ total: 10, size: numbers.length });
  });

  test('it overlaps the one before', async () => {
    await roma.control.addFaults({ fault: common.overlappingPage(1), nth: 2 });
    expect(idsOn(await list(roma, { instance_id: 'one', limit: 2 }))).toEqual(['one-0', 'one-1']);
    expect(idsOn(await list(roma, { instance_id: 'one', limit: 2, offset: 2 }))).toEqual(['one-1', 'one-2']);
  });

  test('it says another total and size, and has rows that are none', async () => {
    const reply = await hit({ kind: 'page', total: 3_000_000_000, size: 7, appendRows: [null, 'row', { id: 9 }] });
    expect(JSON.parse(reply.text)).toMatchObject({ total: 3_000_000_000, size: 7 });
    expect((JSON.parse(reply.text) as { certs: unknown[] }).certs.slice(4)).toEqual([null, 'row', { id: 9 }]);
  });
});

describe('an answer that does not arrive as it should', () => {
  test.each([
    ['reset before the headers', common.resetBeforeHeaders, 'cut'],
    ['reset after the headers', common.resetAfterHeaders, 'cut'],
    ['reset in the body', common.resetMidBody, 'cut'],
    ['ended early', { kind: 'endEarly' }, 'cut'],
    ['not HTTP', { kind: 'raw', text: 'hello\r\n' }, 'cut'],
  ] as const)('%s', async (_, fault, outcome) => {
    await expect(hit(fault)).rejects.toThrow();
    const { calls, inFlight } = await roma.control.calls();
    expect(calls[0]).toMatchObject({ fault: fault.kind, outcome });
    expect(inFlight).toBe(0);
  });

  test.each([
    [common.hangWithoutHeaders, null],
    [{ kind: 'hang', after: 'headers' }, 200],
    [{ kind: 'hang', after: 'halfBody' }, 200],
  ] as const)('%j lasts until the client goes away', async (fault, status) => {
    await roma.control.addFaults({ fault });
    const socket = connect(Number(new URL(roma.origin).port), '127.0.0.1');
    socket.write(
      `GET ${listPath(roma.projectId, { instance_id: 'one' })} HTTP/1.1\r\nhost: x\r\nx-auth-token: ${roma.token}\r\n\r\n`,
    );
    await expect.poll(async () => (await roma.control.calls()).inFlight).toBe(1);
    expect(await roma.control.state()).toMatchObject({ inFlight: 1, openSockets: 1 });
    socket.destroy();
    await expect.poll(async () => (await roma.control.calls()).clientsGone).toBe(1);
    const { calls } = await roma.control.calls();
    expect(calls[0]).toMatchObject({ outcome: 'gone', status });
    await expect.poll(async () => (await roma.control.state()).openSockets).toBe(0);
  });

  test('half of the JSON, as a whole answer', async () => {
    const whole = (await list(roma, { instance_id: 'one', limit: 4 })).text;
    const { status, text } = await hit(common.truncatedJson);
    expect(status).toBe(200);
    expect(text).toBe(whole.slice(0, whole.length >> 1));
  });

  test('late, or drop by drop, and still right', async () => {
    const whole = (await list(roma, { instance_id: 'one', limit: 4 })).text;
    expect((await hit({ kind: 'delay', ms: 1 })).text).toBe(whole);
    expect((await hit({ kind: 'drip', bytes: 100, everyMs: 1 })).text).toBe(whole);
  });

  test('larger than any page, or so once decompressed', async () => {
    const bytes = 5_000_000;
    expect((await hit(common.tooLargeBody(bytes))).text.length).toBeGreaterThan(bytes);
    const bomb = await hit(common.gzipBomb(bytes));
    expect(bomb.headers['content-encoding']).toBe('gzip');
    expect(Number(bomb.headers['content-length'])).toBeLessThan(bytes / 100);
  });
});

describe('the requests that a fault befalls', () => {
  const statuses = async (...instanceIds: string[]) => {
    const seen: number[] = [];
    for (const instance_id of instanceIds) seen.push((await list(roma, { instance_id })).status);
    return seen;
  };

  test('the next one, once, when nothing else is said', async () => {
    await roma.control.addFaults({ fault: common.systemError });
    expect(await statuses('one', 'two')).toEqual([500, 200]);
  });

  test('the nth and some more', async () => {
    await roma.control.addFaults({ fault: common.systemError, nth: 2, times: 2 });
    expect(await statuses('one', 'one', 'one', 'one')).toEqual([200, 500, 500, 200]);
    expect((await roma.control.state()).pendingFaults).toEqual([]);
  });

  test('those of one instance, for ever, until cleared', async () => {
    await roma.control.addFaults({ fault: common.systemError, match: { instanceId: 'two' }, times: 'always' });
    expect(await statuses('one', 'two', 'one', 'two')).toEqual([200, 500, 200, 500]);
    await roma.control.clearFaults();
    expect(await statuses('two')).toEqual([200]);
  });

  test('those with one token, access key or offset', async () => {
    await roma.control.addFaults(
      { fault: common.tokenRefused, match: { token: roma.secondToken } },
      { fault: common.systemError, match: { offset: 4 } },
      { fault: common.backendTimeout, match: { accessKey: roma.accessKey } },
    );
    expect((await list(roma, { instance_id: 'one' })).status).toBe(200);
    expect((await list(roma, { instance_id: 'one' }, roma.secondToken)).status).toBe(401);
    expect((await list(roma, { instance_id: 'one', offset: 4 })).status).toBe(500);
    const authorization = `SDK-HMAC-SHA256 Access=${roma.accessKey}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    expect(
      (await ask(roma.origin, listPath(roma.projectId, { instance_id: 'one' }), { headers: { authorization } })).status,
    ).toBe(504);
  });

  test('one fault after the other, in the order they were added', async () => {
    await roma.control.addFaults(
      { fault: common.systemError },
      { fault: common.backendTimeout },
      { fault: common.throttled() },
    );
    expect(await statuses('one', 'one', 'one', 'one')).toEqual([500, 504, 429, 200]);
  });
});
