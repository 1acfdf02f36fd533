import { describe, expect, test } from 'vitest';
import type { IamUser } from '../../src/auth/iamRequest.ts';
import { createIamToken } from '../../src/auth/iamToken.ts';
import { createSharedRefusals, type SharedNotes } from '../../src/auth/refusals.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import type { HttpAnswer, HttpRequest } from '../../src/net/Exchange.ts';
import type { EndSignal } from '../../src/net/endSignal.ts';

const REQUEST = { method: 'GET', host: 'h', path: '/', query: [] };
const USER = { domainName: 'a-domain', username: 'a-user', password: 'a-pass"word' };
const HOUR_MS = 3_600_000;

type Outcome = Partial<HttpAnswer> | Error | 'hang';

const aClock = () => ({ nowMs: Date.UTC(2026, 10, 24) });

interface Options {
  readonly lifetimeMs?: number;
  readonly notes?: SharedNotes;
  readonly user?: IamUser;
  readonly clock?: { nowMs: number };
}

/** IAM issues token-1, token-2, ... unless the script says otherwise. */
function setUp(outcomes: Outcome[] = [], { lifetimeMs = 24 * HOUR_MS, notes, user = USER, clock = aClock() }: Options = {}) {
  const requests: HttpRequest[] = [];
  const signals: EndSignal[] = [];
  const credentials = createIamToken({
    user,
    projectId: 'a-project',
    shared: notes && createSharedRefusals(notes, 'https://iam.example.com', user),
    now: () => clock.nowMs,
    describe: ({ status }, secrets) => ({
      upstream: { status, errorMessage: `${secrets.length} secrets` },
      retryAfterMs: undefined,
    }),
    async exchange(request, signal) {
      requests.push(request);
      signals.push(signal);
      const number = requests.length;
      await turn();
      const outcome = outcomes.shift() ?? {};
      if (outcome instanceof Error) throw outcome;
      if (outcome === 'hang') {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new SubgraphError('UPSTREAM_TIMEOUT', 'ended')));
        });
      }
      const expiresAt = new Date(clock.nowMs + lifetimeMs).toISOString();
      return {
        status: 201,
        headers: { 'x-subject-token': `token-${number}` },
        body: Buffer.from(JSON.stringify({ token: { expires_at: expiresAt } })),
        receivedAtMs: clock.nowMs,
        ...outcome,
      };
    },
  });
  const authorize = (signal = new AbortController().signal) => credentials.authorize(REQUEST, { key: 'k' }, signal);
  const token = async () => (await authorize()).headers['x-auth-token'];
  return { clock, requests, signals, authorize, token, ageMs: () => credentials.tokenAgeMs?.() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('fetching', () => {
  test('asks for a token of the project, as IAM’s page says', async () => {
    const { requests, token } = setUp();
    expect(await token()).toBe('token-1');
    expect(requests[0]).toMatchObject({ method: 'POST', target: '/v3/auth/tokens?nocatalog=true' });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { domain: { name: 'a-domain' }, name: 'a-user', password: 'a-pass"word' } },
        },
        scope: { project: { id: 'a-project' } },
      },
    });
  });

  test('happens once for any number of waiting operations', async () => {
    const { requests, token } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, token)))).toEqual(new Set(['token-1']));
    expect(await token()).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  test('one who leaves takes nobody along', async () => {
    const { requests, authorize, token } = setUp();
    const leaving = new AbortController();
    const left = authorize(leaving.signal);
    const staying = token();
    const reason = new SubgraphError('UPSTREAM_TIMEOUT', 'gone');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(await staying).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  test('ends when the last one leaves, without harm to the next', async () => {
    const { signals, authorize, token } = setUp(['hang']);
    const leaving = new AbortController();
    const left = Promise.allSettled([authorize(leaving.signal), authorize(leaving.signal)]);
    await turn();
    leaving.abort();
    await left;
    expect(signals[0]?.aborted).toBe(true);
    expect(await token()).toBe('token-2');
  });

  test('an operation that has ended fetches nothing', async () => {
    const { requests, authorize } = setUp();
    await expect(authorize(AbortSignal.abort())).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(requests).toHaveLength(0);
  });
});

test('the age of a token is told while it is held', async () => {
  const { clock, ageMs, authorize, token } = setUp();
  expect(ageMs()).toBeUndefined();
  await token();
  clock.nowMs += HOUR_MS;
  expect(ageMs()).toBe(HOUR_MS);
  clock.nowMs += 23 * HOUR_MS;
  expect(ageMs()).toBeUndefined();
  const { refused } = await authorize();
  expect(ageMs()).toBe(0);
  refused?.();
  expect(ageMs()).toBeUndefined();
});

describe('renewal', () => {
  test('happens before the end, while the old token still serves', async () => {
    const { clock, requests, token } = setUp();
    await token();
    clock.nowMs += 20 * HOUR_MS;
    expect(await Promise.all([token(), token()])).toEqual(['token-1', 'token-1']);
    await turn();
    await turn();
    expect(await token()).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  test('that fails is tried again later; the old token serves to its end', async () => {
    const { clock, requests, token } = setUp([{}, { status: 503 }]);
    await token();
    clock.nowMs += 20 * HOUR_MS;
    for (let time = 0; time < 5; time++) {
      expect(await token()).toBe('token-1');
      await turn();
      await turn();
    }
    expect(requests).toHaveLength(2);
    clock.nowMs += HOUR_MS;
    await token();
    await turn();
    await turn();
    expect(await token()).toBe('token-3');
  });

  test('is waited for once the old token has ended', async () => {
    const { clock, token } = setUp();
    await token();
    clock.nowMs += 24 * HOUR_MS;
    expect(await token()).toBe('token-2');
  });

  test.each<[string, string, number]>([
    ['no body', '', 0.9],
    ['no time', '{"token":{}}', 0.9],
    ['a time long ago', '{"token":{"expires_at":"2020-01-01T00:00:00Z"}}', 0.9],
    ['null', 'null', 0.9],
    ['another clock', '{"token":{"issued_at":"2020-01-01T00:00:00.000000Z","expires_at":"2020-01-01T02:00:00.000000Z"}}', 1.9],
  ])('an end that is told badly (%s) is guessed', async (_what, body, hours) => {
    const { clock, token } = setUp([{ body: Buffer.from(body) }]);
    await token();
    clock.nowMs += hours * HOUR_MS;
    expect(await token()).toBe('token-1');
    clock.nowMs += 0.2 * HOUR_MS;
    expect(await token()).not.toBe('token-1');
  });
});

describe('a token that ROMA Connect refuses', () => {
  test('is replaced once, whoever finds out', async () => {
    const { requests, authorize, token } = setUp();
    const all = await Promise.all([authorize(), authorize(), authorize()]);
    all[0]?.accepted?.();
    expect(all.map((one) => one.refused?.())).toEqual([true, true, true]);
    expect(await Promise.all([token(), token()])).toEqual(['token-2', 'token-2']);
    expect(all[2]?.refused?.()).toBe(true);
    expect(await token()).toBe('token-2');
    expect(requests).toHaveLength(2);
  });

  test('although it is new is replaced once, then only now and then', async () => {
    const { clock, requests, authorize } = setUp();
    expect((await authorize()).refused?.()).toBe(true);
    expect((await authorize()).refused?.()).toBe(false);
    expect((await authorize()).refused?.()).toBe(false);
    expect(requests).toHaveLength(2);
    clock.nowMs += 30_000;
    expect((await authorize()).refused?.()).toBe(true);
    expect((await authorize()).refused?.()).toBe(false);
    expect(requests).toHaveLength(3);
  });

  test('after it had been accepted is always replaced', async () => {
    const { requests, authorize } = setUp();
    for (let time = 0; time < 5; time++) {
      const authorization = await authorize();
      authorization.accepted?.();
      expect(authorization.refused?.()).toBe(true);
    }
    expect(requests).toHaveLength(5);
  });
});

describe('trouble with IAM', () => {
  test.each<[string, Outcome, object]>([
    ['401', { status: 401 }, { code: 'UPSTREAM_ERROR', retryable: false, upstream: { status: 401 } }],
    ['403', { status: 403 }, { code: 'UPSTREAM_ERROR', retryable: false }],
    ['400', { status: 400 }, { code: 'UPSTREAM_ERROR', retryable: false }],
    ['429', { status: 429 }, { code: 'UPSTREAM_RATE_LIMITED', retryable: true, retryAfterMs: 250 }],
    ['408', { status: 408 }, { code: 'UPSTREAM_TIMEOUT', retryable: true }],
    ['503', { status: 503 }, { code: 'UPSTREAM_ERROR', retryable: true, upstream: { status: 503 } }],
    ['a redirect', { status: 302 }, { code: 'UPSTREAM_INVALID_RESPONSE', retryable: true }],
    ['no token', { headers: {} }, { code: 'UPSTREAM_INVALID_RESPONSE', retryable: true }],
    ['two tokens', { headers: { 'x-subject-token': ['a', 'b'] } }, { code: 'UPSTREAM_INVALID_RESPONSE' }],
    ['an impossible token', { headers: { 'x-subject-token': 'a b' } }, { code: 'UPSTREAM_INVALID_RESPONSE' }],
    ['nobody there', new SubgraphError('UPSTREAM_UNAVAILABLE', 'x'), { code: 'UPSTREAM_UNAVAILABLE', retryable: true }],
  ])('%s', async (_what, outcome, extensions) => {
    const { authorize } = setUp([outcome]);
    const error = await authorize().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SubgraphError);
    expect((error as SubgraphError).extensions).toMatchObject(extensions);
    expect((error as SubgraphError).extensions.upstream?.instanceId).toBeUndefined();
  });

  test.each<[number, number[]]>([
    [503, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]],
    [401, [5, 15, 45, 60, 60].map((minutes) => minutes * 60_000)],
  ])('after %i it is left alone for a while, longer each time', async (status, pausesMs) => {
    const { clock, requests, authorize } = setUp(Array.from({ length: 100 }, () => ({ status })));
    await authorize().catch(() => {});
    for (const pauseMs of pausesMs) {
      const before = requests.length;
      clock.nowMs += pauseMs - 1;
      const error = await authorize().catch((error: unknown) => error);
      expect(error).toMatchObject({ code: 'UPSTREAM_ERROR', extensions: { upstream: { status } } });
      if (status === 503) expect(error).toMatchObject({ extensions: { retryAfterMs: 1 } });
      expect(requests).toHaveLength(before);
      clock.nowMs += 1;
      await authorize().catch(() => {});
      expect(requests).toHaveLength(before + 1);
    }
  });

  test('a Retry-After of years is not believed', async () => {
    const years = new SubgraphError('UPSTREAM_RATE_LIMITED', 'x', { retryAfterMs: 1e12 });
    const { clock, token } = setUp([years]);
    await expect(token()).rejects.toMatchObject({ extensions: { retryAfterMs: 30_000 } });
    clock.nowMs += 30_000;
    expect(await token()).toBe('token-2');
  });

  test('tokens that end at once do not cost a login each', async () => {
    const { clock, requests, token } = setUp([], { lifetimeMs: 1 });
    for (let call = 0; call < 10; call++) {
      await token();
      clock.nowMs += 1_000;
    }
    expect(requests).toHaveLength(1);
  });

  test('ends as soon as it works', async () => {
    const { clock, token } = setUp([{ status: 503 }, { status: 503 }]);
    for (let time = 0; time < 2; time++) {
      await token().catch(() => {});
      clock.nowMs += 1_000;
    }
    expect(await token()).toBe('token-3');
  });

  test('a mistake of this program is not taken for it', async () => {
    const { requests, token } = setUp([new TypeError('x')]);
    await expect(token()).rejects.toThrow(TypeError);
    expect(await token()).toBe('token-2');
    expect(requests).toHaveLength(2);
  });
});

describe('replicas', () => {
  /** What they share, as long as it is there. */
  function aStore() {
    const values = new Map<string, string>();
    const state = { down: false };
    const notes: SharedNotes = {
      async get(key) {
        await turn();
        return state.down ? undefined : values.get(key);
      },
      set(key, text) {
        if (text === '') values.delete(key);
        else if (!state.down) values.set(key, text);
      },
      async add(key) {
        await turn();
        if (state.down) return true;
        if (values.has(key)) return false;
        values.set(key, '1');
        return true;
      },
    };
    return { notes, state, values };
  }
  const refused = Array.from({ length: 20 }, () => ({ status: 401 }));

  test('know of a refused login, and one that is started anew does', async () => {
    const { notes } = aStore();
    const one = setUp([...refused], { notes });
    await expect(one.token()).rejects.toMatchObject({ extensions: { upstream: { status: 401 } } });
    for (let start = 0; start < 3; start++) {
      const two = setUp([...refused], { notes, clock: one.clock });
      await expect(two.token()).rejects.toMatchObject({
        code: 'UPSTREAM_ERROR',
        extensions: { retryable: false, upstream: { status: 401 } },
      });
      expect(two.requests).toHaveLength(0);
    }
    one.clock.nowMs += 300_000;
    const three = setUp([...refused], { notes, clock: one.clock });
    await three.token().catch(() => {});
    expect(three.requests).toHaveLength(1);
    // The second refusal counts for all: now it takes 15 minutes.
    one.clock.nowMs += 600_000;
    const four = setUp([...refused], { notes, clock: one.clock });
    await four.token().catch(() => {});
    expect(four.requests).toHaveLength(0);
  });

  test('that start together log in one after the other: a refusal is met once', async () => {
    const { notes } = aStore();
    const clock = aClock();
    const all = Array.from({ length: 6 }, () => setUp([...refused], { notes, clock }));
    await Promise.all(all.map(({ token }) => token().catch(() => {})));
    expect(all.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(1);
  });

  test('that start together all log in where nothing is refused', async () => {
    const { notes } = aStore();
    const all = Array.from({ length: 4 }, () => setUp([], { notes }));
    expect(await Promise.all(all.map(({ token }) => token()))).toEqual(all.map(() => 'token-1'));
  });

  test('try a corrected password at once', async () => {
    const { notes } = aStore();
    const one = setUp([...refused], { notes });
    await one.token().catch(() => {});
    const corrected = setUp([], { notes, clock: one.clock, user: { ...USER, password: 'another' } });
    expect(await corrected.token()).toBe('token-1');
  });

  test('forget a refusal as soon as one of them gets a token', async () => {
    const { notes } = aStore();
    const one = setUp([{ status: 401 }], { notes });
    await one.token().catch(() => {});
    one.clock.nowMs += 300_000;
    expect(await one.token()).toBe('token-2');
    const two = setUp([...refused], { notes, clock: one.clock });
    await two.token().catch(() => {});
    expect(two.requests).toHaveLength(1);
    one.clock.nowMs += 300_000;
    await two.token().catch(() => {});
    expect(two.requests).toHaveLength(2);
  });

  test('log in without what they share when it is down', async () => {
    const { notes, state } = aStore();
    state.down = true;
    expect(await setUp([], { notes }).token()).toBe('token-1');
  });

  test('keep no secret there', async () => {
    const { notes, values } = aStore();
    await setUp([...refused], { notes })
      .token()
      .catch(() => {});
    const stored = JSON.stringify([...values]);
    for (const secret of Object.values(USER)) expect(stored).not.toContain(secret);
  });
});
