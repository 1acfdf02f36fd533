import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Environment } from '../../src/config/readConfig.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { unknownAuthority } from '../net/unknownAuthority.ts';
import { envOf, headersOf } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';
import { freePort } from '../support/freePort.ts';
import { hasRedis, type Redis, startRedis } from '../support/redis.ts';

const SECRET = 'a-secret-of-the-router';

describe.runIf(hasRedis)('replicas with one Redis', () => {
  let roma: Emulator;
  beforeAll(async () => {
    roma = await startEmulator({ certificates: 600 });
  });
  afterAll(() => roma.stop());
  beforeEach(() => roma.control.clearCalls());

  const calls = async () => (await roma.control.calls()).total;
  const page = (first: number) =>
    `{ certificates(instanceId: "${roma.instanceIds[0]}", first: ${first}) { nodes { id name } } }`;
  const sorted = (first: number) =>
    `{ certificates(instanceId: "${roma.instanceIds[1]}", first: ${first}, orderBy: { field: NAME }) { nodes { id name } } }`;

  /** Two replicas of the same configuration, and a Redis between them. */
  async function start(env: Environment = {}, password = 'p %/w') {
    await using begun = new AsyncDisposableStack();
    const started = new AsyncDisposableStack();
    begun.use(started);
    const redis = started.use(await startRedis({ password }));
    const lines: string[] = [];
    const replica = async (more: Environment = {}) => {
      const app = await startApp({
        env: {
          ...envOf('passthrough', roma),
          ROUTER_SECRET: SECRET,
          REDIS_URL: redis.url,
          CERTIFICATES_CACHE_TTL_MS: '60000',
          LOG_LEVEL: 'info',
          ...env,
          ...more,
        },
        destination: { write: (line) => void lines.push(line) },
      });
      return started.use(app);
    };
    const [one, two] = [await replica(), await replica()];
    begun.move();
    return { redis, one, two, replica, lines, [Symbol.asyncDispose]: () => started.disposeAsync() };
  }

  const ask = (app: App, query: string, headers: Record<string, string> = {}) =>
    app.ask(query, {}, { ...headersOf('passthrough', roma), 'router-authorization': SECRET, ...headers });

  /** A value of a metric of the shared cache. */
  async function count(app: App, metric: 'requests' | 'writes', result: string): Promise<number> {
    const text = await (await app.fetch('/metrics')).text();
    const line = new RegExp(`^certificates_shared_cache_${metric}_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text);
    return Number(line?.[1]);
  }

  const stored = (app: App, values: number) => vi.waitUntil(async () => (await count(app, 'writes', 'stored')) >= values);

  test('share pages: what one has read, the other does not ask for', async () => {
    await using replicas = await start();
    const answer = await ask(replicas.one, page(7));
    expect(answer.data.certificates.nodes).toHaveLength(7);
    await stored(replicas.one, 1);
    expect(await ask(replicas.two, page(7))).toEqual(answer);
    expect(await calls()).toBe(1);
    expect(await count(replicas.two, 'requests', 'hit')).toBe(1);
  });

  test('share whole lists: sorted, the other cuts any page out of them', async () => {
    await using replicas = await start();
    const answer = await ask(replicas.one, sorted(50));
    const before = await calls();
    await stored(replicas.one, 1);
    expect(await ask(replicas.two, sorted(50))).toEqual(answer);
    const plain = `{ certificates(instanceId: "${roma.instanceIds[1]}", first: 13) { nodes { id } } }`;
    expect((await ask(replicas.two, plain)).data.certificates.nodes).toHaveLength(13);
    expect(await calls()).toBe(before);
  });

  test('share nothing between callers, nor between credentials of services', async () => {
    await using replicas = await start();
    await ask(replicas.one, page(7));
    await stored(replicas.one, 1);
    await ask(replicas.two, page(7), { 'x-auth-token': roma.secondToken });
    expect(await calls()).toBe(2);
    const byToken = await replicas.replica(envOf('token', roma));
    await ask(byToken, page(7));
    expect(await calls()).toBe(3);
    const bySecondToken = await replicas.replica({ ...envOf('token', roma), ROMA_AUTH_TOKEN: roma.secondToken });
    await ask(bySecondToken, page(7));
    expect(await calls()).toBe(4);
    await stored(byToken, 1);
    await ask(await replicas.replica(envOf('token', roma)), page(7));
    expect(await calls()).toBe(4);
  });

  describe('while ROMA Connect fails', () => {
    const short = { CERTIFICATES_CACHE_TTL_MS: '200', OPERATION_DEADLINE_MS: '3000' };
    const fail = () => roma.control.addFaults({ fault: { kind: 'answer', status: 503 }, times: 'always' });
    afterEach(() => roma.control.clearFaults());

    test('show what the other has shown this caller, and no other', async () => {
      await using replicas = await start(short);
      const answer = await ask(replicas.one, page(7));
      const details = `{ _entities(representations: [{ __typename: "Certificate", id: "${answer.data.certificates.nodes[0].id}", instanceId: "${roma.instanceIds[0]}" }]) { ... on Certificate { details { serialNumber } } } }`;
      const known = await ask(replicas.one, details);
      expect(known.data._entities[0].details.serialNumber).toBeTypeOf('string');
      await stored(replicas.one, 3);
      await sleep(300);
      await fail();
      expect(await ask(replicas.two, page(7))).toEqual(answer);
      expect(await ask(replicas.two, details)).toEqual(known);
      const { errors } = await ask(replicas.two, page(7), { 'x-auth-token': roma.secondToken });
      expect(errors?.[0]?.extensions.code).toBe('UPSTREAM_ERROR');
    });

    test('show nothing when any of them saw the token refused since', async () => {
      await using replicas = await start(short);
      await ask(replicas.one, page(7));
      await stored(replicas.one, 1);
      await sleep(300);
      await roma.control.addFaults({ fault: { kind: 'answer', status: 401, body: { error_code: 'APIG.0301' } }, times: 1 });
      expect((await ask(replicas.one, page(7))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      await stored(replicas.one, 2);
      await fail();
      for (const replica of [replicas.two, replicas.one]) {
        expect((await ask(replica, page(7))).errors?.[0]?.extensions.code).toBe('UPSTREAM_ERROR');
      }
    });

    test('show nothing that is too old, or with CERTIFICATES_STALE_IF_ERROR_MS=0', async () => {
      await using replicas = await start({ ...short, CERTIFICATES_STALE_IF_ERROR_MS: '0' });
      await ask(replicas.one, page(7));
      await stored(replicas.one, 1);
      await sleep(300);
      await fail();
      expect((await ask(replicas.two, page(7))).errors?.[0]?.extensions.code).toBe('UPSTREAM_ERROR');
    });
  });

  test('leave neither tokens nor who asked for what in Redis, and everything there ends', async () => {
    await using replicas = await start();
    await ask(replicas.one, sorted(7));
    await stored(replicas.one, 1);
    const redis = await createClient({ url: replicas.redis.url, RESP: 2 }).connect();
    try {
      const keys = await redis.keys('*');
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        expect(key).toMatch(/^roma-certificates:[\w-]{8}:[\w-]{43}$/);
        expect(await redis.pTTL(key)).toBeGreaterThan(0);
      }
    } finally {
      redis.destroy();
    }
  });

  test('may be allowed nothing in Redis but GET and SET of their own keys', async () => {
    const user = ['replica', 'on', '>secret', '~roma-certificates:*', '+get', '+set'];
    await using redis = await startRedis({ password: 'of the administrator', user });
    const REDIS_URL = `redis://replica:secret@127.0.0.1:${redis.port}`;
    await using app = await startApp({ env: { ...envOf('passthrough', roma), REDIS_URL } });
    await ask(app, page(3));
    await stored(app, 1);
    expect(await count(app, 'requests', 'miss')).toBeGreaterThan(0);
    expect(await count(app, 'requests', 'failed')).toBe(0);
  });

  test('know the persisted queries that were registered with the other', async () => {
    await using replicas = await start();
    const query = '{ __typename }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const send = async (app: App, body: object) => {
      const headers = { 'content-type': 'application/json', 'router-authorization': SECRET };
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      const response = await app.fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ ...body, extensions }) });
      return response.json();
    };
    expect(await send(replicas.two, {})).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    await send(replicas.one, { query });
    await stored(replicas.one, 1);
    expect(await send(replicas.two, {})).toEqual({ data: { __typename: 'Query' } });
  });

  /** Operations that Redis could serve, until it is bypassed; each has to be answered whole. */
  async function askUntilBypassed(app: App, from: number): Promise<void> {
    let first = from;
    do {
      const { data, errors } = await ask(app, page(first));
      expect(errors).toBeUndefined();
      expect(data.certificates.nodes).toHaveLength(first);
      first += 1;
    } while ((await count(app, 'requests', 'bypassed')) === 0);
  }

  const bypassLines = (lines: readonly string[]) => lines.filter((line) => line.includes('is bypassed'));

  test.each<[string, (redis: Redis) => void]>([
    ['vanishes', (redis) => redis.signal('SIGKILL')],
    ['hangs', (redis) => redis.signal('SIGSTOP')],
  ])('answer everything when Redis %s, and bypass it', async (_what, harm) => {
    await using replicas = await start();
    await ask(replicas.one, page(1));
    harm(replicas.redis);
    await askUntilBypassed(replicas.one, 2);
    expect((await replicas.one.fetch('/ready')).status).toBe(200);
    expect(bypassLines(replicas.lines)).toHaveLength(1);
    expect(replicas.lines.join('\n')).not.toMatch(/p %\/w|p%20%25%2Fw/);
  });

  test('use Redis again when it is back', async () => {
    await using replicas = await start();
    replicas.redis.signal('SIGSTOP');
    await askUntilBypassed(replicas.one, 2);
    replicas.redis.signal('SIGCONT');
    const before = await count(replicas.one, 'requests', 'miss');
    let first = 100;
    await vi.waitUntil(
      async () => {
        await ask(replicas.one, page(first++));
        return (await count(replicas.one, 'requests', 'miss')) > before;
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(replicas.lines.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });

  test('start without a Redis, and use it once it is there', async () => {
    await using redis = await startRedis();
    const { url, port } = redis;
    await redis.stop();
    await using app = await startApp({ env: { ...envOf('passthrough', roma), REDIS_URL: url } });
    expect((await ask(app, page(3))).errors).toBeUndefined();
    await using _later = await startRedis({ port });
    let first = 4;
    await vi.waitUntil(
      async () => {
        await ask(app, page(first++));
        return (await count(app, 'requests', 'miss')) > 0;
      },
      { timeout: 15_000, interval: 100 },
    );
  });

  test('ask ROMA Connect again when Redis was wiped', async () => {
    await using replicas = await start();
    await ask(replicas.one, page(7));
    await stored(replicas.one, 1);
    const redis = await createClient({ url: replicas.redis.url, RESP: 2 }).connect();
    await redis.flushAll();
    redis.destroy();
    expect((await ask(replicas.two, page(7))).errors).toBeUndefined();
    expect(await calls()).toBe(2);
  });

  test('answer everything when Redis is full', async () => {
    await using replicas = await start();
    const redis = await createClient({ url: replicas.redis.url, RESP: 2 }).connect();
    await redis.configSet('maxmemory', '1');
    redis.destroy();
    for (const first of [3, 4]) expect((await ask(replicas.one, page(first))).data.certificates.nodes).toHaveLength(first);
    await vi.waitUntil(async () => (await count(replicas.one, 'writes', 'failed')) === 2);
    expect(await count(replicas.one, 'requests', 'miss')).toBeGreaterThan(0);
    expect(replicas.lines.filter((line) => line.includes('does not take new values'))).toHaveLength(1);
  });

  /** A stable name: new connections lead to another Redis from when it is told, those that are open stay where they are. */
  async function startName(to: number) {
    let port = to;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const upstream = connect(port, '127.0.0.1');
      for (const one of [socket, upstream]) {
        sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => sockets.delete(one));
      }
      socket.pipe(upstream).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
      leadTo(other: number) {
        port = other;
      },
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test.each([0, 20, 200])('write to the new primary after a failover behind a stable name, %i ms after a page', async (ms) => {
    await using old = await startRedis();
    await using primary = await startRedis();
    await using name = await startName(old.port);
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const env = { ...envOf('passthrough', roma), REDIS_URL: name.url, LOG_LEVEL: 'info' };
    await using app = await startApp({ env, destination });
    await ask(app, page(1));
    await new Promise((passed) => setTimeout(passed, ms));
    // The old one goes on answering reads.
    const admin = await createClient({ url: old.url, RESP: 2 }).connect();
    await admin.sendCommand(['REPLICAOF', '127.0.0.1', String(primary.port)]);
    admin.destroy();
    name.leadTo(primary.port);
    let first = 2;
    await vi.waitUntil(
      async () => {
        expect((await ask(app, page(first++))).errors).toBeUndefined();
        return (await (await app.fetch('/metrics')).text()).includes(
          'certificates_shared_cache_writes_total{result="stored"} 2',
        );
      },
      { timeout: 15_000, interval: 50 },
    );
    const after = await createClient({ url: primary.url, RESP: 2 }).connect();
    expect(await after.dbSize()).toBeGreaterThan(0);
    after.destroy();
    expect(await count(app, 'writes', 'failed')).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes('READONLY'))).toHaveLength(1);
  });

  test.each<[what: string, reason: string, url: (redis: Redis) => string]>([
    ['a wrong password', 'WRONGPASS', ({ port }) => `redis://:mistaken@127.0.0.1:${port}`],
    ['no password', 'NOAUTH', ({ port }) => `redis://127.0.0.1:${port}`],
    ['a host that there is not', 'ENOTFOUND', () => 'redis://:p@no-such-host.invalid:6379'],
    ['nobody there', 'ECONNREFUSED', () => 'redis://:p@127.0.0.1:1'],
    ['a database that its user may not select', 'NOPERM', ({ port }) => `redis://limited:pw@127.0.0.1:${port}/1`],
  ])('say at the start why Redis can not be used: %s', async (_what, reason, toUrl) => {
    await using redis = await startRedis({
      password: 'p',
      user: ['limited', 'on', '>pw', '~*', '+get', '+set'],
    });
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const url = toUrl(redis);
    await using app = await startApp({
      env: { ...envOf('passthrough', roma), REDIS_URL: url, LOG_LEVEL: 'info' },
      destination,
    });
    for (const first of [1, 2, 3, 4, 5, 6]) expect((await ask(app, page(first))).errors).toBeUndefined();
    const told = lines.filter((line) => line.includes('shared cache'));
    expect(told[0]).toContain(reason);
    // At the start, when it is bypassed, and when writes fail: not for each operation.
    expect(told.length).toBeLessThanOrEqual(3);
    for (const secret of ['mistaken', 'no-such-host', '127.0.0.1:']) expect(told.join()).not.toContain(secret);
  });

  test('say at the start that the certificate of Redis is of an unknown authority', async () => {
    await using redis = await startRedis({ tls: unknownAuthority });
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const env = { ...envOf('passthrough', roma), REDIS_URL: redis.url, LOG_LEVEL: 'info' };
    await using _app = await startApp({ env, destination });
    expect(lines[0]).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('say once that a Redis Cluster is not supported, and do without', async () => {
    const [busPort, otherBusPort] = [await freePort(), await freePort()];
    await using redis = await startRedis({ clusterPort: busPort });
    await using other = await startRedis({ clusterPort: otherBusPort });
    for (const [node, from, to] of [
      [redis, '0', '8191'],
      [other, '8192', '16383'],
    ] as const) {
      const admin = await createClient({ url: node.url, RESP: 2 }).connect();
      await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', from, to]);
      if (node === redis) await admin.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(other.port), String(otherBusPort)]);
      else {
        const isFormed = async () => String(await admin.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok');
        await vi.waitUntil(isFormed, { timeout: 20_000, interval: 200 });
      }
      admin.destroy();
    }
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    await using app = await startApp({
      env: { ...envOf('passthrough', roma), REDIS_URL: redis.url, LOG_LEVEL: 'info' },
      destination,
    });
    for (let first = 1; first < 20; first++) expect((await ask(app, page(first))).errors).toBeUndefined();
    expect(lines.filter((line) => line.includes('Redis Cluster'))).toHaveLength(1);
  });

  test('log a wrong password in once, all together, and say so once each', async () => {
    const env = { ...envOf('password', roma), IAM_PASSWORD: 'wrong', CERTIFICATES_CACHE_TTL_MS: '0' };
    await using replicas = await start(env);
    await roma.control.clearCalls();
    const asked = [replicas.one, replicas.two].flatMap((app) => Array.from({ length: 20 }, (_, at) => ask(app, page(at))));
    const answers = await Promise.all(asked);
    // As does one that is started anew.
    answers.push(await ask(await replicas.replica(), page(1)));
    for (const { errors } of answers) {
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_ERROR', retryable: false, upstream: { status: 401 } });
    }
    expect((await roma.control.calls()).iamCalls).toBe(1);
    expect(replicas.lines.filter((line) => line.includes('could not be used'))).toHaveLength(3);
    const metrics = await Promise.all([replicas.one, replicas.two].map(async (app) => (await app.fetch('/metrics')).text()));
    expect(metrics.filter((text) => text.includes('iam_requests_total{outcome="UPSTREAM_ERROR"} 1'))).toHaveLength(1);
    expect(metrics[0]).toContain('graphql_errors_total{code="UPSTREAM_ERROR"} 20');
  });

  test('end with what hangs in Redis', async () => {
    await using replicas = await start();
    replicas.redis.signal('SIGSTOP');
    await ask(replicas.one, page(5));
    await expect(replicas.one.stop()).resolves.toBeUndefined();
  });
});
