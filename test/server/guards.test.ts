import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { addGuards } from '../../src/server/guards.ts';
import { createJudge } from '../../src/server/overload.ts';
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

test('one pause is no overload, a second one in a row is, and it ends with the first good window', () => {
  const judge = createJudge();
  expect([20, 3_000, 20, 1_500, 1_500, 1_500, 20].map(judge)).toEqual([false, false, false, false, true, true, false]);
});

test('a window without a single measurement is no overload', () => {
  const judge = createJudge();
  expect([Number.NaN, Number.NaN].map(judge)).toEqual([false, false]);
});
