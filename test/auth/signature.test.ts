import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createAccessKey } from '../../src/auth/accessKey.ts';
import type { QueryParameter } from '../../src/auth/Credentials.ts';
import { toAuthorizationHeader, toSdkDate } from '../../src/auth/signature.ts';

interface VendorSigner {
  sign(request: object, credential: { getAk(): string; getSk(): string }): Record<string, string>;
}

// Its package has no types for this file.
const { AKSKSigner } = createRequire(import.meta.url)('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js') as {
  AKSKSigner: VendorSigner;
};

const KEY = { accessKey: 'EXAMPLEACCESSKEY0001', secretKey: 'exampleSecretKey0123456789abcdefghijklmn' };
const DATE = '20261124T050000Z';
const PATH = '/v2/73d69ae0cfcf460190522d06b60f05ad/apic/certificates';

// The SDK takes the time from the clock.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 24, 5) }));
afterAll(() => void vi.useRealTimers());

function bySdk(path: string, query: readonly QueryParameter[], headers: Record<string, string>): string | undefined {
  const request = {
    method: 'GET',
    endpoint: `https://${headers['host']}${path}`,
    queryParams: Object.fromEntries(query),
    headers,
  };
  return AKSKSigner.sign(request, { getAk: () => KEY.accessKey, getSk: () => KEY.secretKey })['Authorization'];
}

test.each<[string, QueryParameter[], Record<string, string>]>([
  ['the shortest request', [['instance_id', 'i-1']], {}],
  ['no query', [], {}],
  [
    'the usual request',
    [
      ['instance_id', 'i-1'],
      ['offset', '0'],
      ['limit', '500'],
    ],
    { 'x-project-id': 'p' },
  ],
  ['temporary keys', [['instance_id', 'i-1']], { 'x-project-id': 'p', 'x-security-token': 'token+/=' }],
  [
    'reserved characters',
    [
      ['name', "a b+c!'()*~-_.&=/?#%"],
      ['common_name', '*.example.com'],
    ],
    {},
  ],
  [
    'Chinese names',
    [
      ['name', '证书_一'],
      ['type', 'global'],
    ],
    {},
  ],
  ['characters beyond the basic plane', [['name', '🔒']], {}],
  ['an empty value', [['name', '']], {}],
])('the vendor’s own signer agrees: %s', (_what, query, more) => {
  const headers = { host: 'roma.example.com:8443', ...more };
  const ours = toAuthorizationHeader(
    { method: 'GET', path: PATH, query, headers: { ...headers, 'x-sdk-date': DATE } },
    DATE,
    KEY,
  );
  expect(ours).toBe(bySdk(PATH, query, headers));
});

test('a signature computed by hand', () => {
  // printf 'GET\n/v2/p/apic/certificates/\ninstance_id=i-1&name=a%20b\nhost:roma.example.com\nx-sdk-date:20261124T050000Z\n\n
  // host;x-sdk-date\n<SHA-256 of nothing>' | openssl sha256, then 'SDK-HMAC-SHA256\n<date>\n<that>' | openssl sha256 -hmac <secret>
  const headers = { Host: ' roma.example.com ', 'X-Sdk-Date': DATE };
  const query: QueryParameter[] = [
    ['name', 'a b'],
    ['instance_id', 'i-1'],
  ];
  expect(toAuthorizationHeader({ method: 'GET', path: '/v2/p/apic/certificates', query, headers }, DATE, KEY)).toBe(
    'SDK-HMAC-SHA256 Access=EXAMPLEACCESSKEY0001, SignedHeaders=host;x-sdk-date, Signature=55bd132d54bc674ddb293765635f4b973c11e46ee8ccc54be0cc374eef109dbf',
  );
});

test('the time is written without punctuation, in UTC', () => {
  expect(toSdkDate(Date.UTC(2026, 10, 24, 5, 0, 7, 999))).toBe('20261124T050007Z');
});

test('each attempt is signed anew, and says all that it must', async () => {
  let nowMs = Date.UTC(2026, 10, 24, 5);
  const credentials = createAccessKey({ ...KEY, securityToken: 'temporary', projectId: 'p', now: () => nowMs });
  const request = { method: 'GET', host: 'roma.example.com', path: PATH, query: [] };
  const ask = () => credentials.authorize(request, { key: 'k' }, new AbortController().signal);
  const first = await ask();
  nowMs += 1_000;
  const second = await ask();
  expect(first.headers).toMatchObject({
    host: 'roma.example.com',
    'x-sdk-date': DATE,
    'x-project-id': 'p',
    'x-security-token': 'temporary',
    authorization: expect.stringContaining('SignedHeaders=host;x-project-id;x-sdk-date;x-security-token, '),
  });
  expect(second.headers['authorization']).not.toBe(first.headers['authorization']);
  const signature = first.headers['authorization']?.split('Signature=')[1];
  expect(first.secrets).toEqual(expect.arrayContaining([KEY.secretKey, KEY.accessKey, 'temporary', signature]));
});

test('a refused signature is never worth a repeat', async () => {
  const credentials = createAccessKey({ ...KEY, projectId: 'p' });
  const request = { method: 'GET', host: 'h', path: PATH, query: [] };
  expect((await credentials.authorize(request, { key: 'k' }, new AbortController().signal)).refused).toBeUndefined();
});
