import { afterEach, describe, expect, test } from 'vitest';
import type { Auth } from '../../src/auth/createCredentials.ts';
import type { ListQuery } from '../../src/certificates/lists.ts';
import * as faults from '../../src/emulator/faults/commonFaults.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import type { FaultRule } from '../../src/emulator/faults/FaultQueue.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { createUpstream, type Upstream } from '../../src/roma/createUpstream.ts';
import { certificateList } from '../../src/roma/endpoints/certificateList.ts';
import { aMeter, anOperation, aQuery } from './anOperation.ts';

const opened: (Emulator | Upstream)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await ('stop' in one ? one.stop() : one.close());
});

const PASSTHROUGH = (): Auth => ({ mode: 'passthrough' });
const PASSWORD = ({ origin, iamUser }: Emulator): Auth => ({
  mode: 'password',
  iamOrigin: origin,
  domainName: iamUser.domainName,
  username: iamUser.username,
  password: iamUser.password,
});
const AKSK = ({ accessKey, secretKey }: Emulator): Auth => ({ mode: 'aksk', accessKey, secretKey });

interface Setting {
  readonly toAuth?: (roma: Emulator) => Auth;
  readonly attemptTimeoutMs?: number;
  readonly emulator?: EmulatorOptions;
}

async function start({ toAuth = PASSTHROUGH, attemptTimeoutMs = 5_000, emulator = {} }: Setting = {}) {
  const roma = await startEmulator({ oddRows: false, ...emulator });
  const meter = aMeter();
  const logged: string[] = [];
  const logger = {
    isLevelEnabled: () => false,
    debug: () => {},
    info: (_: object, text: string) => logged.push(text),
    warn: (_: object, text: string) => logged.push(text),
  };
  const target = { origin: roma.origin, projectId: roma.projectId, auth: toAuth(roma) };
  const upstream = createUpstream({ target, attemptTimeoutMs, meter, logger });
  opened.push(roma, upstream);
  const ask = (query: Partial<ListQuery> = {}, operation = anOperation({ token: roma.token })) =>
    upstream.ask(certificateList, aQuery(query), operation);
  const summary = async () => roma.control.calls();
  return { roma, upstream, meter, logged, ask, summary };
}

const always = (fault: Fault, match: FaultRule['match'] = {}): FaultRule => ({ fault, match, times: 'always' });

const extensionsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => new Error('there was an answer'),
    (error: unknown) => error,
  );
  if (error instanceof SubgraphError) return error.extensions;
  throw error;
};

describe('each way to authenticate', () => {
  test.each<[string, (roma: Emulator) => Auth]>([
    ['passthrough', PASSTHROUGH],
    ['passthrough with a fallback', ({ token }) => ({ mode: 'passthrough', fallbackToken: token })],
    ['token', ({ secondToken }) => ({ mode: 'token', token: secondToken })],
    ['password', PASSWORD],
    ['aksk', AKSK],
  ])('%s', async (_mode, toAuth) => {
    const { ask, meter, summary } = await start({ toAuth });
    const page = await ask({ filter: { name: "!'()* +证书" }, limit: 500 });
    expect(page).toMatchObject({ total: 0, rows: [] });
    const full = await ask({ limit: 7, offset: 3 });
    expect(full.rows).toHaveLength(7);
    expect(meter.outcomes).toEqual(['ok', 'ok']);
    expect(await summary()).toMatchObject({ total: 2, byStatus: { 200: 2 } });
  });

  test('a token of 32,000 characters passes', async () => {
    const { roma, ask } = await start();
    const token = await roma.control.issueToken({ length: 32_000 });
    expect((await ask({}, anOperation({ token }))).total).toBeGreaterThan(0);
  });

  test.each(['', 'a\r\nb', 'a b'])('the token %j causes no call', async (token) => {
    const { ask, summary } = await start();
    const operation = anOperation({ token });
    expect(await extensionsOf(ask({}, operation))).toEqual({ code: 'UNAUTHENTICATED', retryable: false });
    expect(operation.spent()).toBe(0);
    expect((await summary()).total).toBe(0);
  });

  test.each(['passthrough', 'aksk'] as const)('%s: refused credentials are never tried again', async (mode) => {
    const { ask, summary } = await start({
      toAuth: (roma) => (mode === 'aksk' ? { mode, accessKey: roma.accessKey, secretKey: 'wrong-secret-key' } : { mode }),
    });
    const extensions = await extensionsOf(ask({}, anOperation({ token: 'wrong-token-of-a-caller' })));
    expect(extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false, upstream: { status: 401 } });
    expect((await summary()).total).toBe(1);
  });
});

describe('a token from IAM', () => {
  test('is fetched once for all who wait', async () => {
    const { ask, summary } = await start({ toAuth: PASSWORD });
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(await summary()).toMatchObject({ iamCalls: 1, total: 20 });
  });

  test('that dies is fetched again once, and only what failed is replayed', async () => {
    const { roma, ask, meter, summary } = await start({ toAuth: PASSWORD });
    await ask();
    await roma.control.change({ kind: 'revokeIamTokens' });
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(await summary()).toMatchObject({ iamCalls: 2, total: 11, byStatus: { 200: 6, 401: 5 } });
    expect(meter.retries).toBe(5);
  });

  test('that is refused for good is no reason to go on asking', async () => {
    const { roma, ask, summary } = await start({ toAuth: PASSWORD });
    await roma.control.addFaults(always(faults.tokenRefused));
    for (let count = 0; count < 5; count++)
      expect(await extensionsOf(ask())).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(await summary()).toMatchObject({ iamCalls: 2, total: 6 });
  });

  test('that IAM refuses is an error of this service', async () => {
    const { ask, summary } = await start({ toAuth: (roma) => ({ ...PASSWORD(roma), password: 'wrong-password' }) as Auth });
    const extensions = await extensionsOf(ask());
    expect(extensions).toMatchObject({ code: 'UPSTREAM_ERROR', retryable: false, upstream: { status: 401 } });
    expect(JSON.stringify(extensions)).not.toContain('wrong-password');
    await extensionsOf(ask());
    expect(await summary()).toMatchObject({ iamCalls: 1, total: 0 });
  });

  test('is tried again when IAM fails for a moment', async () => {
    const { roma, ask, summary } = await start({ toAuth: PASSWORD });
    await roma.control.addFaults({ fault: faults.iamUnavailable, match: { path: 'iam' } });
    await ask();
    expect(await summary()).toMatchObject({ iamCalls: 2, total: 1 });
  });

  test('does not open circuits of instances when IAM fails', async () => {
    const { roma, ask } = await start({ toAuth: PASSWORD });
    await roma.control.addFaults(always({ kind: 'reset', after: 'nothing' }, { path: 'iam' }));
    for (let count = 0; count < 12; count++) {
      expect(await extensionsOf(ask({}, anOperation({ deadlineMs: Date.now() })))).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
    }
    await roma.control.clearFaults();
    expect((await ask()).total).toBeGreaterThan(0);
  });
});

describe('faults that pass', () => {
  test.each<[string, Fault]>([
    ['a reset before the headers', faults.resetBeforeHeaders],
    ['a reset after the headers', faults.resetAfterHeaders],
    ['a reset inside the body', faults.resetMidBody],
    ['a body that ends early', { kind: 'endEarly' }],
    ['half of the JSON', faults.truncatedJson],
    ['invalid JSON', faults.invalidJson],
    ['a wrong shape', faults.wrongShape],
    ['an empty body', faults.emptyBody],
    ['no content', faults.noContent],
    ['HTML', faults.htmlPage(200)],
    ['a redirect', faults.redirect('http://127.0.0.1:9/')],
    ['a gzip bomb', faults.gzipBomb(20 * 1024 * 1024)],
    ['too much', faults.tooLargeBody(20 * 1024 * 1024)],
    ['no HTTP', { kind: 'raw', text: 'what?\r\n\r\n' }],
    ['500', faults.systemError],
    ['502', faults.backendUnavailable],
    ['503', faults.iamUnavailable],
    ['504', faults.backendTimeout],
    ['throttling', faults.throttled()],
    ['throttling that says 500', faults.throttledAsError500],
    ['an error with status 200', faults.errorWithStatus200],
    ['rows that are missing', { kind: 'page', limit: 0 }],
  ])('%s costs one repeat', async (_what, fault) => {
    const { roma, ask, meter } = await start();
    await roma.control.addFaults({ fault });
    expect((await ask()).rows).toHaveLength(20);
    expect(meter.outcomes).toHaveLength(2);
    expect(meter.retries).toBe(1);
  });

  test('a limit that is ignored costs nothing', async () => {
    const { roma, ask, meter } = await start();
    await roma.control.addFaults({ fault: faults.limitIgnored });
    expect((await ask({ limit: 5 })).rows).toHaveLength(5);
    expect(meter.outcomes).toEqual(['ok']);
  });

  test('gzip and chunks', async () => {
    const { ask } = await start({ emulator: { switches: { gzip: 'whenAccepted', framing: 'chunked' } } });
    expect((await ask({ limit: 500 })).rows.length).toBeGreaterThan(20);
  });

  test('a hang costs an attempt, and its connection is given up', async () => {
    const { roma, ask, meter } = await start({ attemptTimeoutMs: 150 });
    await roma.control.addFaults({ fault: { kind: 'hang', after: 'halfBody' } });
    expect((await ask()).rows).toHaveLength(20);
    expect(meter.outcomes).toEqual(['UPSTREAM_TIMEOUT', 'ok']);
    await expect.poll(async () => (await roma.control.state()).inFlight).toBe(0);
  });
});

describe('faults that stay', () => {
  test('Retry-After beyond the deadline is told at once', async () => {
    const { roma, ask, summary } = await start();
    await roma.control.addFaults(always(faults.throttled('3600')));
    expect(await extensionsOf(ask())).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: 3_600_000,
      retryable: true,
    });
    expect((await summary()).total).toBe(1);
  });

  test('arrears are told at once', async () => {
    const { roma, ask, summary } = await start();
    await roma.control.addFaults(always(faults.accountFrozen));
    expect(await extensionsOf(ask())).toMatchObject({
      code: 'FORBIDDEN',
      retryable: false,
      upstream: { errorCode: 'APIG.1013' },
    });
    expect((await summary()).total).toBe(1);
  });

  test('when everything fails, the upstream is spared', async () => {
    const { roma, ask, summary } = await start();
    await roma.control.addFaults(always(faults.systemError));
    const instances = Array.from({ length: 40 }, (_, index) => `instance-${index}`);
    const asked = instances.flatMap((instanceId) => Array.from({ length: 4 }, () => extensionsOf(ask({ instanceId }))));
    const codes = new Set((await Promise.all(asked)).map(({ code }) => code));
    expect(codes).toEqual(new Set(['UPSTREAM_ERROR']));
    expect((await summary()).total).toBeLessThanOrEqual(160 * 1.2 + 30);
  });

  test('a circuit opens, and what is told names it', async () => {
    const { roma, ask, logged } = await start();
    await roma.control.addFaults(always(faults.backendUnavailable));
    for (let count = 0; count < 10; count++) expect(await extensionsOf(ask())).toMatchObject({ code: 'UPSTREAM_ERROR' });
    const before = (await roma.control.calls()).total;
    expect(await extensionsOf(ask())).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      retryAfterMs: expect.any(Number),
      upstream: { instanceId: roma.instanceIds[0] },
    });
    expect((await roma.control.calls()).total).toBe(before);
    expect((await ask({ instanceId: roma.instanceIds[1] ?? '' }).catch((error: unknown) => error)) as object).toMatchObject({
      code: 'UPSTREAM_ERROR',
    });
    expect(logged).toEqual(['an instance keeps failing and is left alone for a while']);
  });

  test('a hanging instance holds up nobody else', async () => {
    const { roma, ask } = await start();
    const [hanging = '', other = ''] = roma.instanceIds;
    await roma.control.addFaults(always(faults.hangWithoutHeaders, { instanceId: hanging }));
    const operation = anOperation({ token: roma.token });
    const stuck = Promise.all(Array.from({ length: 100 }, () => extensionsOf(ask({ instanceId: hanging }, operation))));
    await Promise.all(Array.from({ length: 30 }, () => ask({ instanceId: other })));
    expect((await roma.control.calls()).byInstance[hanging]).toBeLessThanOrEqual(16);
    operation.end.abort(new SubgraphError('UPSTREAM_TIMEOUT', 'the client went away'));
    for (const extensions of await stuck) expect(extensions.code).toBe('UPSTREAM_TIMEOUT');
    await expect.poll(async () => (await roma.control.state()).inFlight).toBe(0);
  });
});

test('what ends with its operation says which instance it waited for', async () => {
  const { roma, ask, meter } = await start();
  await roma.control.addFaults(always(faults.hangWithoutHeaders));
  const operation = anOperation({ token: roma.token });
  setTimeout(() => operation.end.abort(new SubgraphError('UPSTREAM_TIMEOUT', 'too late')), 50);
  expect(await extensionsOf(ask({}, operation))).toEqual({
    code: 'UPSTREAM_TIMEOUT',
    retryable: true,
    upstream: { instanceId: roma.instanceIds[0] },
  });
  expect(meter.outcomes).toEqual(['UPSTREAM_TIMEOUT']);
});

test('every attempt is taken from the budget of calls', async () => {
  const { roma, ask } = await start();
  await roma.control.addFaults({ fault: faults.systemError });
  const operation = anOperation({ token: roma.token });
  await ask({}, operation);
  expect(operation.spent()).toBe(2);
});

test('what an answer echoes of credentials and addresses is hidden', async () => {
  const { roma, ask } = await start();
  const token = await roma.control.issueToken({ length: 5_000 });
  const { host, hostname } = new URL(roma.origin);
  const message = `token ${token.slice(0, 60)} of ${roma.origin}/v2, host ${host}, name ${hostname}`;
  await roma.control.addFaults({
    fault: {
      kind: 'answer',
      status: 403,
      body: { error_code: 'APIG.1005', error_msg: message },
      headers: { 'x-request-id': token },
    },
  });
  const { upstream } = await extensionsOf(ask({}, anOperation({ token })));
  expect(upstream).toEqual({
    status: 403,
    errorCode: 'APIG.1005',
    errorMessage: 'token [hidden] of [hidden] host [hidden], name [hidden]',
    requestId: '[hidden]',
    instanceId: roma.instanceIds[0],
  });
});

test('closing leaves no connection', async () => {
  const { roma, upstream, ask } = await start({ toAuth: PASSWORD });
  await Promise.all(Array.from({ length: 20 }, () => ask()));
  await upstream.close();
  await expect.poll(async () => (await roma.control.state()).openSockets).toBe(0);
});
