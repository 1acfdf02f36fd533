import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf, type Mode } from '../reliability/modes.ts';
import { type Authority, createAuthority, startTlsFront, type TlsFront } from '../support/authority.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

/** Whom a process trusts is decided at its start, so that each test has a process of its own. */
interface Service extends AsyncDisposable {
  ask(
    query: string,
  ): Promise<{ data?: { certificates: { totalCount: number } | null }; errors?: { extensions: { code: string } }[] }>;
  metrics(): Promise<string>;
  said(): string;
}

/** As `npm start` does. */
const PREPARE = './src/prepareNode.js';
const START = ['--import', PREPARE, 'src/main.ts'];

let authority: Authority;
let roma: Emulator;
let front: TlsFront;

beforeAll(async () => {
  authority = await createAuthority();
  roma = await startEmulator();
  front = await startTlsFront(roma.origin, authority.server);
});

afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await roma[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
});

const trusting = () => ({ NODE_EXTRA_CA_CERTS: authority.file });

async function start(mode: Mode, env: Readonly<Record<string, string>>): Promise<Service> {
  const behindTls = { ...roma, origin: front.origin };
  const child: ChildProcess = spawn('node_modules/.bin/node', START, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', ...envOf(mode, behindTls), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  const url = await vi.waitUntil(() => /http:\/\/[^\s"]+\/graphql/.exec(said)?.[0], { timeout: 15_000 });
  return {
    async ask(query) {
      const headers = { 'content-type': 'application/json', 'x-auth-token': roma.token };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return (await response.json()) as Awaited<ReturnType<Service['ask']>>;
    },
    metrics: async () => (await fetch(new URL('/metrics', url))).text(),
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const list = () => `{ certificates(instanceId: "${roma.instanceIds[0]}", first: 1) { totalCount } }`;

describe('ROMA Connect with a certificate of a private authority', () => {
  test('is read by who trusts it', async () => {
    await using service = await start('passthrough', trusting());
    expect((await service.ask(list())).data?.certificates?.totalCount).toBeGreaterThan(0);
  });

  test('is read with a token of IAM, behind the authority, too', async () => {
    await using service = await start('password', trusting());
    expect((await service.ask(list())).data?.certificates?.totalCount).toBeGreaterThan(0);
    expect(await service.metrics()).toContain('iam_requests_total{outcome="ok"} 1');
  });

  test.each<Mode>(['passthrough', 'password'])(
    'is not there for who does not trust it (%s), and nobody learns where it is',
    async (mode) => {
      await using service = await start(mode, {});
      const answer = await service.ask(list());
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
      const { host, port } = new URL(front.origin);
      for (const hidden of [host, port]) expect(JSON.stringify(answer)).not.toContain(hidden);
      expect(service.said()).not.toContain(host);
    },
  );
});

describe.runIf(hasRedis)('Redis with a certificate of a private authority', () => {
  test('is shared by who trusts it', async () => {
    await using redis = await startRedis({ tls: { ...authority.server, ca: authority.pem } });
    await using service = await start('token', { ...trusting(), REDIS_URL: redis.url });
    await service.ask(list());
    await vi.waitUntil(async () =>
      (await service.metrics()).includes('certificates_shared_cache_writes_total{result="stored"} 1'),
    );
  });
});
