import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import type { HttpRequest } from '../../src/net/Exchange.ts';
import { createExchangePool, type ExchangeOptions, type ExchangePool } from '../../src/net/exchangePool.ts';
import { http, json, type RawServer, startRawServer } from './rawServer.ts';
import { unknownAuthority } from './unknownAuthority.ts';

const opened: (RawServer | ExchangePool)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function start(answer: (socket: Socket, count: number) => void, options: Partial<ExchangeOptions> = {}) {
  const server = await startRawServer(answer);
  const pool = createExchangePool({ name: 'ROMA Connect', origin: server.origin, timeoutMs: 10_000, ...options });
  opened.push(server, pool);
  const signal = new AbortController().signal;
  return { server, pool, get: (request: Partial<HttpRequest> = {}) => pool.exchange({ ...GET, ...request }, signal) };
}

const GET: HttpRequest = { method: 'GET', target: '/x', headers: {}, details: { instanceId: 'i-1' } };

const text = (answer: { readonly body: Uint8Array }) => Buffer.from(answer.body).toString();

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => new Error('there was an answer'),
    (error: unknown) => error,
  );
  if (error instanceof SubgraphError) return error.extensions;
  throw error;
};

describe('whole answers', () => {
  test.each<[string, Buffer]>([
    ['with a length', json('200 OK', { a: 1 })],
    ['in chunks', http('200 OK', { 'Transfer-Encoding': 'chunked' }, '3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n')],
    [
      'compressed',
      http('200 OK', { 'Content-Encoding': 'gzip', 'Content-Length': gzipSync('{"a":1}').length }, gzipSync('{"a":1}')),
    ],
    ['after a hint', Buffer.concat([http('103 Early Hints', {}), json('200 OK', { a: 1 })])],
  ])('%s', async (_how, bytes) => {
    const { get } = await start((socket) => socket.write(bytes));
    const answer = await get();
    expect(answer.flaw).toBeUndefined();
    expect(text(answer)).toBe('{"a":1}');
  });

  test('ended by the end of the connection', async () => {
    const { get } = await start((socket) => socket.end(http('200 OK', { Connection: 'close' }, '{"a":1}')));
    expect(text(await get())).toBe('{"a":1}');
  });

  test('are not followed when they redirect', async () => {
    const { get, server } = await start((socket) => socket.write(http('302 Found', { Location: '/y', 'Content-Length': 0 })));
    expect((await get()).status).toBe(302);
    expect(server.requests).toHaveLength(1);
  });

  test('connections are used again', async () => {
    const { get, server } = await start((socket) => socket.write(json('200 OK', {})));
    for (let count = 0; count < 8; count++) await get();
    // undici lets a connection rest for one turn of the event loop, so that a second one may join in.
    expect(server.openSockets()).toBeLessThanOrEqual(2);
  });

  test('large headers pass in both directions', async () => {
    const token = 'x'.repeat(100_000);
    const { get, server } = await start((socket) => socket.write(json('201 Created', {}, { 'X-Subject-Token': token })));
    const answer = await get({ headers: { 'x-auth-token': 'y'.repeat(32_000) } });
    expect(answer.headers['x-subject-token']).toBe(token);
    expect(server.requests[0]).toContain(`x-auth-token: ${'y'.repeat(32_000)}\r\n`);
  });

  test('a body is sent', async () => {
    const { get, server } = await start((socket) => socket.write(json('200 OK', {})));
    await get({ method: 'POST', body: 'hello' });
    expect(server.requests[0]).toMatch(/^POST \/x HTTP\/1\.1\r\n/);
    expect(server.requests[0]).toContain('content-length: 5\r\n');
  });
});

describe('nobody there', () => {
  test('refused', async () => {
    const { server, get } = await start(() => {});
    await server.close();
    opened.splice(0, 1);
    expect(await failureOf(get())).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, upstream: { instanceId: 'i-1' } });
  });

  test('refused at every address of a name', async () => {
    const { get } = await start(() => {}, { origin: 'http://localhost:1' });
    expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('no such name', async () => {
    const { get } = await start(() => {}, { origin: 'http://no-such-host.invalid' });
    expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });

  test('a certificate of an unknown authority, and one for another name: no repeat helps', async () => {
    const server = createServer(unknownAuthority, (_request, response) => response.end('{}')).listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async () => {
      const pool = createExchangePool({ name: 'ROMA Connect', origin: `https://localhost:${port}`, timeoutMs: 10_000 });
      opened.push(pool);
      return failureOf(pool.exchange(GET, new AbortController().signal));
    };
    const refused = { code: 'UPSTREAM_UNAVAILABLE', retryable: false, upstream: { instanceId: 'i-1' } };
    expect(await ask()).toEqual(refused);
    const authorities = getCACertificates('default');
    setDefaultCACertificates([...authorities, unknownAuthority.cert]);
    expect(await ask()).toEqual(refused);
    setDefaultCACertificates(authorities);
    server.close();
  });

  test('TLS with somebody who does not speak it', async () => {
    const { server } = await start((socket) => socket.write('what?'));
    const pool = createExchangePool({
      name: 'ROMA Connect',
      origin: server.origin.replace('http:', 'https:'),
      timeoutMs: 10_000,
    });
    opened.push(pool);
    const greeting = startGreeter(server);
    expect(await failureOf(pool.exchange(GET, new AbortController().signal))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    clearInterval(greeting);
  });
});

/** The client hello holds no blank line, so the server is told by hand to close. */
function startGreeter(server: RawServer): NodeJS.Timeout {
  return setInterval(() => {
    if (server.openSockets() > 0) void server.close().then(() => opened.splice(opened.indexOf(server), 1));
  }, 5);
}

describe('resets', () => {
  const half = http('200 OK', { 'Content-Length': 100 }, '{"total":');

  test.each<[string, (socket: Socket) => void, number | undefined]>([
    ['before the headers', (socket) => socket.resetAndDestroy(), undefined],
    ['orderly, but before the headers', (socket) => socket.end(), undefined],
    ['inside the headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nConte', () => socket.resetAndDestroy()), undefined],
    ['inside the body', (socket) => socket.write(half, () => setTimeout(() => socket.resetAndDestroy(), 20)), 200],
    [
      'inside the body of an error',
      (socket) =>
        socket.write(http('403 Forbidden', { 'Content-Length': 9 }, '{'), () => setTimeout(() => socket.resetAndDestroy(), 20)),
      403,
    ],
  ])('%s', async (_when, answer, status) => {
    const { get } = await start(answer);
    expect(await failureOf(get())).toEqual({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      upstream: { instanceId: 'i-1', ...(status === undefined ? {} : { status }) },
    });
  });

  test('a fresh connection is not tried a second time', async () => {
    const { get, server } = await start((socket) => socket.resetAndDestroy());
    expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(server.requests).toHaveLength(1);
  });

  test('a fresh connection in place of one that had died is not tried again', async () => {
    const { get, server } = await start((socket, count) =>
      count === 1 ? socket.write(json('200 OK', {})) : socket.resetAndDestroy(),
    );
    await get();
    // Until then, undici holds the connection to be busy.
    await new Promise(setImmediate);
    expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(server.requests).toHaveLength(3);
  });
});

describe('connections that die while they are kept alive', () => {
  /** Ends a connection when a request comes over it that has been idle for this long. */
  function dropping(idleMs: number, drop: (socket: Socket) => void): { answer(socket: Socket): void; dropped(): number } {
    const usedAtMs = new WeakMap<Socket, number>();
    let dropped = 0;
    return {
      answer(socket) {
        const before = usedAtMs.get(socket);
        if (before !== undefined && performance.now() - before >= idleMs) {
          dropped++;
          drop(socket);
          return;
        }
        usedAtMs.set(socket, performance.now());
        socket.write(json('200 OK', {}, { 'Keep-Alive': 'timeout=60' }));
      },
      dropped: () => dropped,
    };
  }

  const ways: readonly (readonly [name: string, drop: (socket: Socket) => void])[] = [
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['in order', (socket) => socket.end()],
  ];

  test.each(ways)('%s, each at its second request, cost no answer', async (_name, drop) => {
    const box = dropping(0, drop);
    const { get } = await start(box.answer);
    for (let page = 0; page < 120; page++) expect((await get()).status).toBe(200);
    // Soon none is kept any more.
    expect(box.dropped()).toBeLessThan(10);
  });

  test.each(ways)('%s, when they have been idle, cost no answer, and are kept for a shorter time', async (_name, drop) => {
    const box = dropping(50, drop);
    const { get } = await start(box.answer);
    for (let page = 0; page < 40; page++) {
      expect((await get()).status).toBe(200);
      await sleep(Math.random() * 120);
    }
    expect(box.dropped()).toBeLessThan(10);
  });

  test('do not make a POST go out twice, for it is never sent over one of them', async () => {
    const box = dropping(0, (socket) => socket.resetAndDestroy());
    const { get, server } = await start(box.answer);
    await get();
    await get({ method: 'POST', target: '/x', headers: {}, body: '{}' });
    await get({ method: 'POST', target: '/x', headers: {}, body: '{}' });
    expect(server.requests).toHaveLength(3);
  });
});

describe('answers with a flaw', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024));

  test.each<[string, (socket: Socket) => void, string]>([
    ['shorter than said', (socket) => socket.end(http('200 OK', { 'Content-Length': 100 }, '{"total":')), 'ended early'],
    [
      'shorter than said, the connection announced to close',
      (socket) => socket.end(http('200 OK', { 'Content-Length': 100, Connection: 'close' }, '{"total":')),
      'ended early',
    ],
    [
      'without the last chunk',
      (socket) => socket.end(http('200 OK', { 'Transfer-Encoding': 'chunked' }, '3\r\n{"a\r\n')),
      'ended early',
    ],
    [
      'with a broken chunk',
      (socket) => socket.write(http('200 OK', { 'Transfer-Encoding': 'chunked' }, 'zz\r\n')),
      'ended early',
    ],
    ['too large', (socket) => socket.write(http('200 OK', { 'Content-Length': 5_000 }, Buffer.alloc(5_000))), 'is too large'],
    [
      'too large after decompression',
      (socket) => socket.write(http('200 OK', { 'Content-Encoding': 'gzip', 'Content-Length': bomb.length }, bomb)),
      'is too large',
    ],
    [
      'compressed and cut off',
      (socket) =>
        socket.write(http('200 OK', { 'Content-Encoding': 'gzip', 'Content-Length': 15 }, gzipSync('{"a":1}').subarray(0, 15))),
      'is wrongly compressed',
    ],
    [
      'not compressed although it says so',
      (socket) => socket.write(http('200 OK', { 'Content-Encoding': 'gzip', 'Content-Length': 7 }, '{"a":1}')),
      'is wrongly compressed',
    ],
    [
      'compressed in a way that was not asked for',
      (socket) => socket.write(http('200 OK', { 'Content-Encoding': 'br', 'Content-Length': 1 }, 'x')),
      'has an encoding that was not asked for',
    ],
  ])('%s', async (_what, write, flaw) => {
    const { get } = await start(write, { maxBodyBytes: 4_096 });
    expect(await get()).toMatchObject({ status: 200, flaw, body: new Uint8Array() });
  });

  test.each<[string, string]>([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n`],
  ])('%s', async (_what, bytes) => {
    const { get } = await start((socket) => socket.write(bytes));
    expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', retryable: true });
  });

  test('the status of a flawed answer is kept', async () => {
    const { get } = await start((socket) => socket.end(http('429 Too Many', { 'Content-Length': 100, 'Retry-After': 9 }, '{')));
    expect(await get()).toMatchObject({ status: 429, flaw: 'ended early', headers: { 'retry-after': '9' } });
  });
});

describe('no answer in time', () => {
  const drip = (socket: Socket) => {
    socket.write(http('200 OK', { 'Content-Length': 1_000 }));
    const timer = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(timer));
  };

  test.each<[string, (socket: Socket) => void, object]>([
    ['silence', () => {}, { instanceId: 'i-1' }],
    ['headers that never end', (socket) => socket.write('HTTP/1.1 200 OK\r\n'), { instanceId: 'i-1' }],
    [
      'a body that never ends',
      (socket) => socket.write(http('200 OK', { 'Content-Length': 9 })),
      { instanceId: 'i-1', status: 200 },
    ],
    ['a slow drip', drip, { instanceId: 'i-1', status: 200 }],
  ])('%s', async (_what, answer, upstream) => {
    const { get, server } = await start(answer, { timeoutMs: 80 });
    expect(await failureOf(get())).toEqual({ code: 'UPSTREAM_TIMEOUT', retryable: true, upstream });
    await server.idle();
  });
});

describe('the end of the operation', () => {
  const reason = new SubgraphError('UPSTREAM_TIMEOUT', 'too late');

  test('before anything is sent', async () => {
    const { pool, server } = await start(() => {});
    await expect(pool.exchange(GET, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['while waiting for headers', () => {}],
    ['inside the body', (socket) => socket.write(http('200 OK', { 'Content-Length': 9 }, '{'))],
  ])('%s, the connection goes too', async (_when, answer) => {
    const end = new AbortController();
    const { pool, server } = await start((socket) => {
      answer(socket);
      setTimeout(() => end.abort(reason), 20);
    });
    await expect(pool.exchange(GET, end.signal)).rejects.toBe(reason);
    await server.idle();
  });

  test('with a reason of its own', async () => {
    const end = new AbortController();
    const { pool } = await start(() => end.abort('because'));
    expect(await failureOf(pool.exchange(GET, end.signal))).toEqual({ code: 'UPSTREAM_TIMEOUT', retryable: true });
  });

  test('no listener stays behind', async () => {
    const end = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = end.signal;
    end.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(end.signal, args);
    };
    end.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(end.signal, args);
    };
    const { pool } = await start((socket, count) =>
      count === 1 ? socket.write(json('200 OK', {})) : socket.resetAndDestroy(),
    );
    await pool.exchange(GET, end.signal);
    await failureOf(pool.exchange(GET, end.signal));
    expect(listeners).toBe(0);
  });
});

test('closing ends what is under way', async () => {
  const { pool, get } = await start(() => void pool.close());
  expect(await failureOf(get())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

test('a header that cannot be sent is a mistake of this program', async () => {
  const { get } = await start(() => {});
  await expect(get({ headers: { 'x-auth-token': 'a\nb' } })).rejects.not.toBeInstanceOf(SubgraphError);
});
