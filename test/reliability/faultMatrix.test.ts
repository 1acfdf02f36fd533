import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/readConfig.ts';
import * as faults from '../../src/emulator/faults/commonFaults.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';
import { envOf, headersOf, type Mode, modes } from './modes.ts';

/** A list takes two calls, the second of which shares a row with the first. */
const ROWS = 600;
const SECOND_CALL = 499;

const env = { OPERATION_DEADLINE_MS: '10000', CERTIFICATES_CACHE_TTL_MS: '0' };

const emulators = new Map<Mode, Emulator>();
beforeAll(async () => {
  for (const mode of modes) {
    emulators.set(mode, await startEmulator({ certificates: ROWS, globalCertificates: 0, oddRows: false }));
  }
});
afterEach(async () => {
  for (const { control } of emulators.values()) await Promise.all([control.clearFaults(), control.clearCalls()]);
});
afterAll(async () => {
  for (const emulator of emulators.values()) await emulator.stop();
});

interface Expected {
  readonly code: string;
  readonly retryable: boolean;
  readonly attempts: 1 | 3;
  /** An attempt may go out once more, free of charge: its connection looks as if it had died while it was kept alive. */
  readonly looksDead?: boolean;
  /** What is said of the answer, beside the instance. */
  readonly upstream: object;
  readonly retryAfterMs?: unknown;
  /** Set where an attempt ends by its time; elsewhere there is plenty, for machines that are busy. */
  readonly attemptTimeoutMs?: number;
}

const requestId = expect.any(String);
const said = (status: number, errorCode: string, errorMessage?: string): object => ({
  status,
  errorCode,
  requestId,
  ...(errorMessage !== undefined && { errorMessage }),
});
const answer = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  headers,
  body: { error_code: code, error_msg: 'because' },
});
const refused = (code: string, upstream: object): Expected => ({ code, retryable: false, attempts: 1, upstream });
const failed = (code: string, upstream: object = {}): Expected => ({ code, retryable: true, attempts: 3, upstream });
const late = (upstream: object = {}): Expected => ({ ...failed('UPSTREAM_TIMEOUT', upstream), attemptTimeoutMs: 250 });
const noPage = failed('UPSTREAM_INVALID_RESPONSE', { status: 200, requestId });
const throttledText = 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second';

const matrix: [name: string, fault: Fault, expected: Expected][] = [
  ['500', faults.systemError, failed('UPSTREAM_ERROR', said(500, 'APIG.9999'))],
  ['502, a page for people', faults.htmlPage(502), failed('UPSTREAM_ERROR', { status: 502, requestId })],
  ['503', faults.iamUnavailable, failed('UPSTREAM_ERROR', said(503, 'APIGW.0613'))],
  ['504', faults.backendTimeout, failed('UPSTREAM_ERROR', said(504, 'APIGW.0203'))],
  ['500 that throttles', faults.throttledAsError500, failed('UPSTREAM_RATE_LIMITED', said(500, 'APIG.9008'))],
  ['429', faults.throttled(), failed('UPSTREAM_RATE_LIMITED', said(429, 'APIGW.0308', throttledText))],
  [
    '429 for longer than the operation may take, in seconds',
    faults.throttled('3600'),
    {
      ...failed('UPSTREAM_RATE_LIMITED', said(429, 'APIGW.0308', throttledText)),
      attempts: 1,
      retryAfterMs: 3_600_000,
    },
  ],
  [
    '429 for longer than the operation may take, as a date',
    faults.throttled('Fri, 01 Jan 2100 00:00:00 GMT'),
    {
      ...failed('UPSTREAM_RATE_LIMITED', said(429, 'APIGW.0308', throttledText)),
      attempts: 1,
      retryAfterMs: expect.any(Number),
    },
  ],
  ['408', answer(408, 'X.1'), failed('UPSTREAM_TIMEOUT', said(408, 'X.1', 'because'))],
  ['a token that is refused', answer(401, 'APIG.1002'), refused('UNAUTHENTICATED', said(401, 'APIG.1002', 'because'))],
  ['a token that is refused with 400', answer(400, 'ROMA.1002'), refused('UNAUTHENTICATED', said(400, 'ROMA.1002', 'because'))],
  ['a signature that is refused', answer(401, 'APIGW.0301'), refused('UNAUTHENTICATED', said(401, 'APIGW.0301', 'because'))],
  ['arrears', answer(401, 'APIG.1012'), refused('FORBIDDEN', said(401, 'APIG.1012', 'because'))],
  ['no permission', answer(403, 'APIG.1005'), refused('FORBIDDEN', said(403, 'APIG.1005', 'because'))],
  ['no permission, with 400', answer(400, 'ROMA.1006'), refused('FORBIDDEN', said(400, 'ROMA.1006', 'because'))],
  ['no permission, with 200', answer(200, 'APIG.1005'), refused('FORBIDDEN', said(200, 'APIG.1005', 'because'))],
  ['an unknown instance', answer(404, 'APIG.3030'), refused('NOT_FOUND', said(404, 'APIG.3030', 'because'))],
  ['a bad argument', answer(400, 'APIG.2012'), refused('BAD_USER_INPUT', said(400, 'APIG.2012', 'because'))],
  ['a wrong path', answer(404, 'APIGW.0101'), refused('UPSTREAM_ERROR', said(404, 'APIGW.0101', 'because'))],
  ['413', answer(413, 'APIGW.0201'), refused('UPSTREAM_ERROR', said(413, 'APIGW.0201', 'because'))],
  ['494', answer(494, 'APIGW.0201'), refused('UPSTREAM_ERROR', said(494, 'APIGW.0201', 'because'))],
  ['reset before the headers', faults.resetBeforeHeaders, { ...failed('UPSTREAM_UNAVAILABLE'), looksDead: true }],
  ['reset after the headers', faults.resetAfterHeaders, failed('UPSTREAM_UNAVAILABLE', { status: 200 })],
  ['reset within the body', faults.resetMidBody, failed('UPSTREAM_UNAVAILABLE', { status: 200 })],
  ['no headers', faults.hangWithoutHeaders, late()],
  ['no body', { kind: 'hang', after: 'headers' }, late({ status: 200 })],
  ['half a body', { kind: 'hang', after: 'halfBody' }, late({ status: 200 })],
  ['a body drop by drop', { kind: 'drip', bytes: 10, everyMs: 10 }, late({ status: 200 })],
  ['a body that ends early', { kind: 'endEarly' }, noPage],
  ['half of the JSON', faults.truncatedJson, noPage],
  ['no JSON', faults.invalidJson, noPage],
  ['a page for people', faults.htmlPage(200), noPage],
  ['another shape', faults.wrongShape, noPage],
  ['an empty body', faults.emptyBody, noPage],
  ['204', faults.noContent, failed('UPSTREAM_INVALID_RESPONSE', { status: 204, requestId })],
  ['a redirect', faults.redirect('/elsewhere'), failed('UPSTREAM_INVALID_RESPONSE', { status: 302, requestId })],
  ['200 with an unknown error', answer(200, 'X.1'), failed('UPSTREAM_INVALID_RESPONSE', said(200, 'X.1', 'because'))],
  ['200 with a known error', faults.errorWithStatus200, failed('UPSTREAM_ERROR', said(200, 'APIG.9999', 'System error'))],
  ['no rows where there are some', { kind: 'page', limit: 0 }, noPage],
  ['a total beyond Int', { kind: 'page', total: 2 ** 31 }, noPage],
  ['no HTTP', { kind: 'raw', text: 'I am no HTTP server.\r\n\r\n' }, failed('UPSTREAM_INVALID_RESPONSE')],
];

describe('in the first call of a page, in the second of a whole list, within a lookup, in details and in bound domains, whatever the credentials', () => {
  test.each(matrix)('%s', async (_name, fault, expected) => {
    await Promise.all(modes.map((mode) => expectEverywhere(mode, fault, expected)));
  });
});

const query = `query ($page: ID!, $list: ID!, $sound: ID!, $found: ID!) {
  page: certificates(instanceId: $page, first: 5) { nodes { id } }
  list: certificates(instanceId: $list, first: 5, orderBy: { field: NAME }) { nodes { id } }
  lost: certificate(id: "nowhere") { id }
  found: certificate(id: $found) { id }
  sound: certificates(instanceId: $sound, first: 1) { nodes { id details { version } boundDomains { id } } }
}`;

/** One operation with the fault in five places of it, and the two parts that need none of them. */
async function expectEverywhere(mode: Mode, fault: Fault, expected: Expected): Promise<void> {
  const roma = emulators.get(mode) as Emulator;
  const [page = '', list = '', walked = '', sound = ''] = roma.instanceIds;
  const [first] = (await roma.control.certificates(sound)) as [{ id: string }];
  const places = [
    { instanceId: page, offset: 0 },
    { instanceId: list, offset: SECOND_CALL },
    { instanceId: walked, offset: SECOND_CALL },
  ];
  const ofOne = [
    { path: 'details', certificateId: first.id },
    { path: 'domains', certificateId: first.id },
  ] as const;
  // A page that is none befalls lists alone.
  const isForAll = fault.kind !== 'page';
  if (isForAll) await roma.control.addFaults(...ofOne.map((match) => ({ fault, match, times: 'always' as const })));
  await roma.control.addFaults(...places.map((match) => ({ fault, match, times: 'always' as const })));
  await using app = await start(mode, expected, { ROMA_INSTANCE_IDS: `${walked},${sound}` });
  const { data, errors = [] } = await app.ask(query, { page, list, sound, found: first.id }, headersOf(mode, roma));

  const found = { id: first.id };
  const whole = { ...found, details: { version: 3 }, boundDomains: expect.any(Array) };
  const bare = { ...found, details: null, boundDomains: null };
  expect(data, mode).toEqual({ page: null, list: null, lost: null, found, sound: { nodes: [isForAll ? bare : whole] } });
  expect(Object.fromEntries(errors.map(({ path, extensions }) => [path?.join(), extensions])), mode).toEqual({
    page: toExtensions(expected, page),
    list: toExtensions(expected, list),
    lost: {
      code: 'LOOKUP_INCOMPLETE',
      retryable: expected.retryable,
      instances: [{ instanceId: walked, code: expected.code, upstream: toExtensions(expected, walked).upstream }],
    },
    ...(isForAll && {
      'sound,nodes,0,details': toExtensions(expected),
      'sound,nodes,0,boundDomains': toExtensions(expected),
    }),
  });
  // A new token is fetched for a refused one, once, and what was refused is asked again; nothing else is.
  const attempts = mode === 'password' && expected.code === 'UNAUTHENTICATED' ? 2 : expected.attempts;
  const { calls, otherCalls } = await roma.control.calls();
  const count = (asked: Partial<(typeof calls)[number]>): number => {
    const { length } = calls.filter((call) => Object.entries(asked).every(([name, value]) => call[name as 'path'] === value));
    return expected.looksDead === true && length > attempts && length <= 2 * attempts ? attempts : length;
  };
  expect([mode, ...places.map(count), otherCalls]).toEqual([mode, attempts, attempts, attempts, 0]);
  // They come later: a token that was fetched a moment ago is not exchanged for another, unless they began with the one before it.
  const expectedOfOne = isForAll ? expected.attempts : 1;
  const mayBeAskedAgain = isForAll && attempts > expected.attempts;
  for (const asked of ofOne.map(count)) {
    expect([mode, asked]).toEqual([mode, mayBeAskedAgain ? expect.toBeOneOf([expectedOfOne, attempts]) : expectedOfOne]);
  }
  await expectNothingLeft(app, roma);
}

/** Without an instance, nothing is said of the answer where there was none. */
function toExtensions({ code, retryable, upstream, retryAfterMs }: Expected, instanceId?: string) {
  const told = { ...upstream, ...(instanceId !== undefined && { instanceId }) };
  return {
    code,
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(Object.keys(told).length > 0 && { upstream: told }),
  } as { readonly upstream?: object };
}

describe('at IAM', () => {
  test.each<[name: string, fault: Fault, expected: Expected]>([
    ['the login is refused', answer(401, 'X.1'), refused('UPSTREAM_ERROR', said(401, 'X.1', 'because'))],
    ['the login is malformed', answer(400, 'X.1'), refused('UPSTREAM_ERROR', said(400, 'X.1', 'because'))],
    [
      '429',
      faults.iamThrottled,
      failed('UPSTREAM_RATE_LIMITED', said(429, '429', 'The throttling threshold has been reached')),
    ],
    ['500', answer(500, 'X.1'), failed('UPSTREAM_ERROR', said(500, 'X.1'))],
    ['reset', faults.resetBeforeHeaders, failed('UPSTREAM_UNAVAILABLE')],
    ['no answer', faults.hangWithoutHeaders, late()],
    [
      'no token in the answer',
      { kind: 'answer', status: 201 },
      failed('UPSTREAM_INVALID_RESPONSE', { status: 201, requestId }),
    ],
    ['a redirect', faults.redirect('/elsewhere'), failed('UPSTREAM_INVALID_RESPONSE', { status: 302, requestId })],
  ])('%s: nothing is asked of ROMA Connect', async (_name, fault, expected) => {
    const roma = emulators.get('password') as Emulator;
    await roma.control.addFaults({ fault, match: { path: 'iam' }, times: 'always' });
    await using app = await start('password', expected);
    const { data, errors } = await app.ask(`{ certificates(instanceId: "${roma.instanceIds[0]}") { totalCount } }`);
    expect(data).toEqual({ certificates: null });
    const { code, retryable, upstream } = expected;
    // IAM is left alone for a moment after a failure, and those who ask again later are told for how long.
    const retryAfterMs = retryable ? expect.any(Number) : undefined;
    // Where nothing answered, there is nothing to tell.
    const told = Object.keys(upstream).length > 0 && { upstream };
    expect(errors?.[0]?.extensions).toEqual({ code, retryable, retryAfterMs, ...told });
    expect(await roma.control.calls()).toMatchObject({ total: 0, iamCalls: expected.attempts, otherCalls: 0 });
    await expectNothingLeft(app, roma);
  });
});

function start(mode: Mode, { attemptTimeoutMs = 5_000 }: Expected, more: Environment = {}): Promise<App> {
  const roma = emulators.get(mode) as Emulator;
  return startApp({ env: { ...env, ...envOf(mode, roma), ROMA_ATTEMPT_TIMEOUT_MS: String(attemptTimeoutMs), ...more } });
}

/** Nothing is being asked any more, and no connection outlives the service. */
async function expectNothingLeft(app: App, { control }: Emulator): Promise<void> {
  await expect.poll(async () => (await control.state()).inFlight).toBe(0);
  await app.stop();
  await expect.poll(async () => (await control.state()).openSockets).toBe(0);
}
