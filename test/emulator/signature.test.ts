import { describe, expect, test } from 'vitest';
import { canonicalRequest, readAuthorization, signatureOf } from '../../src/emulator/auth/signature.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import type { Reply } from './ask.ts';
import { ask, readError } from './ask.ts';

/** Computed outside this project, step by step after the API Request Signing Guide, with Python's hmac and hashlib. */
const vector = {
  date: '20261124T080000Z',
  url: '/v2/73d69ae0cfcf460190522d06b60f05ad/apic/certificates?name=%E6%94%AF%E4%BB%98%20~%2A&limit=5&instance_id=f0fa1789-3b76-433b-a787-9892951c620e',
  canonical: `GET
/v2/73d69ae0cfcf460190522d06b60f05ad/apic/certificates/
instance_id=f0fa1789-3b76-433b-a787-9892951c620e&limit=5&name=%E6%94%AF%E4%BB%98%20~%2A
host:roma.cn-north-4.myhuaweicloud.com
x-project-id:73d69ae0cfcf460190522d06b60f05ad
x-sdk-date:20261124T080000Z

host;x-project-id;x-sdk-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
  signedHeaders: ['host', 'x-project-id', 'x-sdk-date'],
  signature: 'ba269f4e708b3546a9e66c2b2544f76ebc89e6c394bf604dfeb114a6d9c355ff',
} as const;

const headers = {
  host: 'roma.cn-north-4.myhuaweicloud.com',
  'x-project-id': '73d69ae0cfcf460190522d06b60f05ad',
  'x-sdk-date': vector.date,
};
const authorization = (accessKey: string, signature: string = vector.signature) =>
  `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=host;x-project-id;x-sdk-date, Signature=${signature}`;

const signedAt = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;
const start = (options: EmulatorOptions = {}) => startEmulator({ now: () => signedAt, ...options });
const sendSigned = (roma: Emulator, signature?: string): Promise<Reply> =>
  ask(roma.origin, vector.url, { headers: { ...headers, authorization: authorization(roma.accessKey, signature) } });

describe('a signature', () => {
  const [rawPath = '', search = ''] = vector.url.split('?');
  const request = { method: 'GET', rawPath, search, headers, body: Buffer.alloc(0) };

  test('is of the canonical request, whose path ends with a slash', () => {
    expect(canonicalRequest(request, vector.signedHeaders)).toBe(vector.canonical);
  });

  test('is the one computed by hand', () => {
    expect(signatureOf(request, vector.signedHeaders, 'emulatorSecretKeyWorthNothing0123456789A')).toBe(vector.signature);
  });

  test('covers the body, unless X-Sdk-Content-Sha256 stands for it', () => {
    const canonical = canonicalRequest({ ...request, body: Buffer.from('abc') }, vector.signedHeaders);
    expect(canonical.endsWith('\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')).toBe(true);
    const unsigned = { ...request, headers: { ...headers, 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' } };
    expect(canonicalRequest(unsigned, vector.signedHeaders).endsWith('\nUNSIGNED-PAYLOAD')).toBe(true);
  });

  test.each(['', 'Bearer x', 'SDK-HMAC-SHA256 Access=a', `SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=short`])(
    'cannot be read from %j',
    (text) => {
      expect(readAuthorization(text)).toBeNull();
    },
  );
});

describe('a signed request', () => {
  test('is accepted', async () => {
    await using roma = await start();
    expect((await sendSigned(roma)).status).toBe(200);
    expect((await roma.control.calls()).calls[0]).toMatchObject({ caller: `ak:${roma.accessKey}`, limit: 5 });
  });

  test('is refused when anything signed differs', async () => {
    await using roma = await start();
    const reply = await ask(roma.origin, vector.url.replace('limit=5', 'limit=6'), {
      headers: { ...headers, authorization: authorization(roma.accessKey) },
    });
    expect(reply.status).toBe(401);
    expect(readError(reply)).toEqual({
      error_code: 'APIGW.0301',
      error_msg: 'Incorrect IAM authentication information: verify aksk signature fail',
      request_id: reply.headers['x-request-id'],
    });
  });

  test('is refused when the access key is unknown, or the header is no signature', async () => {
    await using roma = await start();
    const unknown = await ask(roma.origin, vector.url, { headers: { ...headers, authorization: authorization('NOBODY') } });
    expect(unknown.status).toBe(401);
    expect(readError(unknown).error_msg).toContain('ak not exist');
    const bearer = await ask(roma.origin, vector.url, { headers: { ...headers, authorization: 'Bearer x' } });
    expect(readError(bearer).error_code).toBe('APIGW.0301');
  });

  test.each([
    [15 * MINUTE, 200],
    [-15 * MINUTE, 200],
    [15 * MINUTE + 1, 401],
    [-15 * MINUTE - 1, 401],
  ])('with the clock %i ms ahead is answered %i', async (clockSkewMs, status) => {
    await using roma = await start({ switches: { clockSkewMs } });
    const reply = await sendSigned(roma);
    expect(reply.status).toBe(status);
    expect(reply.headers.date).toBe(new Date(signedAt + clockSkewMs).toUTCString());
    if (status === 401) expect(readError(reply).error_code).toBe('APIGW.0303');
  });
});

describe('more than five wrong signatures in a row', () => {
  const wrong = '0'.repeat(64);

  test('lock the access key for five minutes, even for right ones', async () => {
    let now = signedAt;
    await using roma = await start({ now: () => now });
    for (let time = 0; time < 6; time += 1) await sendSigned(roma, wrong);
    const locked = await sendSigned(roma);
    expect(locked.status).toBe(401);
    expect(readError(locked).error_msg).toContain('AK access failed to reach the limit, forbidden');
    now += 5 * MINUTE - 1;
    expect((await sendSigned(roma)).status).toBe(401);
    now += 1;
    expect((await sendSigned(roma)).status).toBe(200);
  });

  test('are counted anew after a right one', async () => {
    await using roma = await start();
    for (let time = 0; time < 5; time += 1) await sendSigned(roma, wrong);
    expect((await sendSigned(roma)).status).toBe(200);
    for (let time = 0; time < 5; time += 1) await sendSigned(roma, wrong);
    expect((await sendSigned(roma)).status).toBe(200);
  });
});
