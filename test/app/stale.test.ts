import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { setUpClocked } from '../support/clocked.ts';

const TTL_MS = 10_000;
const STALE_MS = 60_000;

const clocked = setUpClocked(
  { instances: 2 },
  {
    CERTIFICATES_CACHE_TTL_MS: String(TTL_MS),
    CERTIFICATES_STALE_IF_ERROR_MS: String(STALE_MS),
    OPERATION_DEADLINE_MS: '2000',
    ROMA_ATTEMPT_TIMEOUT_MS: '500',
  },
);
const { start, pass, befall } = clocked;

const send = async (query: string, headers = clocked.headers()) => {
  const response = await clocked.app.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return { ...((await response.json()) as any), cacheControl: response.headers.get('cache-control') };
};
const page = (args = '') => `{ certificates(instanceId: "${clocked.roma.instanceIds[0]}"${args}) { asOf nodes { id } } }`;
const staleAnswers = () => clocked.counted('certificates_stale_answers_total');

const outages: [string, Fault][] = [
  ['5xx', { kind: 'answer', status: 503 }],
  ['resets', { kind: 'reset', after: 'nothing' }],
  ['hangs', { kind: 'hang', after: 'nothing' }],
  ['429', { kind: 'answer', status: 429 }],
];

describe.each(outages)('while ROMA Connect answers with %s', (_what, fault) => {
  test('what the same caller was shown before is shown again, and says its age', async () => {
    await start();
    const before = await send(page());
    const sorted = await send(page(', orderBy: { field: NAME }'));
    pass(TTL_MS + Math.floor(Math.random() * (STALE_MS - 3_000)));
    await befall(fault);
    for (const [args, shown] of [
      ['', before],
      [', orderBy: { field: NAME }', sorted],
    ] as const) {
      const { data, errors, cacheControl } = await send(page(args));
      expect(errors).toBeUndefined();
      expect(data).toEqual(shown.data);
      expect(cacheControl).toBe('no-store');
    }
    expect(await staleAnswers()).toBeGreaterThan(1);
    await clocked.roma.control.clearFaults();
    expect((await send(page())).data.certificates.asOf).not.toBe(undefined);
  });
});

const bodyOf = (code: string) => ({ error_code: code, error_msg: 'No' });

test.each<[string, Fault, string]>([
  ['a refusal', { kind: 'answer', status: 403, body: bodyOf('APIG.1005') }, 'FORBIDDEN'],
  ['an unknown instance', { kind: 'answer', status: 404, body: bodyOf('APIG.3030') }, 'NOT_FOUND'],
  ['a refused token', { kind: 'answer', status: 401, body: bodyOf('APIG.1002') }, 'UNAUTHENTICATED'],
  ['an answer that is wrong', { kind: 'answer', status: 200, body: { certs: 7 } }, 'UPSTREAM_INVALID_RESPONSE'],
])('%s is told as it is', async (_what, fault, code) => {
  await start();
  await send(page());
  pass(TTL_MS + 1);
  await befall(fault);
  const { data, errors } = await send(page());
  expect(data).toEqual({ certificates: null });
  expect(errors[0].extensions.code).toBe(code);
});

const outage: Fault = { kind: 'answer', status: 500 };

test.each<[string, () => Promise<void> | void, Record<string, string>]>([
  ['too old', () => void pass(STALE_MS + 1), {}],
  [
    'of a token that was refused since',
    async () => {
      await befall({ kind: 'answer', status: 401, body: bodyOf('APIG.1002') });
      await send(page());
      await clocked.roma.control.clearFaults();
    },
    {},
  ],
  ['not to be shown', () => {}, { CERTIFICATES_STALE_IF_ERROR_MS: '0' }],
])('what is %s is not shown', async (_what, happen, env) => {
  await start(env);
  await send(page());
  pass(TTL_MS + 1);
  await happen();
  await befall(outage);
  expect((await send(page())).errors[0].extensions.code).toBe('UPSTREAM_ERROR');
});

test('nobody sees what another caller was shown', async () => {
  await start();
  await send(page());
  pass(TTL_MS + 1);
  await befall(outage);
  const { errors } = await send(page(), { 'x-auth-token': clocked.roma.secondToken });
  expect(errors[0].extensions.code).toBe('UPSTREAM_ERROR');
});

test('a certificate that is not in what is shown again is not "not there"', async () => {
  await start();
  const [row] = (await clocked.roma.control.certificates(clocked.roma.instanceIds[0] as string)) as [{ id: string }];
  const lookups = `{ there: certificate(id: "${row.id}") { id } not: certificate(id: "nowhere") { id } }`;
  expect((await send(lookups)).data).toEqual({ there: { id: row.id }, not: null });
  pass(TTL_MS + 1);
  await befall(outage);
  const { data, errors } = await send(lookups);
  expect(data).toEqual({ there: { id: row.id }, not: null });
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['not'],
      extensions: expect.objectContaining({ code: 'LOOKUP_INCOMPLETE', retryable: true }),
    }),
  ]);
});

test('the list over all instances is whole with what was shown before of the one that fails', async () => {
  await start();
  const query = '{ certificates { totalCount asOf unread { code } } }';
  const before = await send(query);
  pass(TTL_MS + 5_000);
  await befall(outage, { instanceId: clocked.roma.instanceIds[1] as string });
  const { data, errors, cacheControl } = await send(query);
  expect(errors).toBeUndefined();
  expect(data).toEqual(before.data);
  expect(cacheControl).toBe('no-store');
});
