import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { ask, list, readError } from './ask.ts';

let roma: Emulator;
beforeAll(async () => {
  roma = await startEmulator();
});
afterAll(() => roma.stop());

const badParameter = (name: string) => ({
  error_code: 'APIG.2012',
  error_msg: `Invalid parameter value,parameterName:${name}. Please refer to the support documentation`,
});

describe('a path or method other than the one of the list', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/v2/{project}/apic/certificates/'],
    ['GET', '/v2/{project}/apic/certificate'],
    ['GET', '/v2/{project}/apigw/certificates'],
    ['GET', '/v2/{project}/apic%2Fcertificates'],
    ['GET', '/v2/{project}/apic/../apic/certificates'],
    ['GET', '/v2/{project}//apic/certificates'],
    ['GET', '/v2/short/apic/certificates'],
    ['GET', '/v1/{project}/apic/certificates'],
    ['POST', '/v2/{project}/apic/certificates'],
    ['DELETE', '/v2/{project}/apic/certificates'],
    ['GET', '/v3/auth/tokens'],
  ])('%s %s is answered 404 by the gateway', async (method, path) => {
    const reply = await ask(roma.origin, path.replace('{project}', roma.projectId), {
      method,
      headers: { 'x-auth-token': roma.token },
    });
    expect(reply.status).toBe(404);
    expect(readError(reply)).toEqual({
      error_code: 'APIGW.0101',
      error_msg: 'The API does not exist or has not been published in the environment',
      request_id: reply.headers['x-request-id'],
    });
  });
});

describe('a bad query is answered 400', () => {
  const instance_id = 'f0fa1789-3b76-433b-a787-9892951c620e';
  test.each([
    [{}, 'instance_id'],
    [{ instance_id: '' }, 'instance_id'],
    [{ instance_id: 'a/b' }, 'instance_id'],
    [{ instance_id: 'a'.repeat(65) }, 'instance_id'],
    [{ instance_id, offset: 'x' }, 'offset'],
    [{ instance_id, offset: '' }, 'offset'],
    [{ instance_id, offset: '1.5' }, 'offset'],
    [{ instance_id, offset: '9223372036854775808' }, 'offset'],
    [{ instance_id, limit: 'ten' }, 'limit'],
    [{ instance_id, limit: '2147483648' }, 'limit'],
    [{ instance_id, type: 'INSTANCE' }, 'type'],
    [{ instance_id, algorithm_type: 'DSA' }, 'algorithm_type'],
  ])('%j: %s', async (parameters: Record<string, string>, name) => {
    const reply = await list(roma, parameters);
    expect(reply.status).toBe(400);
    expect(readError(reply)).toEqual(badParameter(name));
  });

  test('a percent sign that encodes nothing', async () => {
    const path = `/v2/${roma.projectId}/apic/certificates?instance_id=${instance_id}&name=%E6%94`;
    const reply = await ask(roma.origin, path, { headers: { 'x-auth-token': roma.token } });
    expect(reply.status).toBe(400);
    expect(readError(reply).error_code).toBe('APIG.2000');
  });
});

describe('an instance', () => {
  test.each(['6f1c2b3a-0000-4000-8000-000000000000', 'common'])('%s is unknown', async (instance_id) => {
    const reply = await list(roma, { instance_id });
    expect(reply.status).toBe(404);
    expect(readError(reply)).toEqual({ error_code: 'APIG.3030', error_msg: `The instance does not exist;id:${instance_id}` });
  });

  test('of another tenant is refused', async () => {
    const reply = await list(roma, { instance_id: roma.foreignInstanceId });
    expect(reply.status).toBe(403);
    expect(readError(reply)).toEqual({
      error_code: 'APIG.1136',
      error_msg: 'No permissions to perform operations on this instance',
    });
  });
});

describe("the gateway's bounds", () => {
  const path = () => `/v2/${roma.projectId}/apic/certificates?instance_id=${roma.instanceIds[0]}`;

  test('a token of 32,000 characters passes, a longer header than 32 KB does not', async () => {
    const long = await roma.control.issueToken({ length: 32_000 });
    expect((await ask(roma.origin, path(), { headers: { 'x-auth-token': long } })).status).toBe(200);
    const tooLong = await roma.control.issueToken({ length: 33_000 });
    const reply = await ask(roma.origin, path(), { headers: { 'x-auth-token': tooLong } });
    expect(reply.status).toBe(494);
    expect(readError(reply)).toMatchObject({ error_code: 'APIGW.0201', error_msg: 'Request headers too large.' });
  });

  test('all headers over 128 KB are too much', async () => {
    const socket = connect(Number(new URL(roma.origin).port), '127.0.0.1');
    const lines = Array.from({ length: 6 }, (_, at) => `x-${at}: ${'y'.repeat(30_000)}\r\n`).join('');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    // The server closes before it has read all: what is left unread may come back as a reset.
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`GET ${path()} HTTP/1.1\r\nhost: x\r\n${lines}\r\n`);
    await closed;
    expect(text.startsWith('HTTP/1.1 494 ')).toBe(true);
  });

  test('a URI over 32 KB is too much', async () => {
    const reply = await ask(roma.origin, `${path()}&name=${'n'.repeat(33_000)}`, { headers: { 'x-auth-token': roma.token } });
    expect(reply.status).toBe(414);
    expect(readError(reply).error_code).toBe('APIGW.0201');
  });

  test('a body over 12 MB is too much', async () => {
    const reply = await ask(roma.origin, '/v3/auth/tokens', { method: 'POST', body: 'x'.repeat(12 * 1024 * 1024 + 1) });
    expect(reply.status).toBe(413);
    expect(readError(reply).error_code).toBe('APIGW.0201');
  });
});

test('a rate limit refuses with 429, with Retry-After or without, and per caller', async () => {
  await using limited = await startEmulator({ switches: { rateLimitPerSecond: 2 }, now: () => 1_800_000_000_000 });
  const instance_id = limited.instanceIds[0] ?? '';
  const statuses: number[] = [];
  for (let time = 0; time < 3; time += 1) statuses.push((await list(limited, { instance_id })).status);
  expect(statuses).toEqual([200, 200, 429]);
  const refused = await list(limited, { instance_id });
  expect(refused.headers['retry-after']).toBe('1');
  expect(readError(refused)).toMatchObject({ error_code: 'APIGW.0308' });
  expect((await list(limited, { instance_id }, limited.secondToken)).status).toBe(200);
  await limited.control.setSwitches({ rateLimitRetryAfter: false });
  expect((await list(limited, { instance_id })).headers['retry-after']).toBeUndefined();
});
