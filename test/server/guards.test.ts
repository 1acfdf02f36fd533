import { fastify } from 'fastify';
import { expect, test, vi } from 'vitest';
import { addGuards } from '../../src/server/guards.ts';
import { watchEventLoop } from '../../src/server/overload.ts';
import { createSecretCheck } from '../../src/server/routerSecret.ts';

test.each<[sent: string, accepted: boolean]>([
  ['old', true],
  ['new-and-longer', true],
  ['', false],
  ['ol', false],
  ['old ', false],
  ['OLD', false],
  ['old,new-and-longer', false],
])('of two secrets, %o is accepted: %o', (sent, accepted) => {
  expect(createSecretCheck(['old', 'new-and-longer'])(sent)).toBe(accepted);
});

test('an overloaded service turns requests away at once, and says when to come back', async () => {
  let overloaded = true;
  const server = fastify();
  addGuards(server, { routerSecrets: [], isOverloaded: () => overloaded });
  server.get('/graphql', async () => 'answer');
  const refused = await server.inject('/graphql');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }] });
  overloaded = false;
  expect((await server.inject('/graphql')).body).toBe('answer');
});

test('a turn of the event loop that lasts too long is an overload until it ends', () => {
  vi.useFakeTimers();
  let nowMs = 0;
  const eventLoop = watchEventLoop(() => nowMs);
  nowMs = 1_000;
  expect(eventLoop.isOverloaded()).toBe(false);
  nowMs = 1_021;
  expect(eventLoop.isOverloaded()).toBe(true);
  vi.advanceTimersByTime(20);
  expect(eventLoop.isOverloaded()).toBe(false);
  eventLoop.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
