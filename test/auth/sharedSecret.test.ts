import { expect, test } from 'vitest';
import { createCallerKey } from '../../src/auth/callerKey.ts';
import { deriveSharedSecret } from '../../src/auth/sharedSecret.ts';

const sources = {
  redisUrl: 'redis://user:password@redis:6379/0',
  routerSecrets: ['a secret'],
  scope: ['https://roma.example.com', 'p-1'],
};

test('replicas of one configuration give a caller the same key, by whatever name they know Redis', () => {
  const keys = [sources, { ...sources, redisUrl: 'rediss://user:password@10.0.0.7:6380/0' }].map((replica) =>
    createCallerKey(deriveSharedSecret(replica))('a token'),
  );
  expect(keys[1]).toBe(keys[0]);
});

test.each([
  ['password of Redis', { ...sources, redisUrl: 'redis://user:other@redis:6379/0' }],
  ['secret of the router', { ...sources, routerSecrets: ['another secret'] }],
  ['project', { ...sources, scope: ['https://roma.example.com', 'p-2'] }],
])('another %s gives other keys', (_what, other) => {
  expect(deriveSharedSecret(other)).not.toEqual(deriveSharedSecret(sources));
});
