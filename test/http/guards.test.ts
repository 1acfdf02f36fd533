import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { addGuards, createGuards } from '../../src/http/guards.ts';
import { createIsOverloaded } from '../../src/http/overload.ts';
import { createSecretCheck } from '../../src/http/routerSecret.ts';

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
  addGuards(
    server,
    createGuards([], () => overloaded),
  );
  server.get('/graphql', async () => 'answer');
  const refused = await server.inject('/graphql');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }] });
  overloaded = false;
  expect((await server.inject('/graphql')).body).toBe('answer');
});

test('a turn of the event loop that lasts too long is an overload until it ends', async () => {
  let nowMs = 0;
  const isOverloaded = createIsOverloaded(() => nowMs);
  expect(isOverloaded()).toBe(false);
  nowMs = 1_000;
  expect(isOverloaded()).toBe(false);
  nowMs = 1_001;
  expect(isOverloaded()).toBe(true);
  await new Promise(setImmediate);
  expect(isOverloaded()).toBe(false);
});

test('a pause between turns is none', async () => {
  let nowMs = 0;
  const isOverloaded = createIsOverloaded(() => nowMs);
  isOverloaded();
  await new Promise(setImmediate);
  nowMs = 60_000;
  expect(isOverloaded()).toBe(false);
});
