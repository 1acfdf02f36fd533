import { describe, expect, test } from 'vitest';
import type { Credentials } from '../../src/auth/Credentials.ts';
import { createCallerKey } from '../../src/auth/callerKey.ts';
import { createCallerToken, createFixedToken } from '../../src/auth/callerToken.ts';

const REQUEST = { method: 'GET', host: 'h', path: '/', query: [] };

const authorize = (credentials: Credentials, token?: string) =>
  credentials.authorize(REQUEST, { key: 'k', ...(token === undefined ? {} : { token }) }, new AbortController().signal);

describe('the caller’s token', () => {
  test('goes upstream and is a secret', async () => {
    expect(await authorize(createCallerToken(), 'a-token')).toEqual({
      headers: { 'x-auth-token': 'a-token' },
      secrets: ['a-token'],
    });
  });

  test('may have 32,000 characters', async () => {
    const token = 'x'.repeat(32_000);
    expect((await authorize(createCallerToken(), token)).headers['x-auth-token']).toBe(token);
  });

  test.each([undefined, ''])('missing (%j): nothing to send', async (token) => {
    await expect(authorize(createCallerToken(), token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('X-Auth-Token'),
      extensions: { retryable: false },
    });
  });

  test.each(['a\r\nX-Evil: 1', 'a\0', 'a b', 'a, b', '\t', 'é', '令牌', '\ud800', '\x7f', 'x'.repeat(32 * 1024 + 1)])(
    'impossible: %j is refused here',
    async (token) => {
      const error = await authorize(createCallerToken('fallback'), token).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect((error as Error).message).not.toContain(token);
    },
  );

  test('the fallback serves who sends none', async () => {
    const credentials = createCallerToken('fallback');
    expect((await authorize(credentials)).headers).toEqual({ 'x-auth-token': 'fallback' });
    expect((await authorize(credentials, 'own')).headers).toEqual({ 'x-auth-token': 'own' });
  });
});

test('a fixed token goes upstream for everybody, the caller’s never', async () => {
  expect(await authorize(createFixedToken('ours'), 'theirs')).toEqual({
    headers: { 'x-auth-token': 'ours' },
    secrets: ['ours'],
  });
});

describe('the key of a caller', () => {
  const long = 'x'.repeat(32_000);

  test('is the same for the same token, and another one for another', () => {
    const toKey = createCallerKey();
    expect(toKey(long)).toBe(toKey(`${long}`));
    expect(toKey(long)).not.toBe(toKey(`${long}y`));
    expect(toKey('')).not.toBe(toKey('x'));
    expect(toKey('__proto__')).toMatch(/^[\w-]{43}$/);
  });

  test('depends on the secret', () => {
    const secret = Buffer.from('shared by replicas');
    expect(createCallerKey(secret)('token')).toBe(createCallerKey(secret)('token'));
    expect(createCallerKey()('token')).not.toBe(createCallerKey()('token'));
  });

  test('is right for more tokens than are remembered', () => {
    const toKey = createCallerKey();
    const first = toKey('token-0');
    for (let index = 1; index < 3_000; index++) toKey(`token-${index}`);
    expect(toKey('token-0')).toBe(first);
  });
});
